/** Training from the zero start on problems inside the hypotheses, with etaY < 1 and etaY/etaZ over decades. */

import fc, { type Arbitrary } from 'fast-check';
import type { FlowWorld, RunWorld, SampledWorld } from '../ladder/worlds.ts';
import type { Problem } from '../model/problem.ts';

import { type Decades, strongProblem } from './inside.ts';
import { type PairWorld, paired } from './learningRates.ts';
import { decades } from './problems.ts';
import { seed } from './states.ts';

/** M^-0.99 << etaY < 1. */
const etaY = fc.integer({ min: 2, max: 9 }).map((k) => k / 10);

/** K ln M: where etaY t ends the scan (t0' of Theorem 4). */
export const scanTime = ({ vocabulary, classes }: Problem): number => classes.length * Math.log(vocabulary);

/**
 * How many times faster than attention the decoder must be before attention stands still while it learns: with
 * L = K ln^2(M etaY t/K), gamma = O(etaY t/K) until t0' and O(K ln(M etaY t/K)/(etaY t)) after it (Lemma 9) move attention
 * by O((etaZ/etaY) L) times the push of the other classes. The decoder's memory of the token's own class turns that into a
 * pull back that is O((etaZ/etaY) L) of the push. So "etaY >> etaZ" means a ratio far above L, which grows with M. The
 * largest ratios at which a distinct token was seen to lose are near 0.1 L (fixtures/large-m.json).
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
      times: decades(...ratio.decades),
      quarters: fc.integer({ min: 1, max: 12 }),
    })
    .map(({ problem, etaY, times, quarters }) => {
      const reach = (quarters / 4) * scanTime(problem);
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
    .record({ problem: problems, etaY, times: decades(...ratio.decades), reach: decades(...end) })
    .map(({ problem, etaY, times, reach }) => {
      const unit = ratio.unit?.(problem, reach) ?? 1;
      return { problem, rates: ratesOf(etaY, times * unit), end: reach / etaY };
    });

/** Two flows side by side. */
export const insidePair = (problems: Arbitrary<Problem>, ratio: Ratio): Arbitrary<PairWorld> =>
  paired(insideFlow(problems, ratio, [3, 8]));

/** The runs of `insideRun` on drawn batches of long sequences. */
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
 * Sampled training that differs from `population` by far less than distinct tokens move: T = 1e9 makes a token's share of
 * a sequence vary by (T P)^(-1/2) < 2e-4 of itself, the push is at least phi^2/M > 4e-3 of what the memory of such a
 * variation pulls with, and a batch of 64 holds every class but for 1 in 1e8.
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
