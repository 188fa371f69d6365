/**
 * Worlds inside every hypothesis of the paper at once: Assumption 2 in full, M >= 100 K^2, etaY < 1, one query token, one
 * common token, uniform classes, the zero start; with vocabularies over decades.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { Problem } from '../model/problem.ts';
import { LARGEST_VOCABULARY, MUCH } from './assumption2.ts';
import type { FlowWorld } from './flows.ts';
import { type PairWorld, paired } from './learningRates.ts';
import { decades } from './problems.ts';
import { type RunWorld, type SampledWorld, seed } from './states.ts';

/** One common token and the distinct tokens of a class, as integer weights of P(l|n). */
interface Weights {
  readonly common: number;
  readonly distinct: readonly number[];
}

/** phi^2/(1 - phi^2), phi = f_CT at Z = 0. */
const odds = ({ common, distinct }: Weights): number => common ** 2 / distinct.reduce((s, w) => s + w * w, 0);
const oddsOf = (square: number): number => (square < 1 ? square / (1 - square) : Infinity);

/** Doubles the weight of the common token until the odds are at least `low`: they stay below 4 low. */
const raised = (low: number, weights: Weights): Weights => {
  let { common } = weights;
  while (odds({ ...weights, common }) < low) common *= 2;
  return { ...weights, common };
};

/** Doubles the weights of the distinct tokens until the odds are below `high`: they stay at or above high/4. */
const lowered = (high: number, weights: Weights): Weights => {
  let { distinct } = weights;
  while (odds({ ...weights, distinct }) >= high) distinct = distinct.map((w) => 2 * w);
  return { ...weights, distinct };
};

/**
 * The mildest doublings after which Assumption 2 holds at Z = 0. With one common token E = phi phi^T off the diagonal,
 * an update of rank one of -diag(phi^2), so that
 *
 *  - |lambda_1| < 1/K exactly when sum_n phi_n^2/(phi_n^2 + 1/K) < 1: the positive eigenvalue, which is minus the sum of
 *    the others (the trace is 0) and so the largest in modulus, solves sum_n phi_n^2/(phi_n^2 + lambda) = 1, whose left
 *    side falls;
 *  - |lambda_i| >= min phi_n^2 for all i, by interlacing; so phi_n^2 >= 6/sqrt(M) is enough.
 *
 * The first class may use the common token as much as it likes, as far as the others keep a range of a factor of 4 in
 * their odds: then no doubling leaves it on its other side.
 */
function settle([first, ...others]: readonly Weights[], M: number): Weights[] {
  const K = others.length + 1;
  const low = oddsOf(6 / Math.sqrt(M));
  /** Where the odds of the others must stay below, given the first class. */
  const high = (strong: Weights): number => {
    const square = odds(strong) / (1 + odds(strong));
    const share = (1 - square / (square + 1 / K)) / (K - 1);
    return oddsOf(share / (K * (1 - share)));
  };
  let strong = raised(low, first);
  while (high(strong) <= 4 * low) strong = { ...strong, distinct: strong.distinct.map((w) => 2 * w) };
  return [strong, ...others.map((weights) => lowered(high(strong), raised(low, weights)))];
}

/**
 * The least M drawn for K classes: M >= 100 K^2, and room for `settle`. When the first class too has odds below 4 low,
 * the others have their range if 4 low < 1/(K^2 - K - 1), the odds of phi^2 = 1/(K (K-1)), at which all of them together
 * reach |lambda_1| = 1/K; that is, if M > (6 (4 K^2 - 4 K - 3))^2.
 */
export const leastVocabulary = (K: number): number =>
  Math.max(MUCH * K * K, (6 * (4 * K * K - 4 * K - 3)) ** 2 + 1);

const weight = fc.integer({ min: 1, max: 60 });

/** From 10^first to 10^second. */
export type Decades = readonly [number, number];

/** M from just large enough to 1e12. */
export const ANY_VOCABULARY: Decades = [0, Math.log10(LARGEST_VOCABULARY)];

