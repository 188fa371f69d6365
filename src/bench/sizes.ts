/** Sizes of a run. */
import type { Budget } from './timing.ts';

/** How much is measured. */
export interface BenchSizes {
  /** Random worlds in addition to the published one. */
  readonly random: number;
  /** Steps after which the digits are measured. */
  readonly steps: readonly number[];
  /** Budgets of a backend's step, of a training row, and of a point of a curve. */
  readonly step: Budget;
  readonly training: Budget;
  readonly point: Budget;
  /** Worlds of population descent in one batch. */
  readonly worlds: number;
  /** Whether curves have only every second point. */
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
