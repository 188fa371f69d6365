/** What is read of the results that ship with the package; they may hold more. */
import * as z from 'zod';
import type { BenchDocument } from '../../bench/document.ts';
import type { Checked } from '../../io/badInput.ts';
import { checkShape, listOf } from '../../io/shape.ts';
import type { KillMatrix } from './figures.ts';

const count = z.int().nonnegative();
const size = z.number().nonnegative();

const killMatrix = z.looseObject({
  summary: z.looseObject({
    mixed: count,
    survivors: listOf(
      z.looseObject({
        ...{ bug: z.string(), face: z.string(), why: z.string().nullable() },
        directed: count.nullable(),
      }),
    ),
  }),
  kills: listOf(z.looseObject({ bug: z.string(), face: z.enum(['stages', 'outputs']) })),
});
export const checkKillMatrix = (json: unknown): Checked<KillMatrix> =>
  checkShape(killMatrix, json) as Checked<KillMatrix>;

const timing = z.looseObject({ median: size, low: size, high: size, samples: z.int().positive() });
const bench = z.looseObject({
  schema: z.literal(1),
  ...{ command: z.string(), made: z.string(), work: z.string(), seconds: size, interrupted: z.boolean() },
  machine: z.looseObject({ cpu: z.string(), cores: count, memoryGiB: size, platform: z.string() }),
  backends: listOf(
    z.looseObject({
      backend: z.string(),
      digits: listOf(
        z.looseObject({ steps: z.int().positive(), worst: size.nullable(), median: size.nullable() }),
      ),
      ...{ secondsPerStep: timing.nullable(), memory: size.nullable() },
    }),
  ),
  training: listOf(
    z.looseObject({ backend: z.string(), vocabulary: z.int().positive(), secondsPerStep: timing }),
  ),
  population: listOf(z.looseObject({ backend: z.string(), secondsPerStep: timing })),
  scaling: listOf(
    z.looseObject({
      ...{ backend: z.string(), variable: z.enum(['M', 'K', 'T', 'worlds']), fixed: z.string() },
      points: listOf(z.looseObject({ at: z.number().positive(), seconds: timing })),
      exponent: z.looseObject({ value: z.number(), standardError: size }),
    }),
  ),
});
export const checkBench = (json: unknown): Checked<BenchDocument> =>
  checkShape(bench, json) as Checked<BenchDocument>;

const versions = z.record(z.string(), z.string()).optional();
const manifest = z.looseObject({
  version: z.string(),
  ...{ dependencies: versions, optionalDependencies: versions },
});
export const checkManifest = (json: unknown): Checked<z.output<typeof manifest>> =>
  checkShape(manifest, json);