export interface InsideOptions {
  readonly maxClasses?: number;
  /** M is log-uniform over these decades, as far as K classes allow. */
  readonly vocabulary?: Decades;
  /** Whether every class has two distinct tokens or more that differ in probability. */
  readonly unequal?: boolean;
}

/** Token 0 is common; K from 2 to `maxClasses`; weights up to 61 before they are doubled. */
export const insideProblem = ({
  maxClasses = 4,
  vocabulary = ANY_VOCABULARY,
  unequal = false,
}: InsideOptions = {}): Arbitrary<Problem> =>
  fc.integer({ min: 2, max: maxClasses }).chain((K) => {
    const least = Math.ceil(10 * Math.max(Math.log10(leastVocabulary(K)), vocabulary[0])) / 10;
    const one = fc.record({
      common: weight,
      distinct: fc
        .array(weight, { minLength: 1, maxLength: unequal ? 3 : 4 })
        .map((ws) => (unequal ? [...ws, ws[0] + 1] : ws)),
    });
    return fc
      .record({
        classes: fc.array(one, { minLength: K, maxLength: K }),
        M: decades(least, Math.max(least, vocabulary[1])).map(Math.ceil),
      })
      .map(({ classes, M }) => dressed(settle(classes, M), M));
  });

/** Ids from 0: contextual tokens, the query, the targets. */
function dressed(classes: readonly Weights[], vocabulary: number): Problem {
  const query = 1 + classes.reduce((s, { distinct }) => s + distinct.length, 0);
  let next = 1;
  return {
    vocabulary,
    classes: classes.map(({ common, distinct }, n) => ({
      next: query + 1 + n,
      query,
      tokens: [0, ...distinct.map(() => next++)],
      probabilities: [common, ...distinct],
    })),
  };
}

/** M^-0.99 << etaY < 1. */
const etaY = fc.integer({ min: 2, max: 9 }).map((k) => k / 10);

/** K ln M: where etaY t ends the scan (t0' of Theorem 4). */
export const onset = ({ vocabulary, classes }: Problem): number => classes.length * Math.log(vocabulary);

/**
 * How many times faster than attention the decoder must be before attention stands still while it learns: with
 * L = K ln^2(M etaY t/K), gamma = O(etaY t/K) until t0' and O(K ln(M etaY t/K)/(etaY t)) after it (Lemma 9) move attention
 * by (etaZ/etaY) L times the push of the other classes. The decoder's memory of the token's own class turns that into a
 * pull back that is O((etaZ/etaY) L) of the push. So "etaY >> etaZ" means a ratio far above L, which grows with M. The
 * largest ratio at which a distinct token was seen to lose is 0.1 L (fixtures/large-m.json).
 */
export const scanned = ({ vocabulary, classes: { length: K } }: Problem, reach: number): number =>
  K * Math.log((vocabulary * reach) / K) ** 2;

/** Ratios etaY/etaZ over decades, in units of 1 or of `scanned`. */
export interface Ratio {
  readonly decades: Decades;
  readonly unit?: typeof scanned;
}

const ratesOf = (etaY: number, ratio: number) => ({ etaY, etaZ: etaY / ratio, momentum: 0 });

/** Runs up to a quarter of t0' to three times it. */
export const insideRun = (problems: Arbitrary<Problem>, ratio: Ratio): Arbitrary<RunWorld> =>
  fc
    .record({
      problem: problems,
      etaY,
      ratio: decades(...ratio.decades),
      quarters: fc.integer({ min: 1, max: 12 }),
    })
    .map(({ problem, etaY, ratio: times, quarters }) => {
      const reach = (quarters / 4) * onset(problem);
      const unit = ratio.unit?.(problem, reach) ?? 1;
      return { problem, rates: ratesOf(etaY, times * unit), steps: 1 + Math.ceil(reach / etaY) };
    });

/** Flows up to etaY t = 10^end[0] to 10^end[1]. */
export const insideFlow = (
  problems: Arbitrary<Problem>,
  ratio: Ratio,
  end: Decades = [1, 6],
): Arbitrary<FlowWorld> =>
  fc
    .record({ problem: problems, etaY, ratio: decades(...ratio.decades), reach: decades(...end) })
    .map(({ problem, etaY, ratio: times, reach }) => {
      const unit = ratio.unit?.(problem, reach) ?? 1;
      return { problem, rates: ratesOf(etaY, times * unit), end: reach / etaY };
    });

