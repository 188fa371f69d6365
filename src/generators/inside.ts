/**
 * Problems that satisfy every hypothesis of the paper at once: all of Assumption 2 at the zero start, M >= 100 K^2, one
 * query token, uniform classes, one common token (or several with equal weights in all classes); M over decades.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { Problem } from '../model/problem.ts';
import { LARGEST_VOCABULARY, MUCH } from './assumption2.ts';
import { decades } from './problems.ts';

/** The common and the distinct tokens of a class, as integer weights of P(l|n). */
interface Weights {
  readonly common: readonly number[];
  readonly distinct: readonly number[];
}

const squares = (weights: readonly number[]): number => weights.reduce((s, w) => s + w * w, 0);
const doubled = (weights: readonly number[]): number[] => weights.map((w) => 2 * w);

/** phi^2/(1 - phi^2), with phi^2 the sum of f_l^2 over common tokens at Z = 0. */
const odds = ({ common, distinct }: Weights): number => squares(common) / squares(distinct);
const oddsOf = (square: number): number => (square < 1 ? square / (1 - square) : Infinity);

/** Doubles the weights of the common tokens until the odds are at least `low`; a change leaves them below 4 low. */
const raised = (low: number, weights: Weights): Weights =>
  odds(weights) >= low ? weights : raised(low, { ...weights, common: doubled(weights.common) });

/** Doubles the weights of the distinct tokens until the odds are below `high`; a change leaves them at least high/4. */
const lowered = (high: number, weights: Weights): Weights =>
  odds(weights) < high ? weights : lowered(high, { ...weights, distinct: doubled(weights.distinct) });

/** The odds of phi^2 = 6/sqrt(M). */
const lowest = (M: number): number => oddsOf(6 / Math.sqrt(M));

/**
 * The smallest doublings after which Assumption 2 holds at Z = 0. With one common token E is phi phi^T off the diagonal,
 * a rank-one update of -diag(phi^2), so that
 *
 *  - |lambda_1| < 1/K exactly when sum_n phi_n^2/(phi_n^2 + 1/K) < 1: the positive eigenvalue, which is minus the sum of
 *    the others (the trace is 0) and so the largest in modulus, solves sum_n phi_n^2/(phi_n^2 + lambda) = 1, whose left
 *    side decreases in lambda;
 *  - |lambda_i| >= min phi_n^2 for all i, by interlacing; so phi_n^2 >= 6/sqrt(M) is enough.
 *
 * The first class may use the common token with any weight that leaves the odds of the others a range [low, high) with
 * high > 4 low: then no doubling skips the range.
 */
function settle([first, ...others]: readonly Weights[], M: number): Weights[] {
  const K = others.length + 1;
  const low = lowest(M);
  /** The upper bound of the odds of the others, given the first class. */
  const high = (strong: Weights): number => {
    const square = odds(strong) / (1 + odds(strong));
    const share = (1 - square / (square + 1 / K)) / (K - 1);
    return oddsOf(share / (K * (1 - share)));
  };
  let strong = raised(low, first);
  while (high(strong) <= 4 * low) strong = { ...strong, distinct: doubled(strong.distinct) };
  return [strong, ...others.map((weights) => lowered(high(strong), raised(low, weights)))];
}

/**
 * The least M for K classes: M >= 100 K^2, and so large that `settle` ends. Where the odds of the first class are below
 * 4 low, the others have their range if 4 low < 1/(K^2 - K - 1), the odds of phi^2 = 1/(K (K-1)), at which K equal classes
 * have |lambda_1| = 1/K; that is, if M > (6 (4 K^2 - 4 K - 3))^2.
 */
const leastVocabulary = (K: number): number => Math.max(MUCH * K * K, (6 * (4 * K * K - 4 * K - 3)) ** 2 + 1);

/** From 10^first to 10^second. */
export type Decades = readonly [number, number];

/** M from the least for K classes to 1e12. */
const ANY_VOCABULARY: Decades = [0, Math.log10(LARGEST_VOCABULARY)];

