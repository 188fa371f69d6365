import quantile from '@stdlib/stats-base-dists-beta-quantile';

/**
 * The chance that a whole suite on fresh seeds raises one false alarm: a suite run a hundred times a day does so
 * less than once in 27 years.
 */
export const SUITE_LEVEL = 1e-6;

/** Statistical verdicts a suite may contain; each gets an equal share of the level. */
export const STATISTICAL_VERDICTS = 20;

export const LEVEL = SUITE_LEVEL / STATISTICAL_VERDICTS;

/**
 * Exact (Clopper-Pearson) limits of a probability after `successes` in `n` independent trials: each one-sided limit
 * is wrong with probability at most `level / 2`.
 * @throws RangeError unless 0 <= successes <= n, both integers
 */
export function clopperPearson(successes: number, n: number, level: number): { low: number; high: number } {
  if (!Number.isInteger(n) || !Number.isInteger(successes) || successes < 0 || successes > n)
    throw new RangeError(`expected 0 <= successes <= n, got ${successes} of ${n}`);
  return {
    low: successes === 0 ? 0 : quantile(level / 2, successes, n - successes + 1),
    high: successes === n ? 1 : quantile(1 - level / 2, successes + 1, n - successes),
  };
}
