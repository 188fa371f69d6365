/** Seeds of random worlds, samples and kernel cases. */

/** A seed is a 32-bit integer. */
export const SEEDS = { low: -(2 ** 31), high: 2 ** 31 - 1 } as const;

/** The paper's arXiv number: without a seed of one's own a run repeats. */
export const DEFAULT_SEED = 230516380;
