/** Correlation matrices E = Phi^T Phi - I: of states, and of nonnegative vectors that need not come from a state. */

import fc, { type Arbitrary } from 'fast-check';
import { dot, type Field } from '../arithmetic/field.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { gram } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { normalise } from '../model/transformer.ts';
import { assumption2World } from './assumption2.ts';

export interface CorrelationWorld {
  /** The source of Phi: a state, or nonnegative vectors to be normalised. */
  readonly from: PointWorld | { readonly vectors: readonly (readonly number[])[] };
  /** A bound lambda with |lambda_1| < lambda < 1, by construction. */
  readonly lambda: number;
  /** Points at which characteristic polynomials are compared. */
  readonly points: readonly number[];
}

/** Phi^T Phi in a field. */
export function gramOf<T>(F: Field<T>, { from }: CorrelationWorld): T[][] {
  if ('vectors' in from) {
    const f = from.vectors.map((v) => normalise(F, v.map(F.of)));
    return f.map((a, n) => f.map((b, k) => (n === k ? F.of(1) : dot(F, a, b))));
  }
  const layout = reducedLayout(from.problem);
  const Z = from.Z.map((row) => row.map(F.of));
  return gram(F, layout, populationFeatures(F, from.problem, layout, Z));
}

/** Odd 64ths in (-1, 4): an eigenvalue at one of them is a coincidence, and would leave the enclosure undecided. */
const points: Arbitrary<number[]> = fc.array(
  fc.integer({ min: -31, max: 127 }).map((k) => (2 * k + 1) / 64),
  { minLength: 2, maxLength: 2 },
);

/** K vectors of d shared entries, all positive. */
const sharedEntries: Arbitrary<number[][]> = fc
  .record({ K: fc.integer({ min: 2, max: 6 }), d: fc.integer({ min: 1, max: 4 }) })
  .chain(({ K, d }) =>
    fc.array(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: d, maxLength: d }), {
      minLength: K,
      maxLength: K,
    }),
  );

/** Each b_n with one more entry for each vector: `own` for itself, 0 for the others. */
const withPrivate = (shared: readonly number[][], own: (squared: number) => number): number[][] =>
  shared.map((b, n) => [...b, ...shared.map((_, k) => (k === n ? own(inner(b, b)) : 0))]);

const inner = (a: readonly number[], b: readonly number[]): number => a.reduce((s, x, i) => s + x * b[i], 0);

const dense = (own: (squared: number, classes: number, spread: number) => number) =>
  fc
    .record({
      shared: sharedEntries,
      spread: fc.integer({ min: 0, max: 30 }).map((k) => 10 ** (k / 10)),
      points,
    })
    .map(({ shared, spread, points }): CorrelationWorld => {
      const K = shared.length;
      return {
        from: { vectors: withPrivate(shared, (squared) => own(squared, K, spread)) },
        // |lambda_1| is at most the largest row sum, below (K - 1)/(1 + K spread).
        lambda: (K - 1) / K,
        points,
      };
    });

/**
 * Dense correlations: vectors b_n with all entries positive, each with a private entry a_n, a_n^2 >= K |b_n|^2, so
 * that f_n.f_k <= 1/(1+K) and |lambda_1| <= (K-1)/(1+K) < (K-1)/K.
 */
const denseCorrelation = (): Arbitrary<CorrelationWorld> =>
  dense((squared, K, spread) => Math.ceil(Math.sqrt(K * squared * spread)));

/**
 * Dense correlations with |lambda_1| up to 0.999: private entries a_n = t |b_n| give f_n.f_k = cos(b_n, b_k)/(1 + t^2), and
 * t is such that the largest row sum of E is `reach`, or less where the cosines do not sum to it. lambda is the mean of
 * `reach` and 1, further from `reach` than the rounding errors of a_n.
 */
const nearlyOne = (): Arbitrary<CorrelationWorld> =>
  fc
    .record({ shared: sharedEntries, reach: fc.constantFrom(0.9, 0.99, 0.999), points })
    .map(({ shared, reach, points }): CorrelationWorld => {
      const norms = shared.map((b) => Math.sqrt(inner(b, b)));
      const sums = shared.map((b, n) =>
        shared.reduce((s, c, k) => s + (k === n ? 0 : inner(b, c) / (norms[n] * norms[k])), 0),
      );
      const t = Math.sqrt(Math.max(Math.max(...sums) / reach - 1, 1e-4));
      return {
        from: { vectors: withPrivate(shared, (squared) => t * Math.sqrt(squared)) },
        lambda: (1 + reach) / 2,
        points,
      };
    });

/** Private entries of 1: overlaps near 1, and |lambda_1| > 1 except for the smallest vectors. */
export const strongCorrelation = (): Arbitrary<CorrelationWorld> => dense(() => 1);

/** Correlations of states under Assumption 2, of any pattern: |lambda_1| < 1/K. */
const sparseCorrelation = (): Arbitrary<CorrelationWorld> =>
  fc
    .record({ from: assumption2World(), points })
    .map(({ from, points }) => ({ from, points, lambda: 1 / from.problem.classes.length }));

export const correlation = (): Arbitrary<CorrelationWorld> =>
  fc.oneof(denseCorrelation(), nearlyOne(), sparseCorrelation());
