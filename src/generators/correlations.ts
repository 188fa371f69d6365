/** Correlation matrices E = F^T F - I: of states, and of nonnegative vectors that no state need have. */
import fc, { type Arbitrary } from 'fast-check';
import { dot, type Field } from '../arithmetic/field.ts';
import { populationF } from '../ladder/rung.ts';
import { gram } from '../ladder/two-timescale.ts';
import { reducedLayout } from '../model/layout.ts';
import { normalise } from '../model/transformer.ts';
import { assumption2World } from './assumption2.ts';
import type { PointWorld } from './states.ts';

export interface CorrelationWorld {
  /** Where F comes from: a state, or nonnegative vectors to be normalised. */
  readonly from: PointWorld | { readonly vectors: readonly (readonly number[])[] };
  /** A bound lambda with |lambda_1| < lambda < 1, by construction. */
  readonly lambda: number;
  /** Points at which characteristic polynomials are compared. */
  readonly points: readonly number[];
}

/** F^T F in a field. */
export function gramOf<T>(F: Field<T>, { from }: CorrelationWorld): T[][] {
  if ('vectors' in from) {
    const f = from.vectors.map((v) => normalise(F, v.map(F.of)));
    return f.map((a, n) => f.map((b, k) => (n === k ? F.of(1) : dot(F, a, b))));
  }
  const layout = reducedLayout(from.problem);
  const Z = from.Z.map((row) => row.map(F.of));
  return gram(F, layout, populationF(F, from.problem, layout, Z));
}

/** Odd 64ths in (-1, 4): no eigenvalue is met but by a coincidence that the enclosures would tell. */
const points: Arbitrary<number[]> = fc.array(
  fc.integer({ min: -31, max: 127 }).map((k) => (2 * k + 1) / 64),
  { minLength: 2, maxLength: 2 },
);

const dense = (own: (squared: number, classes: number, spread: number) => number) =>
  fc.integer({ min: 2, max: 6 }).chain((K) =>
    fc
      .record({
        shared: fc.integer({ min: 1, max: 4 }).chain((d) =>
          fc.array(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: d, maxLength: d }), {
            minLength: K,
            maxLength: K,
          }),
        ),
        spread: fc.integer({ min: 0, max: 30 }).map((k) => 10 ** (k / 10)),
        points,
      })
      .map(
        ({ shared, spread, points }): CorrelationWorld => ({
          from: {
            vectors: shared.map((b, n) => [
              ...b,
              ...shared.map((_, k) =>
                k === n
                  ? own(
                      b.reduce((s, x) => s + x * x, 0),
                      K,
                      spread,
                    )
                  : 0,
              ),
            ]),
          },
          // |lambda_1| is at most the largest row sum, below (K - 1)/(1 + K spread).
          lambda: (K - 1) / K,
          points,
        }),
      ),
  );

/**
 * Dense correlations: vectors b_n with all entries positive, each with a private entry a_n, a_n^2 >= K |b_n|^2, so
 * that f_n.f_k <= 1/(1+K) and |lambda_1| <= (K-1)/(1+K) < (K-1)/K.
 */
export const denseCorrelation: Arbitrary<CorrelationWorld> = dense((squared, K, spread) =>
  Math.ceil(Math.sqrt(K * squared * spread)),
);

/** The same with private entries of 1: overlaps near 1, and |lambda_1| > 1 for all but the smallest. */
export const strongCorrelation: Arbitrary<CorrelationWorld> = dense(() => 1);

/** Correlations of states under Assumption 2, of any pattern: |lambda_1| < 1/K. */
export const sparseCorrelation: Arbitrary<CorrelationWorld> = fc
  .record({ from: assumption2World(), points })
  .map(({ from, points }) => ({ from, points, lambda: 1 / from.problem.classes.length }));

export const correlation: Arbitrary<CorrelationWorld> = fc.oneof(denseCorrelation, sparseCorrelation);
