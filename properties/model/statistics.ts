/** A goodness-of-fit test for the samplers, at a level so small that neither fixed nor fresh seeds fail by chance. */

/** ln of the level 1e-9. */
const X = 9 * Math.LN10;

/** Least expected draws of a cell for which Pearson's statistic is near its limit. */
const LEAST = 25;

/** Counts by value. */
export function histogram(draw: () => number, draws: number): Map<number, number> {
  const seen = new Map<number, number>();
  for (let i = 0; i < draws; i++) {
    const k = draw();
    seen.set(k, (seen.get(k) ?? 0) + 1);
  }
  return seen;
}

/**
 * Pearson's statistic over cells of at least LEAST expected draws, neighbours merged, as a fraction of the value that a
 * chi-square variable exceeds with probability at most 1e-9: df + 2 sqrt(df x) + 2x (Laurent & Massart 2000, Lemma 1).
 * Above 1 the sampler does not follow `probability`.
 */
export function misfit(
  seen: ReadonlyMap<number, number>,
  probability: ReadonlyMap<number, number>,
  draws: number,
): number {
  const cells: { observed: number; expected: number }[] = [{ observed: 0, expected: 0 }];
  let inside = 0;
  for (const [k, p] of [...probability].sort(([a], [b]) => a - b)) {
    if (cells[cells.length - 1].expected >= LEAST) cells.push({ observed: 0, expected: 0 });
    const cell = cells[cells.length - 1];
    cell.observed += seen.get(k) ?? 0;
    cell.expected += p * draws;
    inside += seen.get(k) ?? 0;
  }
  // A small last cell is merged with its neighbour, as are draws outside of the listed values.
  const last = cells[cells.length - 1];
  if (last.expected < LEAST && cells.length > 1) {
    cells.pop();
    cells[cells.length - 1].observed += last.observed;
    cells[cells.length - 1].expected += last.expected;
  }
  cells[cells.length - 1].observed += draws - inside;
  const statistic = cells.reduce((s, c) => s + (c.observed - c.expected) ** 2 / c.expected, 0);
  const df = cells.length - 1;
  return statistic / (df + 2 * Math.sqrt(df * X) + 2 * X);
}

/** The probabilities of Binomial(n, p) that are not negligible, by the ratio of neighbours, outward from the mode. */
export function binomialLaw(n: number, p: number): Map<number, number> {
  const mode = Math.floor((n + 1) * p);
  const reach = 10 * Math.sqrt(n * p * (1 - p)) + 30;
  const weights = new Map([[Math.min(mode, n), 1]]);
  let w = 1;
  for (let k = mode + 1; k <= Math.min(n, mode + reach); k++) {
    w *= (((n - k + 1) / k) * p) / (1 - p);
    weights.set(k, w);
  }
  w = 1;
  for (let k = mode - 1; k >= Math.max(0, mode - reach); k--) {
    w *= (((k + 1) / (n - k)) * (1 - p)) / p;
    weights.set(k, w);
  }
  const total = [...weights.values()].reduce((a, b) => a + b, 0);
  return new Map([...weights].map(([k, x]) => [k, x / total]));
}
