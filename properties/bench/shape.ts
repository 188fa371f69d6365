/** Schema of a bench document. */
import { z } from 'zod';

const nonnegative = z.number().nonnegative();

export const timing = z
  .strictObject({
    median: nonnegative,
    low: nonnegative,
    high: nonnegative,
    samples: z.int().positive(),
    timerLimited: z.boolean(),
  })
  .refine(({ low, median, high }) => low <= median && median <= high, 'quartiles in order');

const digits = z.strictObject({
  steps: z.int().positive(),
  worst: nonnegative.nullable(),
  median: nonnegative.nullable(),
});

const backendRow = z
  .strictObject({
    backend: z.string(),
    digits: z.array(digits),
    secondsPerStep: timing.nullable(),
    memory: nonnegative.nullable(),
    skipped: z.string().optional(),
    worlds: z.int().positive().optional(),
    contains: z.boolean().optional(),
    note: z.string().optional(),
  })
  .refine(
    ({ skipped, digits, secondsPerStep }) =>
      (skipped === undefined) === (digits.length > 0 && secondsPerStep !== null),
    'a row is skipped, or has its digits and its time',
  );

const trainingRow = z.strictObject({
  backend: z.string(),
  vocabulary: z.int().positive(),
  classes: z.int().positive(),
  init: z.enum(['zero', 'uniform']),
  secondsPerStep: timing,
  multiple: z.number().positive().nullable(),
});

const populationRow = z.strictObject({
  backend: z.string(),
  worlds: z.int().positive(),
  secondsPerStep: timing,
  worldStepsPerSecond: z.number().positive(),
});

const curve = z.strictObject({
  backend: z.string(),
  variable: z.enum(['M', 'K', 'T', 'worlds']),
  fixed: z.string(),
  points: z.array(z.strictObject({ at: z.number().positive(), seconds: timing })).min(3),
  exponent: z.strictObject({ value: z.number(), standardError: nonnegative }),
});

export const documentShape = z.strictObject({
  schema: z.literal(1),
  command: z.string(),
  made: z.iso.datetime(),
  machine: z.strictObject({
    cpu: z.string(),
    cores: z.int().positive(),
    memoryGiB: nonnegative,
    platform: z.string(),
    versions: z.record(z.string(), z.string()),
  }),
  work: z.string(),
  backends: z.array(backendRow),
  training: z.array(trainingRow),
  population: z.array(populationRow),
  scaling: z.array(curve),
  seconds: nonnegative,
  interrupted: z.boolean(),
});
