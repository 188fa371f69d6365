/**
 * Figure 6 on many seeds of our own: whether our mean lies within what ten published seeds leave open, and whether a
 * spread as published is one that ten of our seeds would have.
 */
import { describe, type Sample } from '../arithmetic/sample.ts';
import { holm, tQuantile, withinMargin } from '../decide/welch.ts';
import { type Uniform, uniformStream } from '../model/uniform.ts';
import type { PublishedRow } from './figure6.ts';

/** A setting with the final entropy of each class, seed by seed; the settings of one problem share their seeds. */
export interface ManyRuns {
  readonly queryTokens: number;
  readonly etaZ: number;
  readonly ratio: number;
  readonly entropies: readonly (readonly number[])[];
}

const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
/** What the table averages: the entropy of a run, over its classes. */
export const meanOverClasses = mean;
const std = (xs: readonly number[]): number => describe(xs).std;

/** Rounding of the printed table. */
const PRINTED = 5e-4;
/** Rows of the table: its margins hold for all of them at once. */
const ROWS = 32;
/** Level of each one-sided test of equivalence; no row is passed wrongly more often than this. */
export const EQUIVALENCE_LEVEL = 0.05;

/**
 * The margin of a row: the half-width of the published mean's own confidence interval at 95 %, all rows at once
 * (Bonferroni), t_9(1 - 0.05/64) s/sqrt(10), and the rounding of the table. A narrower claim about their mean cannot be
 * made from what they printed.
 */
export const marginOf = ({ std, size }: Sample): number =>
  (tQuantile(1 - 0.05 / (2 * ROWS), size - 1) * std) / Math.sqrt(size) + PRINTED;

/** Family-wise level of the rows' spreads (Holm). */
export const SPREAD_LEVEL = 0.01;

export interface Equivalence {
  readonly ours: Sample;
  readonly difference: number;
  readonly margin: number;
  /** Two one-sided t-tests: small when our mean is within the margin of the printed one. */
  readonly pValue: number;
}

export function equivalence({ entropy }: PublishedRow, { entropies }: ManyRuns): Equivalence {
  const ours = describe(entropies.map(mean));
  const margin = marginOf(entropy);
  return {
    ours,
    difference: ours.mean - entropy.mean,
    margin,
    pValue: withinMargin(ours, entropy.mean, margin),
  };
}

/** What "standard deviation" in the table may mean: of ten seeds, each with an entropy per class. */
export const readings: Record<string, (seeds: readonly (readonly number[])[]) => number> = {
  'over seeds, n - 1 below the line': (seeds) => std(seeds.map(mean)),
  'over seeds, n below the line': (seeds) => std(seeds.map(mean)) * Math.sqrt(1 - 1 / seeds.length),
  'standard error of the mean': (seeds) => std(seeds.map(mean)) / Math.sqrt(seeds.length),
  'over seeds and classes pooled': (seeds) => std(seeds.flat()),
  'over seeds for each class, averaged': (seeds) =>
    mean(seeds[0].map((_, n) => std(seeds.map((classes) => classes[n])))),
  'over classes for each seed, averaged': (seeds) => mean(seeds.map(std)),
  'over five seeds': (seeds) => std(seeds.slice(0, 5).map(mean)),
};

/** `size` seeds out of `n`, without repetition. */
function choose(uniform: Uniform, n: number, size: number): number[] {
  const all = [...Array(n).keys()];
  return Array.from({ length: size }, () => all.splice(Math.floor(uniform() * all.length), 1)[0]);
}

export interface ReadingFit {
  readonly reading: string;
  /** Geometric mean over the rows of printed spread / that of ten of our seeds (its median over draws). */
  readonly ratio: number;
  /** Two-sided: how often draws of ten seeds deviate as far in the mean of the log spread over the rows. */
  readonly pMean: number;
  /** The same for how unequal the rows are: the standard deviation of the log spread over them. */
  readonly pShape: number;
  /** ln of the normal density of both, for comparing readings: higher fits better. */
  readonly logLikelihood: number;
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.floor(q * (sorted.length - 1))];
const twoSided = (values: readonly number[], x: number): number => {
  const below = values.filter((v) => v <= x).length;
  return Math.min(1, (2 * Math.min(below + 1, values.length - below + 1)) / (values.length + 1));
};
const logNormal = (values: readonly number[], x: number): number =>
  -(((x - mean(values)) / std(values)) ** 2) / 2 - Math.log(std(values)) - Math.log(2 * Math.PI) / 2;

