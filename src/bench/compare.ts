/** Two runs of the bench on one machine: which rows have become slower, and which have lost digits. */
import * as z from 'zod';
import type { Checked } from '../io/badInput.ts';
import { Faults } from '../io/badInput.ts';
import { labelled, readDocument } from '../io/document.ts';
import { shown } from '../io/place.ts';
import type { BenchDocument, Machine, Timing } from './document.ts';

/** What is compared of a document. */
export type Measured = Pick<
  BenchDocument,
  'made' | 'machine' | 'work' | 'backends' | 'training' | 'population'
>;

/** A time in two runs. */
export interface TimeChange {
  /** `decimal34: a step`, `float64: training, M = 34, zero start`. */
  readonly what: string;
  readonly before: Timing;
  readonly now: Timing;
  /** Median now over median before. */
  readonly ratio: number;
}

/** Worst digits of a backend after some steps in two runs; null: not a number. */
export interface DigitChange {
  readonly backend: string;
  readonly steps: number;
  readonly before: number | null;
  readonly now: number | null;
}

/** How one run differs from an earlier one: plain JSON. */
export interface BenchComparison {
  /** When the earlier run was made. */
  readonly made: string;
  /** Times that both runs have. */
  readonly rows: number;
  /** Median of their ratios: what all rows share, such as a machine with more or less to do. Null for no row. */
  readonly common: number | null;
  /** All quartiles now above those before, the largest ratio first. */
  readonly slower: readonly TimeChange[];
  /** All quartiles now below those before, the smallest ratio first. */
  readonly faster: readonly TimeChange[];
  /** Worst digits that differ by more than a tenth. */
  readonly digits: readonly DigitChange[];
}

const number = z.number();
const timing = z.looseObject({
  median: number,
  low: number,
  high: number,
  samples: number,
  timerLimited: z.boolean(),
});
const text = z.string().max(1000);
const shape = z.looseObject({
  schema: z.literal(1),
  ...{ made: text, work: text },
  machine: z.looseObject({
    ...{ cpu: text, cores: number, memoryGiB: number, platform: text },
    versions: z.record(text, text),
  }),
  backends: z.array(
    z.looseObject({
      backend: text,
      digits: z.array(z.looseObject({ steps: number, worst: number.nullable() })),
      secondsPerStep: timing.nullable(),
    }),
  ),
  training: z.array(z.looseObject({ backend: text, vocabulary: number, init: text, secondsPerStep: timing })),
  population: z.array(z.looseObject({ backend: text, worlds: number, secondsPerStep: timing })),
});
const MOST_BYTES = 2 ** 24;

/** The kept document of an earlier run, or every fault of it. */
export function readBench(file: string): Checked<Measured> {
  const read = readDocument(file, { most: MOST_BYTES, schema: shape });
  if ('faults' in read) return labelled(read, `bench document ${shown(file, false)}`);
  return { value: read.value as unknown as Measured };
}

/** What of the machine or of the work differs, so that times cannot be compared. Versions may differ: they may be the reason. */
export function otherMachine(before: Measured, now: Pick<BenchDocument, 'machine' | 'work'>): Faults {
  const faults = new Faults();
  for (const name of ['cpu', 'cores', 'memoryGiB', 'platform'] as const satisfies (keyof Machine)[])
    if (before.machine[name] !== now.machine[name])
      faults.add(
        `another machine: expected ${name} ${shown(String(now.machine[name]))}, as here, got ${shown(String(before.machine[name]))}`,
      );
  if (before.work !== now.work)
    faults.add(`other work: expected a run with the same --quick and --problem, got ${shown(before.work)}`);
  return faults;
}

/** Every time of a document by what it is of. */
const timesOf = ({ backends, training, population }: Measured): Map<string, Timing> =>
  new Map([
    ...backends.flatMap(({ backend, secondsPerStep }) =>
      secondsPerStep ? [[`${backend}: a step`, secondsPerStep] as const] : [],
    ),
    ...training.map(
      ({ backend, vocabulary, init, secondsPerStep }) =>
        [`${backend}: training, M = ${vocabulary}, ${init} start`, secondsPerStep] as const,
    ),
    ...population.map(
      ({ backend, worlds, secondsPerStep }) =>
        [`${backend}: ${worlds} worlds at once`, secondsPerStep] as const,
    ),
  ]);

const median = (xs: readonly number[]): number => {
  const sorted = [...xs].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
};

/** Digits of one program on one machine repeat; a tenth is what the table shows. */
const differs = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a !== b : Math.abs(a - b) > 0.1;

/** Compares two runs on one machine. A single run does not show how much runs differ: quartiles that are apart are told, not judged. */
export function compareBench(before: Measured, now: Measured): BenchComparison {
  const earlier = timesOf(before);
  const changes = [...timesOf(now)].flatMap(([what, time]): TimeChange[] => {
    const old = earlier.get(what);
    return old ? [{ what, before: old, now: time, ratio: time.median / old.median }] : [];
  });
  const byRatio = (sign: number) => (a: TimeChange, b: TimeChange) => sign * (a.ratio - b.ratio);
  return {
    made: before.made,
    rows: changes.length,
    common: changes.length > 0 ? median(changes.map(({ ratio }) => ratio)) : null,
    slower: changes.filter((one) => one.now.low > one.before.high).sort(byRatio(-1)),
    faster: changes.filter((one) => one.now.high < one.before.low).sort(byRatio(1)),
    digits: now.backends.flatMap(({ backend, digits }) => {
      const old = before.backends.find((row) => row.backend === backend);
      return digits.flatMap(({ steps, worst }): DigitChange[] => {
        const then = old?.digits.find((one) => one.steps === steps);
        return then && differs(then.worst, worst) ? [{ backend, steps, before: then.worst, now: worst }] : [];
      });
    }),
  };
}
