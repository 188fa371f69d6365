import { dot, type Field, sum } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import { equal, type Margin } from '../decide/margin.ts';
import { problem } from '../generators/problems.ts';
import { type GradientWorld, gradientWorld } from '../generators/states.ts';
import { population, populationExamples } from '../ladder/population.ts';
import { gradient } from '../model/gradient.ts';
import { reducedLayout } from '../model/layout.ts';
import { forward } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

/**
 * Along a direction d of tokens, the same in every row of Z: dJ by Taylor arithmetic on the forward pass, against
 * sum_l d_l (Y_l . dY_l - E f_nl^2 (f_n . g_n)).
 *
 * Proof. By Lemma 1 the class n adds f_nl (g_nl - f_nl (f_n . g_n)) to the row of its query, and f_nl (e_n - alpha_n) to row l of
 * dY, whose product with Y_l is f_nl g_nl.
 * @param braked whether the second term is there
 */
const balance = (braked: boolean) =>
  function* <T>(F: Field<T>, world: GradientWorld): Generator<Margin<T>> {
    const layout = reducedLayout(world.problem);
    const [Y, Z] = [world.Y, world.Z].map((matrix) => matrix.map((row) => row.map(F.of)));
    const direction = world.directionZ[0].map(F.of);
    const examples = populationExamples(F, world.problem);
    const copies = layout.multiplicity.map((k) => F.of(k));
    const inner = (a: readonly T[], b: readonly T[]) =>
      dot(
        F,
        a.map((x, j) => F.mul(x, copies[j])),
        b,
      );
    const S = jets(F, 1);
    const moved = {
      Y: Y.map((row) => row.map((x) => moving(F, 1, x, F.of(0)))),
      Z: Z.map((row) => row.map((x, l) => moving(F, 1, x, direction[l]))),
    };
    const slopes = examples.map(({ cls, mass, weight }) => {
      const lifted = { cls, mass: mass.map((x) => moving(F, 1, x, F.of(0))), weight: S.of(1) };
      return F.mul(weight, forward(S, layout, moved, lifted).J[1]);
    });
    const dY = gradient(F, layout, { Y, Z }, examples).Y;
    const terms = layout.tokens.map((_, l) => F.mul(direction[l], inner(Y[l], dY[l])));
    const brakes = examples.flatMap((example) => {
      const { support } = layout.classes[example.cls];
      const { f, logits, residual } = forward(F, layout, { Y, Z }, example);
      // f . g = o . (e_n - alpha).
      const along = inner(logits, residual);
      return support.map((l, i) =>
        F.neg(F.mul(direction[l], F.mul(example.weight, F.mul(F.mul(f[i], f[i]), along)))),
      );
    });
    const right = sum(F, braked ? [...terms, ...brakes] : terms);
    yield equal(F, 'what a token gains over all queries', sum(F, slopes), right);
  };

export const rowBalance: Claim = {
  id: 'row-balance',
  source: 'own (from Lemma 1)',
  headline: false,
  statement:
    'A token gains, over all query tokens, the work of its own row of the decoder less a brake: sum_m dz_ml = Y_l . dY_l - E f_nl^2 (f_n . g_n).',
  words: 'A token gains, over all query tokens, the work of its own row of the decoder less a brake.',
  formula: String.raw`\sum_m dZ_{ml} = Y_l \cdot dY_l - \mathbb{E}\, f_{nl}^2\, (f_n \cdot g_n)`,
  silent:
    'With attention frozen in its normaliser (the second term) ||Y_l||^2/(2 etaY) - z_l/etaZ would be conserved along the flow, as JoMA has it of linear and exp attention; the normaliser breaks it.',
  checks: [
    check.certified({
      rung: population,
      statement:
        'At any Y, Z, along any direction of tokens: the derivative of the expected J by Taylor arithmetic is that of the right side.',
      expected: 'holds',
      worlds: gradientWorld(problem()),
      share: 0.5,
      margins: balance(true),
      controls: [{ drops: 'the brake', margins: balance(false) }],
    }),
  ],
};
