/**
 * The chance that a run on a fresh seed ends otherwise than expected although nothing changed: by a world that stays
 * undecided or violates, by too many violations for a rate, or by a control that finds nothing. Each is a formula in
 * what one world does, and what one world does is bounded by exact limits from fresh seeds.
 */
import { clopperPearson } from './statistics.ts';
import { rateVerdict } from './verdict.ts';

/** P(X > k) for X binomial, terms by their logarithms: n up to some thousands. */
export function binomialAbove(k: number, n: number, p: number): number {
  if (p <= 0 || p >= 1) return k < (p <= 0 ? 0 : n) ? 1 : 0;
  let ln = n * Math.log1p(-p);
  let sum = k < 0 ? Math.exp(ln) : 0;
  for (let i = 1; i <= n; i++) {
    ln += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    if (i > k) sum += Math.exp(ln);
  }
  return Math.min(1, sum);
}

/** A rate row of `n` worlds does not hold, where a world violates with probability `q`. */
export function rateAlarm(n: number, rate: number, q: number): number {
  let most = -1;
  while (most < n && rateVerdict({ held: n - most - 1, violated: most + 1, undecided: 0 }, rate) === 'holds')
    most++;
  return binomialAbove(most, n, q);
}

/** No violation among `n` worlds of a control, where one violates with probability `q`. */
export const controlMiss = (n: number, q: number): number => (1 - q) ** n;

/** A rate's control of `n` worlds is not called violated at its last look. */
export function rateControlMiss(n: number, rate: number, q: number, level: number): number {
  let least = 0;
  while (
    least <= n &&
    rateVerdict({ held: n - least, violated: least, undecided: 0 }, rate, level) !== 'violated'
  )
    least++;
  return 1 - binomialAbove(least - 1, n, q);
}

/** What fresh seeds showed of a row on which no world may fail. */
export interface Pooled {
  /** Worlds that were judged, and how many of them violated or stayed undecided. */
  readonly worlds: number;
  readonly failed: number;
  /** Worlds of one run. */
  readonly asked: number;
}

/**
 * A bound on the chance that some world of some of these rows fails in one run, wrong with probability at most `level`.
 * With u_i the chance of one world of row i, the chance is at most sum n_i u_i <= (sum N_i u_i)/c, c the least N_i/n_i;
 * and sum N_i u_i is the mean of the number of failures seen, which equal chances make hardest to bound (Hoeffding
 * 1956: P(S <= k) is then largest, for k up to the mean less 1), so Clopper and Pearson's limit holds for it.
 */
export function universalAlarm(rows: readonly Pooled[], level: number): number {
  const worlds = rows.reduce((sum, row) => sum + row.worlds, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  if (rows.length === 0) return 0;
  if (worlds === 0) return 1;
  const runs = Math.min(...rows.map((row) => row.worlds / row.asked));
  return Math.min(1, (worlds * clopperPearson(failed, worlds, 2 * level).high) / runs);
}