/** M log-uniform over the decades, and at least the least M for K classes. */
const vocabularyOf = (K: number, [low, high]: Decades): Arbitrary<number> => {
  const least = Math.ceil(10 * Math.max(Math.log10(leastVocabulary(K)), low)) / 10;
  return decades(least, Math.max(least, high)).map(Math.ceil);
};

const weight = decades(0, 2).map(Math.round);
const classCount = fc.integer({ min: 2, max: 4 });

/** Ids from 0: common tokens, distinct ones class by class, the query, the targets. */
function dressed(classes: readonly Weights[], vocabulary: number): Problem {
  const shared = classes[0].common.length;
  const query = shared + classes.reduce((s, { distinct }) => s + distinct.length, 0);
  let next = shared;
  return {
    vocabulary,
    classes: classes.map(({ common, distinct }, n) => ({
      next: query + 1 + n,
      query,
      tokens: [...common.keys(), ...distinct.map(() => next++)],
      probabilities: [...common, ...distinct],
    })),
  };
}

export interface InsideOptions {
  readonly vocabulary?: Decades;
  /** Whether every class has at least two distinct tokens of different probability. */
  readonly unequal?: boolean;
}

/** One common token, K from 2 to 4, up to 4 distinct tokens per class, weights over two decades before any doubling. */
export const insideProblem = ({
  vocabulary = ANY_VOCABULARY,
  unequal = false,
}: InsideOptions = {}): Arbitrary<Problem> =>
  classCount.chain((K) => {
    const distinct = fc
      .array(weight, { minLength: 1, maxLength: unequal ? 3 : 4 })
      .map((ws) => (unequal ? [...ws, ws[0] + 1] : ws));
    const one = fc.record({ common: weight.map((w) => [w]), distinct });
    return fc
      .record({
        classes: fc.array(one, { minLength: K, maxLength: K }),
        M: vocabularyOf(K, vocabulary),
      })
      .map(({ classes, M }) => dressed(settle(classes, M), M));
  });

const alike = (weights: Weights, K: number, M: number): Problem => dressed(new Array(K).fill(weights), M);

/**
 * Corollary 2's problems under Assumption 2, with up to `commons` common tokens: E is that of a single one with phi^2 the
 * sum of their f^2, so that phi^2 in [6/sqrt(M), 1/(K (K-1))) is enough.
 */
export const insideAlike = (commons: number, vocabulary = ANY_VOCABULARY): Arbitrary<Problem> =>
  classCount.chain((K) =>
    fc
      .record({
        common: fc.array(weight, { minLength: 1, maxLength: commons }),
        distinct: fc.array(weight, { minLength: 1, maxLength: 4 }),
        M: vocabularyOf(K, vocabulary),
      })
      .map(({ M, ...weights }) => alike(lowered(1 / (K * K - K - 1), raised(lowest(M), weights)), K, M)),
  );

/** Two equal classes with phi^2 from 0.36 to 0.47 and M up to 1e3, so that M^(2/phi^2) < 1e17. */
export const stronglyAlike = (): Arbitrary<Problem> =>
  fc
    .record({ c: fc.integer({ min: 15, max: 19 }), M: fc.integer({ min: 900, max: 1000 }) })
    // phi^2 = c^2/(c^2 + 16^2 + 12^2)
    .map(({ c, M }) => alike({ common: [c], distinct: [16, 12] }, 2, M));

/**
 * Two or three classes with weights from 1 to 4 and M below 30, so that the effect of the other classes, phi^2/M of the
 * effect of the decoder's memory, is large: phi^2 > 0.13, P > 0.04. Assumption 2 does not hold.
 */
export const strongProblem = (): Arbitrary<Problem> =>
  fc
    .record({
      classes: fc.array(
        fc.record({
          common: fc.integer({ min: 2, max: 4 }).map((w) => [w]),
          distinct: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 3 }),
        }),
        { minLength: 2, maxLength: 3 },
      ),
      room: fc.integer({ min: 0, max: 12 }),
    })
    .map(({ classes, room }) => {
      const least = 2 + classes.length + classes.reduce((s, { distinct }) => s + distinct.length, 0);
      return dressed(classes, least + room);
    });
