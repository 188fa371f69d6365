import { dot, type Field, sum } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import { inverse } from '../arithmetic/linear.ts';
import type { Margin } from '../decide/margin.ts';
import { equal } from '../decide/margin.ts';
import { type AttentionWorld, attentionWorld } from '../generators/attention.ts';
import { problem as anyProblem } from '../generators/problems.ts';
import { gammaAt } from '../ladder/clock.ts';
import { populationExamples } from '../ladder/population.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { solvedDecoder, spanned } from '../ladder/solved.ts';
import { attentionVelocity, gram, twoTimescale } from '../ladder/two-timescale.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { forward, type Matrix } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

/** d/ds of the expected objective at Z + s direction, by Taylor arithmetic on the forward pass: no formula of a gradient. */
function slopeOfJ<T>(
  F: Field<T>,
  problem: Problem,
  layout: Layout,
  Y: Matrix<T>,
  Z: Matrix<T>,
  direction: Matrix<number>,
): T {
  const S = jets(F, 1);
  const still = F.of(0);
  const parameters = {
    Y: Y.map((row) => row.map((y) => moving(F, 1, y, still))),
    Z: Z.map((row, m) => row.map((z, l) => moving(F, 1, z, F.of(direction[m][l])))),
  };
  const all = populationExamples(S, problem);
  return sum(
    F,
    all.map((example) => S.mul(example.weight, forward(S, layout, parameters, example).J)[1]),
  );
}

/**
 * Eq. 10 as printed, with the 1/K of uniform classes: z_m' = (1/K) sum_{n in psi^-1(m)} diag(f_n) sum_{n' != n}
 * beta_nn' (f_n f_n^T - I) f_n', where -beta_nn' are the coordinates of g_n = Y (e_n - alpha_n) in Phi, A Phi^T g_n; the
 * coordinate iota_n along f_n itself drops out.
 * @param projected false: P_f is left out, diag(f_n) g_n
 */
export function equation10<T>(
  F: Field<T>,
  problem: Problem,
  layout: Layout,
  Y: Matrix<T>,
  Z: Matrix<T>,
  projected: boolean,
): Matrix<T> {
  const f = populationFeatures(F, problem, layout, Z);
  const G = gram(F, layout, f);
  const A = inverse(F, G);
  const at = (n: number, l: number): T => {
    const i = layout.classes[n].support.indexOf(l);
    return i < 0 ? F.of(0) : f[n][i];
  };
  const dZ = layout.queries.map(() => layout.tokens.map(() => F.of(0)));
  for (const example of populationExamples(F, problem)) {
    const n = example.cls;
    const { support, row } = layout.classes[n];
    const { residual } = forward(F, layout, { Y, Z }, example);
    const weighted = residual.map((r, j) => F.mul(F.of(layout.multiplicity[j]), r));
    const g = Y.map((y) => dot(F, y, weighted));
    const along = f.map((x, k) =>
      dot(
        F,
        x,
        layout.classes[k].support.map((l) => g[l]),
      ),
    );
    const coordinates = A.map((a) => dot(F, a, along));
    support.forEach((l, i) => {
      const terms = coordinates.map((a, k) => {
        if (!projected) return F.mul(a, at(k, l));
        return k === n ? F.of(0) : F.mul(a, F.sub(at(k, l), F.mul(G[n][k], f[n][i])));
      });
      const move = F.mul(f[n][i], sum(F, terms));
      dZ[row][l] = F.add(dZ[row][l], F.mul(example.weight, move));
    });
  }
  return dZ;
}

const along = <T>(F: Field<T>, dZ: Matrix<T>, direction: Matrix<number>): T =>
  sum(
    F,
    dZ.flatMap((row, m) => row.map((z, l) => F.mul(z, F.of(direction[m][l])))),
  );

/** What a control changes. */
interface Broken {
  readonly outside?: boolean;
  readonly unprojected?: boolean;
}

const lemma4 = ({ outside, unprojected }: Broken = {}) =>
  function* <T>(F: Field<T>, world: AttentionWorld): Generator<Margin<T>> {
    const { problem, direction } = world;
    const layout = reducedLayout(problem);
    const lift = (m: Matrix<number>) => m.map((row) => row.map(F.of));
    const Z = lift(world.Z);
    const f = populationFeatures(F, problem, layout, Z);
    const within = spanned(F, layout, f, lift(world.inside));
    const beside = lift(world.outside);
    const Y = outside ? within.map((row, l) => row.map((y, j) => F.add(y, beside[l][j]))) : within;
    yield equal(
      F,
      'slope of J along a direction = Eq. 10, Y = Phi C',
      slopeOfJ(F, problem, layout, Y, Z, direction),
      along(F, equation10(F, problem, layout, Y, Z, !unprojected), direction),
    );
    const x = F.of(world.reading);
    const { vocabulary } = problem;
    const gamma = gammaAt(F, { vocabulary, classes: f.length, etaY: 1, etaZ: 1 }, x);
    yield equal(
      F,
      "slope of J at Theorem 5's decoder = gamma times the velocity of two-timescale",
      slopeOfJ(F, problem, layout, solvedDecoder(F, problem, layout, f, x), Z, direction),
      F.mul(gamma, along(F, attentionVelocity(F, problem, layout, Z).dZ, direction)),
    );
  };

export const attentionDynamics: Claim = {
  id: 'attention-dynamics',
  source: 'Lemma 4',
  headline: false,
  statement:
    "Attention moves by z_m' = etaZ sum diag(f_n) sum beta_nn' (f_n f_n^T - I) f_n' wherever the backpropagated gradients " +
    "lie in the span of Phi, whatever their coordinates; with Theorem 5's decoder the coordinates are Theorem 1's.",
  words:
    "Attention moves in this way wherever the backpropagated gradients lie in the span of Phi, whatever their coordinates; with Theorem 5's decoder the coordinates are Theorem 1's.",
  formula: String.raw`\dot z_m = \eta_Z \sum_{\psi(n) = m} \operatorname{diag}(f_n) \sum_{n' \ne n} \beta_{nn'} \left(f_n f_n^\top - I\right) f_{n'}`,
  silent:
    'Nothing about where the decoder is: training need not keep g in the coordinates of Theorem 1 (only the modified ' +
    'gradient does), but from Y(0) = 0 and with Phi at rest it keeps g in the span. Classes are uniform, 1/K of Eq. 10.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At any Z, for Y = Phi C with any C: the slope of J in Z, by Taylor arithmetic on the forward pass, is Eq. 10; for Theorem 5's Y it is gamma times the closed form.",
      expected: 'holds',
      worlds: attentionWorld(anyProblem()),
      margins: lemma4(),
      share: 0.15,
      controls: [
        { drops: 'g in the span of Phi', margins: lemma4({ outside: true }) },
        { drops: 'the projection P_f', margins: lemma4({ unprojected: true }) },
      ],
    }),
  ],
};
