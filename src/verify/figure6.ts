/**
 * The paper's Figure 6 as its authors' repository tabulates it, run again and compared row by row.
 *
 * Protocol: problem `syn-medium` with 1 or 3 query tokens of two next tokens each; sequences of 128, batches of 128,
 * 100 steps with momentum 0.9; both matrices start uniform; etaY = ratio etaZ. What is compared is the entropy of the
 * final attention over distinct tokens, averaged over classes.
 */

import { describe, type Sample } from '../arithmetic/sample.ts';
import { holm, type Welch, welch } from '../decide/welch.ts';
import { presets, syntheticProblem } from '../model/presets.ts';
import { type Experiment, runExperiment } from '../trainers/experiment.ts';
import type { Trainer } from '../trainers/trainer.ts';

export interface PublishedRow {
  readonly queryTokens: number;
  readonly nextTokens: number;
  readonly etaZ: number;
  /** etaY / etaZ. */
  readonly ratio: number;
  readonly entropy: Sample;
}

/** Family-wise level over the rows of the table (Holm). */
export const FIGURE6_LEVEL = 1e-3;
/** The table prints three decimals. */
const PRINTED = 5e-4;
export const FIGURE6_SEEDS = { firstSeed: 1, seeds: 10 } as const;

/** Rows of `fixtures/figure6.csv`: query_tokens,next_tokens,eta_z,eta_y_over_eta_z,entropy_mean,entropy_std,seeds. */
export const parseFigure6 = (csv: string): PublishedRow[] =>
  csv
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [queryTokens, nextTokens, etaZ, ratio, mean, std, size] = line.split(',').map(Number);
      return { queryTokens, nextTokens, etaZ, ratio, entropy: { mean, std, size } };
    });

export const figure6Experiment = ({ queryTokens, nextTokens, etaZ, ratio }: PublishedRow): Experiment => ({
  problem: syntheticProblem({
    ...presets['syn-medium'],
    queryTokens,
    nextPerQuery: nextTokens / queryTokens,
  }),
  etaZ,
  etaY: ratio * etaZ,
  momentum: 0.9,
  batch: 128,
  length: 128,
  steps: 100,
  init: 'uniform',
  ...FIGURE6_SEEDS,
});

export interface Reproduced {
  readonly published: PublishedRow;
  readonly ours: Sample;
  /** Welch's test, the printed numbers read as kindly as their decimals allow. */
  readonly test: Welch;
  /** The difference in standard errors, the printed numbers taken as exact. */
  readonly z: number;
}

/**
 * Runs rows of the table.
 * @param change of the protocol, for controls
 */
export async function reproduceFigure6(
  trainer: Trainer,
  rows: readonly PublishedRow[],
  change: Partial<Experiment> = {},
): Promise<Reproduced[]> {
  const reproduced: Reproduced[] = [];
  for (const published of rows) {
    const { runs } = await runExperiment(trainer, { ...figure6Experiment(published), ...change });
    reproduced.push(
      compareWithPublished(
        published,
        runs.map((run) => run.distinctEntropy!),
      ),
    );
  }
  return reproduced;
}

export function compareWithPublished(published: PublishedRow, entropies: readonly number[]): Reproduced {
  const ours = describe(entropies);
  return {
    published,
    ours,
    test: welch(ours, published.entropy, PRINTED),
    z: welch(ours, published.entropy).t,
  };
}

/** Which rows differ from the published ones at the family-wise level. */
export const rejectedRows = (rows: readonly Reproduced[]): Reproduced[] => {
  const rejected = holm(
    rows.map(({ test }) => test.pValue),
    FIGURE6_LEVEL,
  );
  return rows.filter((_, i) => rejected[i]);
};

/** sqrt(mean z^2): near 1 when the differences are chance. */
export const rootMeanSquare = (xs: readonly number[]): number =>
  Math.sqrt(xs.reduce((a, x) => a + x * x, 0) / xs.length);
