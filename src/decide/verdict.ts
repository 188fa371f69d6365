import type { Judgement } from './margin.ts';
import { clopperPearson, LEVEL } from './statistics.ts';

export type Verdict = 'holds' | 'violated' | 'undecided';

/** How a verdict was reached: by enclosures, by exact statistics, or by floating-point trajectories. */
export type Decided = 'certified' | 'statistical' | 'measured';

export interface Tally {
  held: number;
  violated: number;
  undecided: number;
}

export const tally = (judgements: readonly Judgement[]): Tally => {
  const count = (outcome: Judgement['outcome']) => judgements.filter((j) => j.outcome === outcome).length;
  return { held: count('held'), violated: count('violated'), undecided: count('undecided') };
};

/** Exact limits of the fraction of worlds that violate, at a level: an undecided world counts for the upper one. */
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

/** "For every world": one violation refutes, one undecided world leaves it open. */
export const universalVerdict = ({ held, violated, undecided }: Tally): Verdict =>
  violated > 0 ? 'violated' : undecided > 0 || held === 0 ? 'undecided' : 'holds';

/**
 * "A world violates with probability at most `limit`": decided by exact limits at the suite's level. An undecided
 * world counts for and against.
 */
export function rateVerdict(counts: Tally, limit: number, level = LEVEL): Verdict {
  const { low, high } = violatingLimits(counts, level);
  if (low > limit) return 'violated';
  return high <= limit ? 'holds' : 'undecided';
}
