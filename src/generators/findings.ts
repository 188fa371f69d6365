/** Worlds of the findings: plain numbers, where a problem is not needed. */

import fc, { type Arbitrary } from 'fast-check';
import type { PointWorld } from '../ladder/worlds.ts';
import type { Problem } from '../model/problem.ts';
import { rowSumsNearOne } from './assumption2.ts';
import { commonsContent, decades, dress, singleCommon, symmetricContent } from './problems.ts';
import { logit, pointWorld } from './states.ts';

/** Integer vocabulary sizes over decades. */
export const vocabulary = (least: number, high: number): Arbitrary<number> =>
  decades(Math.log10(least), high).map((x) => Math.max(least, Math.floor(x)));

/** Multiples of 2^-10 inside (0, 1): exact in every field. */
export const fraction = (): Arbitrary<number> => fc.integer({ min: 0, max: 1022 }).map((k) => (k + 1) / 1024);

/** log10-uniform over [low, high]. */
export const over = (low: number, high: number): Arbitrary<number> => decades(low, high);

/** Records of independent numbers. */
export const numbers = <W>(fields: { [K in keyof W]: Arbitrary<W[K]> }): Arbitrary<W> => fc.record(fields);

export const integer = (min: number, max: number): Arbitrary<number> => fc.integer({ min, max });

/** N and delta with N ln(2/delta) > 11.657 > (2 + sqrt 2)^2. */
export const manySamples = (): Arbitrary<{ N: number; delta: number }> =>
  fc
    .record({ delta: fraction(), more: decades(0, 6) })
    .map(({ delta, more }) => ({ delta, N: Math.ceil(11.657 / Math.log(2 / delta)) + Math.floor(more) }));

/** Classes with equal overlaps f_n.f_k = rho and (K - 1) rho < 1/K, Assumption 2's upper bound. */
export interface Equicorrelated {
  readonly K: number;
  readonly rho: number;
}
export const equicorrelated = (): Arbitrary<Equicorrelated> =>
  fc
    .record({ K: fc.integer({ min: 2, max: 8 }), part: fraction() })
    .map(({ K, part }) => ({ K, rho: part / (K * (K - 1)) }));

/** A state and the relative errors theta of the decoder's rows, a few percent. */
export interface PerturbedWorld extends PointWorld {
  readonly theta: readonly number[];
}
export const perturbed = (states: Arbitrary<PointWorld>): Arbitrary<PerturbedWorld> =>
  states.chain((state) =>
    fc
      .array(fc.integer({ min: -16, max: 16 }), {
        minLength: state.problem.classes.length,
        maxLength: state.problem.classes.length,
      })
      .map((ks) => ({ ...state, theta: ks.map((k) => k / 256) })),
  );

const still = (problem: Problem): PointWorld => ({
  problem,
  Z: [...new Set(problem.classes.map(({ query }) => query))].map(() =>
    [...new Set(problem.classes.flatMap(({ tokens }) => tokens))].map(() => 0),
  ),
});

/** One common token of equal weight and equal distinct weights in all classes, one query; any z of the common token. */
export const alikeState = (): Arbitrary<PointWorld> =>
  dress(symmetricContent(6, 1, 5), { queries: 1 }).chain((problem) => {
    const { Z } = still(problem);
    // The common token has the smallest id.
    return logit(4).map((z) => ({ problem, Z: [Z[0].map((_, l) => (l === 0 ? z : 0))] }));
  });

/**
 * Several common tokens, and in each class a distinct token of weight^2 > K sum of common weight^2: with
 * |f_n,CT|^2 < 1/(K+1) all row sums of E are below (K-1)/(K+1).
 * @param small at most 12 tokens and M <= 32
 */
export const lightlyCommon = (small = false): Arbitrary<PointWorld> =>
  dress(
    commonsContent(...(small ? [3, 3, 3] : [])).map(({ classes, tokens }) => {
      const uses = new Map<number, number>();
      for (const [l] of classes.flat()) uses.set(l, (uses.get(l) ?? 0) + 1);
      const heavy = (pairs: (typeof classes)[number]) => {
        const common = pairs.filter(([l]) => uses.get(l)! > 1);
        const weight = Math.ceil(Math.sqrt(classes.length * common.reduce((s, [, w]) => s + w * w, 0))) + 1;
        const own = pairs.findIndex(([l]) => uses.get(l) === 1);
        return pairs.map(([l, w], i) => [l, i === own ? Math.max(w, weight) : w] as const);
      };
      return { tokens, classes: classes.map(heavy) };
    }),
    small ? { extra: 1 } : {},
  ).map(still);

/** Row sums of E from far below 1 to 0.999, any overlap pattern. */
export const rowSumsToOne = (): Arbitrary<PointWorld> => fc.oneof(lightlyCommon(), rowSumsNearOne());

/** One common token at any Z, or row sums of E up to 0.999: xi_n > 0 for any eigenvalues. */
export const overlapsThatPush = (): Arbitrary<PointWorld> =>
  fc.oneof(pointWorld(singleCommon()), rowSumsToOne());
