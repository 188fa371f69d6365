import type { Judgement } from './margin.ts';
import { clopperPearson, LEVEL } from './statistics.ts';

/** What became of a statement on a rung, over all random worlds. */
export type Verdict = 'holds' | 'violated' | 'undecided';

/** The ways to reach a verdict. */
export const DECIDED = ['proved', 'certified', 'statistical', 'measured'] as const;
/**
 * How a verdict was reached: by a proof for every world of a domain, by enclosures in the worlds that were tried, by exact
 * statistics, or by a search in floating point.
 */
export type Decided = (typeof DECIDED)[number];

export interface Tally {
  held: number;
  violated: number;
  undecided: number;
}

export const tally = (judgements: readonly Judgement[]): Tally => {
  const count = (outcome: Judgement['outcome']) => judgements.filter((j) => j.outcome === outcome).length;
  return { held: count('held'), violated: count('violated'), undecided: count('undecided') };
};

/** Exact limits of the probability that a world violates, at a level: an undecided world counts as violated in the upper limit. */
export const violatingLimits = (
  { held, violated, undecided }: Tally,
  level: number,
): { low: number; high: number } => {
  const n = held + violated + undecided;
  if (n === 0) return { low: 0, high: 1 };
  return {
    low: clopperPearson(violated, n, level).low,
    high: clopperPearson(violated + undecided, n, level).high,
  };
};

/** The verdict on "for every world": violated by one violation, else undecided by one undecided world. */
export const universalVerdict = ({ held, violated, undecided }: Tally): Verdict =>
  violated > 0 ? 'violated' : undecided > 0 || held === 0 ? 'undecided' : 'holds';

/**
 * The verdict on "a world violates with probability at most `limit`", by exact limits at the suite's level. An undecided
 * world counts as held in the lower limit and as violated in the upper one.
 */
export function rateVerdict(counts: Tally, limit: number, level = LEVEL): Verdict {
  const { low, high } = violatingLimits(counts, level);
  if (low > limit) return 'violated';
  return high <= limit ? 'holds' : 'undecided';
}
