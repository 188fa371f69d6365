/**
 * The two-timescale dynamics by a second derivation: the whole model, with Y equal to Theorem 5's decoder, and its
 * objective differentiated in Z by Lemma 1. Neither Theorem 1's g nor Lemma 4 is used; gamma only sets the unit of time.
 */

import { dot, type Field } from '../arithmetic/field.ts';
import { type Jet, jets } from '../arithmetic/jet.ts';
import { inverse } from '../arithmetic/linear.ts';
import { gradient } from '../model/gradient.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';
import { gammaAt } from './clock.ts';
import { populationExamples } from './population.ts';
import { populationFeatures, type Rung } from './rung.ts';
import { gram, twoTimescale } from './two-timescale.ts';
import type { PointWorld } from './worlds.ts';

/** Y = Phi C, tokens x columns, from C, classes x columns. */
export const spanned = <T>(
  F: Field<T>,
  layout: Layout,
  f: readonly (readonly T[])[],
  C: Matrix<T>,
): Matrix<T> => {
  const Y = layout.tokens.map(() => layout.columns.map(() => F.of(0)));
  layout.classes.forEach(({ support }, n) => {
    support.forEach((l, i) => {
      Y[l] = Y[l].map((y, j) => F.add(y, F.mul(f[n][i], C[n][j])));
    });
  });
  return Y;
};

/** Theorem 5's decoder at clock reading x: Y = Phi A Wbar with rows wbar_n = (M-1) h zeta_n = x (e_n - 1/M). */
export function solvedDecoder<T>(
  F: Field<T>,
  problem: Problem,
  layout: Layout,
  f: readonly (readonly T[])[],
  x: T,
): Matrix<T> {
  return spanned(F, layout, f, solvedWeights(F, problem, layout, gram(F, layout, f), x));
}

/** C = A Wbar, classes x columns, of Y = Phi C: A is the inverse of the Gram matrix of the features. */
export function solvedWeights<T>(F: Field<T>, problem: Problem, layout: Layout, G: Matrix<T>, x: T): T[][] {
  const share = F.div(x, F.of(problem.vocabulary));
  const W = layout.classes.map(({ target }) =>
    layout.columns.map((_, j) => (j === target ? F.sub(x, share) : F.neg(share))),
  );
  return inverse(F, G).map((row) =>
    layout.columns.map((_, j) =>
      dot(
        F,
        row,
        W.map((w) => w[j]),
      ),
    ),
  );
}

/** The default clock reading, e^x = M. Every reading gives the same velocity, since dJ/dZ has the factor gamma(x). */
export const middleReading = (problem: Problem): number => Math.log(problem.vocabulary);

/** dJ/dZ of the population objective at constant Y, which is Theorem 5's solution for this Z; queries x tokens. */
function solvedGradient<T>(F: Field<T>, problem: Problem, layout: Layout, Z: Matrix<T>, x: T): Matrix<T> {
  const Y = solvedDecoder(F, problem, layout, populationFeatures(F, problem, layout, Z), x);
  return gradient(F, layout, { Y, Z }, populationExamples(F, problem)).Z;
}

/** dz/dGamma = dJ/dZ / gamma(x), to be compared with `attentionVelocity`. */
export function solvedVelocity<T>(F: Field<T>, problem: Problem, layout: Layout, Z: Matrix<T>): Matrix<T> {
  const x = F.of(middleReading(problem));
  const clock = { vocabulary: problem.vocabulary, classes: problem.classes.length, etaY: 1, etaZ: 1 };
  const gamma = gammaAt(F, clock, x);
  return solvedGradient(F, problem, layout, Z, x).map((row) => row.map((z) => F.div(z, gamma)));
}

/** The rung `two-timescale` by this derivation: dZ is the gradient of the model divided by gamma. */
export const solvedModel: Rung<PointWorld> = {
  ...twoTimescale,
  *motions(F, { problem, Z }) {
    const layout = reducedLayout(problem);
    const logits = Z.map((row) => row.map(F.of));
    const dZ = solvedVelocity(F, problem, layout, logits);
    yield { problem, layout, time: 0, Z: logits, dZ, f: populationFeatures(F, problem, layout, logits) };
  },
};

/** Z(Gamma) = sum z_i Gamma^i from `start` up to Gamma^order, with dZ/dGamma = solvedVelocity: Picard iteration on jets. */
export function solvedTrajectory<T>(
  F: Field<T>,
  problem: Problem,
  layout: Layout,
  start: Matrix<T>,
  order: number,
): Matrix<Jet<T>> {
  let Z: Matrix<Jet<T>> = start.map((row) => row.map((z) => [z]));
  for (let k = 0; k < order; k++) {
    // The velocity up to Gamma^k gives Z up to Gamma^(k + 1).
    const dZ = solvedVelocity(jets(F, k), problem, layout, Z);
    Z = dZ.map((row, m) => row.map((v, l) => [start[m][l], ...v.map((x, i) => F.div(x, F.of(i + 1)))]));
  }
  return Z;
}
