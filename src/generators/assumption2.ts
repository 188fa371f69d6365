/** States that satisfy Assumption 2 by construction, with several common tokens of any overlap pattern. */

import fc, { type Arbitrary } from 'fast-check';
import { moduli } from '../arithmetic/eigen.ts';
import { float64 } from '../arithmetic/float64.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { gram } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { occurrences, type Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';
import { commons, dress, singleCommon, tokenWeight } from './problems.ts';
import { logit, pointWorld } from './states.ts';

/** E = Phi^T Phi - I at a state, in float64. */
export function overlaps({ problem, Z }: PointWorld): number[][] {
  const layout = reducedLayout(problem);
  const G = gram(float64, layout, populationFeatures(float64, problem, layout, Z));
  return G.map((row, n) => row.map((x, k) => (n === k ? 0 : x)));
}

/** M >> K^2 is read as M >= 100 K^2. */
export const MUCH = 100;

/** The largest M of all arbitraries: below 2^53, so that M - 1 is exact and |q0| = M/(M-1)^2 is far above 0. */
export const LARGEST_VOCABULARY = 1e12;

/**
 * Every group of classes shares a base token, so that E is regular where the other common tokens are weak (one common
 * token: det E = -prod(-phi_n^2) (K - 1) != 0). Any classes share the further common tokens, across groups.
 */
const content = (maxClasses: number, maxExtra: number) =>
  fc
    .integer({ min: 2, max: maxClasses })
    .chain((K) => {
      const perClass = <T>(arb: Arbitrary<T>) => fc.array(arb, { minLength: K, maxLength: K });
      return fc.record({
        groups: fc.integer({ min: 1, max: Math.floor(K / 2) }),
        base: perClass(tokenWeight()),
        distinct: perClass(fc.array(tokenWeight(), { minLength: 1, maxLength: 4 })),
        extra: fc.array(
          fc.record({
            // Weight 0 means that the class does not use the token; two classes always use it.
            use: perClass(fc.option(tokenWeight(), { nil: 0, freq: 2 })),
            first: fc.nat({ max: K - 1 }),
            gap: fc.integer({ min: 1, max: K - 1 }),
            both: fc.tuple(tokenWeight(), tokenWeight()),
          }),
          { maxLength: maxExtra },
        ),
      });
    })
    .map(({ groups, base, distinct, extra }) => {
      const K = base.length;
      let next = groups + extra.length;
      const used = extra.map(({ use, first, gap, both }) =>
        use.map((w, n) => (n === first ? both[0] : n === (first + gap) % K ? both[1] : w)),
      );
      return {
        classes: distinct.map((ws, n) => [
          [n % groups, base[n]] as const,
          ...used.flatMap((use, i) => (use[n] > 0 ? [[groups + i, use[n]] as const] : [])),
          ...ws.map((w) => [next++, w] as const),
        ]),
        tokens: next,
        groups,
      };
    });

/** Lowers the logits of the tokens `chosen` (indices of the layout) by `depth` in every row of Z. */
const lower = (Z: Matrix<number>, chosen: ReadonlySet<number>, depth: number): Matrix<number> =>
  Z.map((row) => row.map((z, l) => (chosen.has(l) ? z - depth : z)));

/** The common tokens, as indices of the layout. */
function commonTokens(problem: Problem): Set<number> {
  const omega = occurrences(problem);
  const ids = reducedLayout(problem).tokens;
  return new Set(ids.flatMap((id, l) => (omega.get(id)!.length > 1 ? [l] : [])));
}

const spectrum = (world: PointWorld): number[] => moduli(overlaps(world));

/**
 * Lowers the logits of all common tokens, in quarters, until `measure` of E is at most `limit`. `measure` increases with
 * every entry of E, as |lambda_1| and the largest row sum do. Entries fall at most as fast as exp(-2 depth), since the
 * norms in their denominators fall too, so that a step of ln(measure / limit) / 2 is not too large.
 */
function weaken(
  { problem, Z }: PointWorld,
  common: ReadonlySet<number>,
  limit: number,
  measure: (world: PointWorld) => number = (world) => spectrum(world)[0],
): PointWorld {
  for (let depth = 0; ; ) {
    const world = { problem, Z: lower(Z, common, depth) };
    const excess = measure(world) / limit;
    if (excess <= 1) return world;
    depth += Math.ceil(2 * Math.log(excess)) / 4;
  }
}

/** Weights to the power `share` and logits times `share`: for share 0 every weight is 1 and every logit 0. */
const temper = ({ problem, Z }: PointWorld, share: number): PointWorld => ({
  problem: {
    ...problem,
    classes: problem.classes.map((c) => ({
      ...c,
      probabilities: c.probabilities.map((p) => Math.max(1, Math.round(p ** share))),
    })),
  },
  // Rounded to sixteenths, as the logits are.
  Z: Z.map((row) => row.map((z) => Math.round(16 * z * share) / 16)),
});

/** Lower bounds of |lambda_i(E)|; the first is the least that satisfies 6/sqrt(M) <= |lambda_i| for the largest M. */
const LEAST = [(6 / Math.sqrt(LARGEST_VOCABULARY)) * 1.001, 1e-4, 1e-3];

