import tCdf from '@stdlib/stats-base-dists-t-cdf';
import type { Sample } from '../arithmetic/sample.ts';

export interface Welch {
  /** (mean a - mean b) / sqrt(s_a^2/n_a + s_b^2/n_b). */
  readonly t: number;
  /** Welch-Satterthwaite degrees of freedom. */
  readonly freedom: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Welch's test of equal means of two normal samples with unrelated variances (Welch 1947).
 * @param resolution of printed values: the greatest distance of a printed mean and of a printed standard deviation
 *   from the true one; the least significant reading within them is tested, so that rounding never rejects
 */
export function welch(a: Sample, b: Sample, resolution = 0): Welch {
  const [va, vb] = [a.std ** 2 / a.size, (b.std + resolution) ** 2 / b.size];
  const distance = Math.max(0, Math.abs(a.mean - b.mean) - resolution);
  const t = (Math.sign(a.mean - b.mean) * distance) / Math.sqrt(va + vb);
  const freedom = (va + vb) ** 2 / (va ** 2 / (a.size - 1) + vb ** 2 / (b.size - 1));
  return { t, freedom, pValue: 2 * tCdf(-Math.abs(t), freedom) };
}

/**
 * Two one-sided t-tests (Schuirmann 1987): the larger p-value of "the mean is at most value - margin" and "at least value
 * + margin". Small: the mean lies within the margin.
 */
export function withinMargin({ mean, std, size }: Sample, value: number, margin: number): number {
  const error = std / Math.sqrt(size);
  const below = tCdf((mean - value - margin) / error, size - 1);
  const above = tCdf((value - margin - mean) / error, size - 1);
  return Math.max(below, above);
}

/** The t with P(T <= t) = p for p >= 1/2, by bisection to the last digit of a double. */
export function tQuantile(p: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (tCdf(high, freedom) < p) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (tCdf(middle, freedom) < p) low = middle;
    else high = middle;
  }
}

/**
 * Holm's step-down test: which hypotheses fall at a family-wise `level`, whatever their dependence. A p-value that
 * is not a number counts as 0: a comparison that could not be made is no agreement.
 */
export function holm(pValues: readonly number[], level: number): boolean[] {
  const p = pValues.map((x) => (Number.isNaN(x) ? 0 : x));
  const order = p.map((_, i) => i).sort((i, j) => p[i] - p[j]);
  const rejected = p.map(() => false);
  for (const [rank, i] of order.entries()) {
    if (p[i] > level / (p.length - rank)) break;
    rejected[i] = true;
  }
  return rejected;
}
