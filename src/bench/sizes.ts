/** How much a run does. */
import type { Budget } from './timing.ts';

export interface BenchSizes {
  /** Random worlds beside the published one. */
  readonly random: number;
  /** Steps after which digits are counted. */
  readonly steps: readonly number[];
  /** For the time of a step of a backend, for a row of training, and for a point of a curve. */
  readonly step: Budget;
  readonly training: Budget;
  readonly point: Budget;
  /** Worlds of population descent in one batch. */
  readonly worlds: number;
  /** Whether curves have every second point only. */
  readonly coarse: boolean;
}

/** About five minutes on two cores. */
export const FULL: BenchSizes = {
  random: 4,
  steps: [1, 100, 1000],
  step: { seconds: 1, samples: 5 },
  training: { seconds: 2, samples: 5 },
  point: { seconds: 0.3, samples: 3 },
  worlds: 1024,
  coarse: false,
};

/** A minute or less. */
export const QUICK: BenchSizes = {
  random: 1,
  steps: [1, 10, 100],
  step: { seconds: 0.2, samples: 3 },
  training: { seconds: 0.3, samples: 3 },
  point: { seconds: 0.05, samples: 3 },
  worlds: 256,
  coarse: true,
};
