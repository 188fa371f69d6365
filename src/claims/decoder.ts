import { dot, type Field, sum } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest } from '../decide/margin.ts';
import { type DecoderPoint, decoderPoint, oneClassWorld } from '../generators/frozen.ts';
import { discreteReadingsTo, lapseSlope } from '../ladder/clock.ts';
import {
  type DecoderGradient,
  decoderTrajectory,
  directionOf,
  featuresOf,
  frozen,
  predict,
} from '../ladder/frozen.ts';
import type { FrozenWorld } from '../ladder/worlds.ts';
import { decode, type Matrix, softmax } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

/** W = Phi^T Y, K x columns. */
export const reparameterised = <T>(F: Field<T>, f: readonly T[][], Y: Matrix<T>): T[][] =>
  f.map((column) =>
    Y[0].map((_, j) =>
      dot(
        F,
        column,
        Y.map((row) => row[j]),
      ),
    ),
  );

/**
 * Lemma 3 at any Y: dY = (f_n - Phi E' e_n)(e_n - alpha_n)^T gives dW = Phi^T dY = e_n (e_n - alpha_n)^T (etaY left out).
 * dY is formed entry by entry from Eq. 26, with E' from elimination on Phi^T Phi, and multiplied by Phi^T.
 */
const reparameterisation = (gradient: DecoderGradient) =>
  function* <T>(F: Field<T>, { problem, Z, Y, cls }: DecoderPoint): Generator<Margin<T>> {
    const features = featuresOf(F, { problem, Z });
    const { residual } = predict(
      F,
      features,
      Y.map((row) => row.map(F.of)),
      cls,
    );
    const direction = directionOf(F, features, cls, gradient);
    const dY = direction.map((d) => residual.map((r) => F.mul(d, r)));
    const dW = reparameterised(F, features.columns, dY);
    for (const [j, row] of dW.entries())
      for (const [k, x] of row.entries())
        yield {
          ...equal(F, `dw_${j} at column ${k}`, x, j === cls ? residual[k] : F.of(0)),
          scale: largest(F, residual),
        };
  };

/**
 * Lemma 3 of the model: J as a function of W through Y = Phi A W, differentiated by Taylor arithmetic on the forward pass along D, has
 * the slope D_n . (e_n - alpha_n): row n alone, with the gradient that the lemma gives it.
 * @param inverted false: Y = F W
 */
const slopeInW = (inverted: boolean) =>
  function* <T>(F: Field<T>, { problem, Z, Y: drawn, cls }: DecoderPoint): Generator<Margin<T>> {
    const features = featuresOf(F, { problem, Z });
    const { layout, A } = features;
    const S = jets(F, 1);
    const K = layout.classes.length;
    // W and D from the numbers drawn for Y: two rows of it each time.
    const at = (k: number) => drawn[k % drawn.length];
    const W = A.map((_, k) => layout.columns.map((_, j) => moving(F, 1, F.of(at(k)[j]), F.of(at(k + K)[j]))));
    const still = (x: T) => moving(F, 1, x, F.of(0));
    const C = inverted
      ? A.map((row) =>
          layout.columns.map((_, j) =>
            dot(
              S,
              row.map(still),
              W.map((w) => w[j]),
            ),
          ),
        )
      : W;
    const Y = layout.tokens.map((_, l) =>
      layout.columns.map((_, j) =>
        dot(
          S,
          features.columns.map((column) => still(column[l])),
          C.map((c) => c[j]),
        ),
      ),
    );
    const { J: objective } = decode(S, layout, Y, cls, features.c[cls].map(still));
    const { residual } = softmax(
      F,
      W[cls].map((w) => w[0]),
      layout.classes[cls].target,
      layout.multiplicity,
    );
    const terms = residual.map((r, j) => F.mul(F.of(layout.multiplicity[j] * at(cls + K)[j]), r));
    yield {
      ...equal(F, 'slope of J in W = D_n . (e_n - alpha_n)', objective[1], sum(F, terms)),
      scale: F.of(1),
    };
  };

