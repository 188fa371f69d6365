/** Which hypothesis of the paper a statement about training lacks where it is false, and worlds that restore it. */

import { type Decades, type InsideOptions, insideProblem, strongProblem } from '../generators/inside.ts';
import {
  insideFlow,
  insidePair,
  insideRun,
  insideSample,
  nearlyExactSample,
  type Ratio,
  scanned,
} from '../generators/insideRuns.ts';
import type { PairWorld } from '../generators/learningRates.ts';
import type { FlowWorld, RunWorld, SampledWorld } from '../ladder/worlds.ts';

import type { Isolation } from './claim.ts';

/** ">>" read as "at least a hundred times", as M >> K^2 is; not much more, for far above a tenth of `scanned` nothing is known to fail. */
const MUCH_FASTER: Ratio = { decades: [2, 2.1] };
/** M from 1e9 to 1e11, where K ln^2 M is 860 and more. */
const LARGE: Decades = [9, 11];
/** A hundred times what turns a distinct token round at most, and more: attention stands still while the decoder learns. */
const FAST_ENOUGH: Ratio = { decades: [1, 4], unit: scanned };

const hypothesis =
  'etaY >> etaZ as the proofs need it, etaY/etaZ >> K ln^2 M (here it is at least 100, and M is large)';
const how =
  "etaY/etaZ of 10 to 10,000 times K ln^2(M etaY t/K), where attention stands still while the decoder learns and z_l' is " +
  "-f_l^2 phi_n sum_k phi_k (A_k . r_n), A_k the decoder's sum of residuals r_k; M up to 1e6";

/** Along gradient ascent: the decoder is not fast enough, although the rest is as the paper has it. */
export const slowDecoder = (options: InsideOptions = {}): Isolation<RunWorld> => ({
  hypothesis,
  without: insideRun(insideProblem({ ...options, vocabulary: LARGE }), MUCH_FASTER),
  how,
  restored: insideRun(insideProblem({ ...options, vocabulary: [0, 6] }), FAST_ENOUGH),
});

/** The same along the flow. */
export const slowDecoderOfFlow = (options: InsideOptions = {}): Isolation<FlowWorld> => ({
  hypothesis,
  without: insideFlow(insideProblem({ ...options, vocabulary: LARGE }), MUCH_FASTER),
  how,
  restored: insideFlow(insideProblem({ ...options, vocabulary: [0, 6] }), FAST_ENOUGH),
});

/** Of two flows. Restored, a tenth of the above at the least: beyond it attention moves too little to be compared. */
export const slowDecoderOfPairs: Isolation<PairWorld> = {
  hypothesis:
    'etaY >> etaZ as the proofs need it, etaY/etaZ >> K ln^2(M etaY t/K) (here it is 1 to 100: beyond, attention moves too little to be compared)',
  without: insidePair(insideProblem({ vocabulary: [0, 6], unequal: true }), { decades: [0, 2] }),
  how: 'etaY/etaZ of 1 to 10 times K ln^2(M etaY t/K), where attention hardly moves while the decoder learns; M below 30, outside Assumption 2',
  restored: insidePair(strongProblem(), { decades: [0, 1], unit: scanned }),
};

/** Along sampled training: sequences and batches are finite, although the decoder is as fast as it must be. */
export const finiteSequences = (options: InsideOptions = {}): Isolation<SampledWorld> => ({
  hypothesis: 'T = inf (here T is 1e6 to 1e9)',
  without: insideSample(insideProblem({ ...options, vocabulary: [0, 6] }), FAST_ENOUGH),
  how:
    'T = 1e9, batches of 64 to 128 over 20 steps or more, M up to 30, outside Assumption 2, and probabilities within a factor of a few, where the ' +
    'noise of a sequence, (T P)^(-1/2), is far below the push of the other classes, phi^2/M',
  restored: nearlyExactSample(),
});
