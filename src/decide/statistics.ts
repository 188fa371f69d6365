import { createRequire } from 'node:module';

type Quantile = typeof import('#beta-quantile');

const require = createRequire(import.meta.url);
let loaded: Quantile | undefined;
/** The beta distribution's quantile. Its package takes a quarter of a second to load, so it is loaded on first use. */
const quantile = (p: number, alpha: number, beta: number): number => {
  loaded ??= require('#beta-quantile') as Quantile;
  return loaded(p, alpha, beta);
};

/**
 * The level of all exact tests of a run together: a bound of the probability that a rate at its limit gets the verdict
 * violated, or that a rate above its limit gets the verdict holds. It does not cover undecided worlds, measured rows and
 * controls, nor the power for rates far below their limit: `fixtures/freshSeeds/falseAlarms.ts` bounds those.
 */
const SUITE_LEVEL = 1e-6;

/** Most statistical verdicts of a suite; each gets an equal share of the level. */
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