const lemma3 = (gradient: DecoderGradient, inverted = true) =>
  function* <T>(F: Field<T>, world: DecoderPoint): Generator<Margin<T>> {
    yield* reparameterisation(gradient)(F, world);
    yield* slopeInW(inverted)(F, world);
  };

/**
 * Lemma 5 along a trajectory that draws one class n only, after its first and its last step s: W = Phi^T Y from the trajectory against
 * w_n = (M-1) h*(s) zeta_n, that is (M-1) h* at n and -h* elsewhere, all other w_j = 0; and alpha_n before step s + 1
 * against exp(x)/(M-1+exp(x)) and 1/(M-1+exp(x)) with x = M h*(s).
 */
const oneClass = (gradient: DecoderGradient) =>
  function* <T>(F: Field<T>, world: FrozenWorld): Generator<Margin<T>> {
    const { problem, etaY, steps } = world;
    const M = problem.vocabulary;
    const n = world.only ?? 0;
    const features = featuresOf(F, world);
    const { target } = features.layout.classes[n];
    const readings = discreteReadingsTo(F, { vocabulary: M, etaY }, steps);
    for (const { time, Y } of decoderTrajectory(F, world, features, gradient)) {
      if (time !== steps && time !== 1) continue;
      const h = F.div(readings[time], F.of(M));
      for (const [j, row] of reparameterised(F, features.columns, Y).entries())
        for (const [k, w] of row.entries()) {
          const closed = k === target ? F.mul(F.of(M - 1), h) : F.neg(h);
          yield { ...equal(F, `w_${j} at column ${k}`, w, j === n ? closed : F.of(0), time), scale: h };
        }
      const { alpha } = predict(F, features, Y, n);
      const total = lapseSlope(F, M, readings[time]);
      for (const [k, a] of alpha.entries()) {
        const closed = F.div(k === target ? F.exp(readings[time]) : F.of(1), total);
        yield equal(F, `alpha at column ${k}`, a, closed, time);
      }
    }
  };

export const decoder: Claim = {
  id: 'decoder',
  source: 'Lemmas 3, 5',
  headline: false,
  statement:
    'Under the modified gradient the rows of W = Phi^T Y learn independently of each other, and where one class is drawn only, ' +
    'w_n(s) = (M-1) h*(s) zeta_n, alpha in closed form.',
  words:
    'Under the modified gradient the rows of W = Phi^T Y learn independently of each other, and where one class is drawn only, they have this closed form, and alpha has one.',
  formula: String.raw`w_n(s) = (M-1)\, h^*(s)\, \zeta_n`,
  silent:
    "Lemma 3's algebra is (I+E)(I-E') = I, which is how E' is defined. Checked by multiplying out Eq. 26, it tests the elimination and the order of the factors. " +
    "Its statement about the model is checked on the objective: by Taylor arithmetic on J at Y = Phi (I-E') W, only row n of W moves J. " +
    'Nothing about training: Eq. 26 is not the gradient, and the modification does not vanish with lambda_1 in what matters ' +
    '(the true flow moves every w_j with f_j.f_n > 0).',
  checks: [
    check.certified({
      rung: 'algebra',
      statement:
        "At any Y, Z: the modified gradient of class n gives dw_j = etaY [j = n] (e_n - alpha_n); and J of class n, differentiated in W at Y = Phi (I-E') W, moves with row n alone, at that slope.",
      expected: 'holds',
      worlds: decoderPoint(),
      margins: lemma3('modified'),
      share: 0.5,
      controls: [
        { drops: "the modification -Phi E' e_n", margins: lemma3('true') },
        { drops: "I - E' between Phi and W", margins: lemma3('modified', false) },
      ],
    }),
    check.certified({
      rung: frozen,
      statement:
        'One class n at every step from Y = 0: w_n(s) = (M-1) h*(s) zeta_n, other rows of W stay 0, and alpha_n has its closed form (read after the first and the last step).',
      expected: 'holds',
      worlds: oneClassWorld(12),
      margins: oneClass('modified'),
      share: 0.2,
      controls: [{ drops: "the modification -Phi E' e_n: other rows move", margins: oneClass('true') }],
    }),
  ],
};
