/** Training from the zero start on problems that satisfy the hypotheses, with etaY < 1 and etaY/etaZ over decades. */

import fc, { type Arbitrary } from 'fast-check';
import { wholeRun } from '../ladder/clock.ts';
import type { FlowWorld, RunWorld, SampledWorld } from '../ladder/worlds.ts';
import type { Problem } from '../model/problem.ts';

import { type Decades, strongProblem } from './inside.ts';
import { type PairWorld, paired } from './learningRates.ts';
import { decades } from './problems.ts';
import { seed } from './states.ts';

/** M^-0.99 << etaY < 1. */
const etaY = fc.integer({ min: 2, max: 9 }).map((k) => k / 10);

/** K ln M: the scan ends at etaY t = K ln M (t0' of Theorem 4). */
const scanTime = ({ vocabulary, classes }: Problem): number => classes.length * Math.log(vocabulary);

/**
 * L = K ln^2(M etaY t/K), the scale of etaY/etaZ above which attention is nearly constant while the decoder learns. By
 * gamma = O(etaY t/K) until t0' and O(K ln(M etaY t/K)/(etaY t)) after it (Lemma 9) attention moves by O((etaZ/etaY) L)
 * times the gain from the other classes. Through the decoder's memory of the token's own class this causes a loss that is
 * O((etaZ/etaY) L) of the gain. So "etaY >> etaZ" means a ratio far above L, which grows with M. The largest ratios at
 * which a distinct token was found to lose are near 0.1 L (fixtures/large-m.json).
 */
export const scanned = ({ vocabulary, classes: { length: K } }: Problem, reach: number): number =>
  K * Math.log((vocabulary * reach) / K) ** 2;

/** Ratios etaY/etaZ over decades, in units of 1 or of `scanned`. */
export interface Ratio {
  readonly decades: Decades;
  readonly unit?: typeof scanned;
}

const ratesOf = (etaY: number, ratio: number) => ({ etaY, etaZ: etaY / ratio, momentum: 0 });

/** The same rates, shrinking to the largest: the shortest run to the onset. */
const quickEtaY = fc.integer({ min: 1, max: 8 }).map((k) => (10 - k) / 10);

/** Runs to four times the onset of the snap. */
export const insideWhole = (problems: Arbitrary<Problem>, ratio: Ratio): Arbitrary<RunWorld> =>
  fc
    .record({ problem: problems, etaY: quickEtaY, times: decades(...ratio.decades) })
    .map(({ problem, etaY, times }) => {
      const { vocabulary, classes } = problem;
      const steps = wholeRun({ vocabulary, classes: classes.length, etaY });
      const unit = ratio.unit?.(problem, etaY * steps) ?? 1;
      return { problem, rates: ratesOf(etaY, times * unit), steps };
    });

/** Runs that end between t0'/4 and 3 t0'. */
export const insideRun = (problems: Arbitrary<Problem>, ratio: Ratio): Arbitrary<RunWorld> =>
  fc
    .record({
      problem: problems,
      etaY,
      times: decades(...ratio.decades),
      quarters: fc.integer({ min: 1, max: 12 }),
    })
    .map(({ problem, etaY, times, quarters }) => {
      const reach = (quarters / 4) * scanTime(problem);
      const unit = ratio.unit?.(problem, reach) ?? 1;
      return { problem, rates: ratesOf(etaY, times * unit), steps: 1 + Math.ceil(reach / etaY) };
    });

/** Flows that end at etaY t between 10^end[0] and 10^end[1]. */
export const insideFlow = (
  problems: Arbitrary<Problem>,
  ratio: Ratio,
  end: Decades = [1, 6],
): Arbitrary<FlowWorld> =>
  fc
    .record({ problem: problems, etaY, times: decades(...ratio.decades), reach: decades(...end) })
    .map(({ problem, etaY, times, reach }) => {
      const unit = ratio.unit?.(problem, reach) ?? 1;
      return { problem, rates: ratesOf(etaY, times * unit), end: reach / etaY };
    });

/** Pairs of flows with different learning rates. */
export const insidePair = (problems: Arbitrary<Problem>, ratio: Ratio): Arbitrary<PairWorld> =>
  paired(insideFlow(problems, ratio, [3, 8]));

/** The runs of `insideRun` on sampled batches of long sequences. */
export const insideSample = (problems: Arbitrary<Problem>, ratio: Ratio): Arbitrary<SampledWorld> =>
  fc
    .record({
      run: insideRun(problems, ratio),
      batch: fc.integer({ min: 1, max: 8 }),
      length: decades(6, 9).map(Math.floor),
      seed: seed(),
    })
    .map(({ run, ...rest }) => ({ ...run, ...rest }));

/**
 * Sampled training that differs from `population` by far less than distinct tokens move: with T = 1e9 the relative
 * variation of a token's share of a sequence is (T P)^(-1/2) < 2e-4, the gain from the other classes is at least
 * phi^2/M > 4e-3 of the loss by the memory of such a variation, and a batch of 64 lacks a class with probability 1e-8.
 */
export const nearlyExactSample = (): Arbitrary<SampledWorld> =>
  fc
    .record({
      problem: strongProblem(),
      etaY,
      ratio: decades(4, 6),
      batch: fc.integer({ min: 64, max: 128 }),
      steps: fc.integer({ min: 20, max: 100 }),
      seed: seed(),
    })
    .map(({ etaY, ratio, ...rest }) => ({ ...rest, rates: ratesOf(etaY, ratio), length: 1e9 }));