/**
 * How the printed spreads of one problem compare with those of ten of our seeds, drawn again and again; a draw takes the
 * same seeds at every setting, as our runs do, so that rows are as dependent as ours are.
 */
export function fitReadings(
  rows: readonly { readonly printed: number; readonly runs: ManyRuns }[],
  draws = 2000,
): ReadingFit[] {
  const n = Math.min(...rows.map(({ runs }) => runs.entropies.length));
  return Object.entries(readings).map(([reading, spread]) => {
    const uniform = uniformStream(6);
    const drawn = Array.from({ length: draws }, () => {
      const seeds = choose(uniform, n, 10);
      return rows.map(({ runs }) => Math.log(spread(seeds.map((s) => runs.entropies[s]))));
    });
    const medians = rows.map((_, i) =>
      quantile(
        drawn.map((d) => d[i]).sort((a, b) => a - b),
        0.5,
      ),
    );
    const off = (logs: readonly number[]) => logs.map((x, i) => x - medians[i]);
    const printed = off(rows.map((row) => Math.log(row.printed)));
    const all = drawn.map(off);
    const [means, shapes] = [all.map(mean), all.map(std)];
    return {
      reading,
      ratio: Math.exp(mean(printed)),
      pMean: twoSided(means, mean(printed)),
      pShape: twoSided(shapes, std(printed)),
      logLikelihood:
        logNormal(means, mean(printed)) + logNormal(shapes.map(Math.log), Math.log(std(printed))),
    };
  });
}

/** Two-sided rank of a row's printed spread among those of ten of our seeds. */
export function spreadRank(printed: number, { entropies }: ManyRuns, draws = 2000): number {
  const uniform = uniformStream(7);
  const means = entropies.map(mean);
  const drawn = Array.from({ length: draws }, () =>
    std(choose(uniform, means.length, 10).map((i) => means[i])),
  );
  return twoSided(drawn, printed);
}

/** The runs of a published row. */
export function runsOf({ queryTokens, etaZ, ratio }: PublishedRow, runs: readonly ManyRuns[]): ManyRuns {
  const found = runs.find((r) => r.queryTokens === queryTokens && r.etaZ === etaZ && r.ratio === ratio);
  if (!found) throw new Error(`no runs of ${queryTokens} query tokens, etaZ ${etaZ}, ratio ${ratio}`);
  return found;
}

/** The whole table on all seeds: means row by row, spreads row by row and problem by problem. */
export function manySeeds(published: readonly PublishedRow[], runs: readonly ManyRuns[], draws?: number) {
  const rows = published.map((row) => {
    const own = runsOf(row, runs);
    const { queryTokens, etaZ, ratio, entropy } = row;
    return {
      ...{ queryTokens, etaZ, ratio },
      ...equivalence(row, own),
      spreadRank: spreadRank(entropy.std, own, draws),
    };
  });
  const rejected = holm(
    rows.map((row) => row.spreadRank),
    SPREAD_LEVEL,
  );
  return {
    level: EQUIVALENCE_LEVEL,
    equivalent: rows.filter(({ pValue }) => pValue < EQUIVALENCE_LEVEL).length,
    spreadLevel: SPREAD_LEVEL,
    spreadsRejected: rejected.filter(Boolean).length,
    rows,
    spreads: [...new Set(published.map(({ queryTokens }) => queryTokens))].map((queryTokens) => ({
      queryTokens,
      fits: fitReadings(
        published
          .filter((row) => row.queryTokens === queryTokens)
          .map((row) => ({ printed: row.entropy.std, runs: runsOf(row, runs) })),
        draws,
      ),
    })),
  };
}