/** The same runs on drawn batches of long sequences. */
export const insideSample = (problems: Arbitrary<Problem>, ratio: Ratio): Arbitrary<SampledWorld> =>
  fc
    .record({
      run: insideRun(problems, ratio),
      batch: fc.integer({ min: 1, max: 8 }),
      length: decades(6, 9).map(Math.floor),
      seed,
    })
    .map(({ run, ...rest }) => ({ ...run, ...rest }));

/**
 * Two or three classes with weights from 1 to 4 and a vocabulary below a hundred, so that the push of the other classes,
 * phi^2/M of the memory's, is large: phi^2 > 0.13, P > 0.04. Outside Assumption 2.
 */
const strongProblem: Arbitrary<Problem> = fc
  .record({
    classes: fc.array(
      fc.record({
        common: fc.integer({ min: 2, max: 4 }),
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

/**
 * Sampled training that differs from `population` by far less than distinct tokens move: T = 1e9 makes a token's share of
 * a sequence vary by (T P)^(-1/2) < 2e-4 of itself, the push is at least phi^2/M > 4e-3 of what the memory of such a
 * variation pulls with (M < 30), and a batch of 64 holds every class but for 1 in 1e8.
 */
export const nearlyExactSample: Arbitrary<SampledWorld> = fc
  .record({
    problem: strongProblem,
    etaY,
    ratio: decades(4, 6),
    batch: fc.integer({ min: 64, max: 128 }),
    steps: fc.integer({ min: 20, max: 100 }),
    seed,
  })
  .map(({ etaY, ratio, ...rest }) => ({ ...rest, rates: ratesOf(etaY, ratio), length: 1e9 }));

/** Pairs of flows, inside every hypothesis but for the ratio. */
export const insidePair = (problems: Arbitrary<Problem>, ratio: Ratio): Arbitrary<PairWorld> =>
  paired(insideFlow(problems, ratio, [3, 8]));

/** Pairs of flows that attention moves far enough along to be compared, by a hundredth of its entropy and more. */
export const strongPair = (ratio: Ratio): Arbitrary<PairWorld> => insidePair(strongProblem, ratio);

/** Classes alike, so that single-ct is as near as a real problem can be. */
const alike = ({ common, distinct }: Weights, K: number, M: number): Problem =>
  dressed(new Array(K).fill({ common, distinct }), M);

/** Flows of K classes alike under Assumption 2, up to etaY t = 1e20: odds in [6/sqrt(M), 1/(K^2 - K - 1)). */
export const insideAlike = (ratio: Ratio): Arbitrary<FlowWorld> =>
  insideFlow(
    fc
      .record({
        K: fc.integer({ min: 2, max: 4 }),
        common: weight,
        distinct: fc.array(weight, { minLength: 1, maxLength: 4 }),
        decades: fc.integer({ min: 0, max: 50 }),
      })
      .map(({ K, common, distinct, decades }) => {
        const M = Math.min(Math.ceil(leastVocabulary(K) * 10 ** (decades / 10)), LARGEST_VOCABULARY);
        const weights = raised(oddsOf(6 / Math.sqrt(M)), { common, distinct });
        return alike(lowered(1 / (K * K - K - 1), weights), K, M);
      }),
    ratio,
    [20, 20],
  );

/** Two classes alike with phi^2 from 0.36 to 0.47 and M up to 1e3, up to etaY t = 1e20: there M^(2/phi^2) < 1e17. */
export const saturating: Arbitrary<FlowWorld> = insideFlow(
  fc
    .record({
      // phi^2 = c^2/(c^2 + 16^2 + 12^2)
      common: fc.integer({ min: 15, max: 19 }),
      M: fc.integer({ min: 900, max: 1000 }),
    })
    .map(({ common, M }) => alike({ common, distinct: [16, 12] }, 2, M)),
  { decades: [0, 1.5] },
  [20, 20],
);
