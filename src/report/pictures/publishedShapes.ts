/** What is read of the kept data of the paper's figures; they hold more. */
import * as z from 'zod';
import type { Checked } from '../../io/badInput.ts';
import { checkShape, listOf } from '../../io/shape.ts';
import type { SubsetData } from './adamSubsets.ts';
import type { BiasData } from './biasCurves.ts';
import type { ClockData } from './clockCurves.ts';
import type { EntropyData } from './entropyMap.ts';
import type { GrowthData } from './growth.ts';
import type { AttentionData } from './heatMap.ts';
import type { RecallData } from './recallCurves.ts';

const count = z.int().positive();
const positive = z.number().positive();
const share = z.number().min(0).max(1);
const numbers = listOf(z.number().nonnegative());
const head = { schema: z.literal(1), figure: z.string(), command: z.string(), protocol: z.string() };
const spread = z.looseObject({ mean: z.number(), std: z.number().nonnegative() });
const rows = listOf(z.looseObject({ step: z.int().nonnegative(), attention: listOf(share) }));

const growth = z.looseObject({
  ...head,
  times: listOf(positive),
  curves: listOf(
    z.looseObject({ etaY: positive, scanEnd: positive, onset: positive, chi: listOf(positive) }),
  ),
});
const attention = z.looseObject({
  ...head,
  ...{ common: count, final: count, seeds: count },
  runs: listOf(z.looseObject({ name: z.string(), classes: listOf(rows) })),
});
const subsets = z.looseObject({
  ...head,
  ...{ common: count, final: count, later: count, seeds: count },
  runs: listOf(z.looseObject({ name: z.string(), rows })),
  ends: listOf(z.looseObject({ eta: positive, shares: listOf(listOf(share)) })),
});
const entropies = z.looseObject({
  ...head,
  ...{ seeds: count, level: positive.lt(1), agree: z.int().nonnegative(), rows: count },
  table: listOf(
    z.looseObject({
      ...{ queryTokens: count, nextTokens: count, etaZ: positive, ratio: positive },
      ...{ published: spread, ours: spread },
    }),
  ),
});
const clocks = z.looseObject({
  ...head,
  panels: listOf(
    z.looseObject({
      ...{ vocabulary: count, steps: count },
      curves: listOf(
        z.looseObject({ etaY: positive, largestGap: positive, discrete: numbers, smooth: numbers }),
      ),
    }),
  ),
});
const biases = z.looseObject({
  ...head,
  panels: listOf(
    z.looseObject({
      ...{ nu: positive, vocabulary: count, end: positive },
      curves: listOf(z.looseObject({ etaZ: positive, onset: positive, atOnset: positive, values: numbers })),
    }),
  ),
});
const recalls = z.looseObject({
  ...head,
  thresholds: listOf(positive),
  curves: listOf(
    z.looseObject({
      ...{ queryTokens: count, nextTokens: count, vocabulary: count, etaZ: positive, ratio: positive },
      recall: listOf(share),
    }),
  ),
});

const checker =
  <T>(shape: z.ZodType) =>
  (json: unknown): Checked<T> =>
    checkShape(shape, json) as Checked<T>;

export const checkGrowth = checker<GrowthData>(growth);
export const checkAttention = checker<AttentionData>(attention);
export const checkSubsets = checker<SubsetData>(subsets);
export const checkEntropies = checker<EntropyData>(entropies);
export const checkClocks = checker<ClockData>(clocks);
export const checkBiases = checker<BiasData>(biases);
export const checkRecalls = checker<RecallData>(recalls);
