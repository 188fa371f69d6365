/** Seeds of random worlds, samples and kernel cases. */

/** A seed is a 32-bit integer. */
export const SEEDS = { low: -(2 ** 31), high: 2 ** 31 - 1 } as const;

/** The seed of a run without `--seed`, so that it repeats: the paper's arXiv number. */
export const DEFAULT_SEED = 230516380;