/**
 * The smallest change of a state, of those tried, that satisfies Assumption 2 with |lambda_1| <= room/K. First only common
 * tokens lose attention; where E stays nearly singular (a path of three classes has the eigenvalue 0), the common tokens
 * other than the base tokens lose more, and then weights and logits are made more equal. In the limit classes of equal
 * shape share only base tokens, and E is far from singular.
 */
function satisfy(world: PointWorld, base: ReadonlySet<number>, room: number, least: number): PointWorld {
  const K = world.problem.classes.length;
  const layout = reducedLayout(world.problem);
  const common = commonTokens(world.problem);
  const beside = new Set([...common].filter((l) => !base.has(layout.tokens[l])));
  for (const share of [1, 0.5, 0.25, 0])
    for (const depth of [0, 1, 2, 4, 8]) {
      const { problem, Z } = temper(world, share);
      const found = weaken({ problem, Z: lower(Z, beside, depth) }, common, room / K);
      if ((spectrum(found).at(-1) ?? 0) > least) return found;
    }
  throw new Error('no state near this one satisfies Assumption 2'); // not reached: the last one tried satisfies it
}

/** M >= 100 K^2 with 6/sqrt(M) <= |lambda_K| (1 - 1e-3), times 10^decades. */
function vocabulary(world: PointWorld, decades: number): number {
  const K = world.problem.classes.length;
  const least = spectrum(world).at(-1)!;
  const enough = Math.max(MUCH * K * K, (6 / least) ** 2 * 1.002, world.problem.vocabulary);
  return Math.min(Math.ceil(enough * 10 ** decades), LARGEST_VOCABULARY);
}

interface Assumption2Options {
  readonly maxClasses?: number;
  /** Common tokens beside the base token of each group. */
  readonly maxExtra?: number;
  readonly queries?: number;
  /** Logits are in [-limit, limit] before those of common tokens are lowered. */
  readonly limit?: number;
}

/**
 * States {problem, Z} under Assumption 2: E = Phi^T Phi - I has |lambda_1| < 1/K and |lambda_i| >= 6/sqrt(M) for all i,
 * and M >= 100 K^2 (M <= 1e12). Every class overlaps another; K from 2 to `maxClasses`; any overlap pattern.
 */
export function assumption2World(options: Assumption2Options = {}): Arbitrary<PointWorld> {
  const { maxClasses = 6, maxExtra = 5, queries = 3, limit = 4 } = options;
  return content(maxClasses, maxExtra).chain(({ groups, ...body }) =>
    dress(fc.constant(body), { queries }).chain((problem) => {
      const layout = reducedLayout(problem);
      const logits = fc.integer({ min: 0, max: limit }).chain((size) =>
        fc.array(
          fc.array(logit(size), { minLength: layout.tokens.length, maxLength: layout.tokens.length }),
          {
            minLength: layout.queries.length,
            maxLength: layout.queries.length,
          },
        ),
      );
      return fc
        .record({
          Z: logits,
          room: fc.constantFrom(0.99, 0.9, 0.5, 0.1),
          least: fc.constantFrom(...LEAST),
          decades: fc.integer({ min: 0, max: 6 }).map((k) => k / 2),
        })
        .map(({ Z, room, least, decades }) => {
          const base = new Set(Array.from({ length: groups }, (_, g) => g));
          const world = satisfy({ problem, Z }, base, room, least);
          return { ...world, problem: { ...world.problem, vocabulary: vocabulary(world, decades) } };
        });
    }),
  );
}

const largestRowSum = (world: PointWorld): number =>
  Math.max(...overlaps(world).map((row) => row.reduce((a, b) => a + b)));

/**
 * States with any common tokens in which every row sum of E is at most 0.999. No other part of Assumption 2 holds by
 * construction: E may be singular, and M may be as small as the problem allows.
 */
export const rowSumsWorld = (): Arbitrary<PointWorld> =>
  fc
    .record({ world: pointWorld(commons()), room: fc.constantFrom(0.999, 0.9, 0.5) })
    .map(({ world, room }) => weaken(world, commonTokens(world.problem), room, largestRowSum));

/**
 * The same with the logits of common tokens raised again, by at most 6, until bisection from below brings the largest row
 * sum of E to `reach`: 0.9 to 0.999, where two classes share enough.
 */
export const rowSumsNearOne = (): Arbitrary<PointWorld> =>
  fc.record({ world: rowSumsWorld(), reach: fc.constantFrom(0.9, 0.99, 0.999) }).map(({ world, reach }) => {
    const common = commonTokens(world.problem);
    const raised = (by: number): PointWorld => ({ ...world, Z: lower(world.Z, common, -by) });
    let [below, above] = [0, 6];
    for (let i = 0; i < 40; i++) {
      const middle = (below + above) / 2;
      if (largestRowSum(raised(middle)) <= reach) below = middle;
      else above = middle;
    }
    return raised(below);
  });

/** States with provably xi_n > 0: all of Assumption 2; row sums of E below 1; a single common token. */
export const weakOverlapWorld = (): Arbitrary<PointWorld> =>
  fc.oneof(assumption2World(), rowSumsWorld(), pointWorld(singleCommon()));
