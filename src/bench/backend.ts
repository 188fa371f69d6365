/** One way of computing the shared work: what it comes to, how long it takes, what it holds. */
import type { Interval } from '../arithmetic/decimal.ts';
import { type Field, scoped } from '../arithmetic/field.ts';
import { type FieldTrainer, fieldTrainer } from '../trainers/reference.ts';
import type { Trainer, WorldsTrainer } from '../trainers/trainer.ts';
import { ofDoubles, type Snapshot, snapshot } from './digits.ts';
import type { Timing } from './document.ts';
import { bytesHeld } from './memory.ts';
import { type Budget, timed } from './timing.ts';
import { looks, trainTo } from './trajectory.ts';
import type { Work } from './work.ts';

export interface BenchBackend {
  /** Decimal digits it carries from step to step. */
  readonly digits: number;
  /** Whether its numbers are enclosures. */
  readonly encloses: boolean;
  /** What it has after each of `steps` (rising). */
  run(work: Work, steps: readonly number[], signal?: AbortSignal): Promise<Snapshot[]>;
  /** Of one step. */
  time(work: Work, budget: Budget): Promise<Timing>;
  /** Bytes that a session holds; null where they cannot be told. */
  memory(work: Work): Promise<number | null>;
  /** The trainer, where it runs in this process. */
  readonly trainer?: Trainer;
  /** And the one of many worlds, where it has one. */
  readonly worlds?: WorldsTrainer;
  /** What to know of its numbers. */
  readonly note?: string;
  close(): Promise<void>;
}

/** A backend that this machine or this installation does not have; the message says what is missing. */
export class Unavailable extends Error {}

/** What every trainer in this process has in common. */
function inProcess(trainer: Trainer, own?: () => number): Omit<BenchBackend, 'digits' | 'encloses' | 'run'> {
  return {
    trainer,
    async time(work, budget) {
      const session = await trainer.start(work.layout, work.start, work.rates);
      try {
        return await timed(() => session.step(work.examples), budget);
      } finally {
        session.dispose();
      }
    },
    memory: (work) =>
      bytesHeld(async () => {
        const session = await trainer.start(work.layout, work.start, work.rates);
        // After one step everything that a session ever holds is there, velocities among them.
        await session.step(work.examples);
        return () => session.dispose();
      }, own),
    close: async () => {},
  };
}

/**
 * A trainer that computes in doubles or single precision: digits are those of its unit roundoff.
 * @param worlds its counterpart for many worlds
 * @param own bytes it holds outside the process's own count
 */
export const ofTrainer = (trainer: Trainer, worlds?: WorldsTrainer, own?: () => number): BenchBackend => ({
  ...inProcess(trainer, own),
  worlds,
  digits: -Math.log10(trainer.unit),
  encloses: false,
  run: async (work, steps, signal) => (await looks(trainer, work, steps, signal)).map(ofDoubles),
});

/** Steps after which a field's time is taken from the start again: an enclosure that has become unbounded is cheap. */
const FRESH = 16;

/**
 * The model's own step over a field.
 * @param exact a number of the field as decimals, without rounding
 */
export function ofField<T>(
  F: Field<T>,
  exact: (x: T) => Interval,
  encloses: boolean,
  trainer: FieldTrainer<T> = fieldTrainer(F),
): BenchBackend {
  return {
    ...inProcess(trainer),
    digits: F.digits,
    encloses,
    async time(work, budget) {
      const start = () => trainer.start(work.layout, work.start, work.rates);
      let session = await start();
      let taken = 0;
      return timed(async () => {
        if (taken > 0 && taken % FRESH === 0) session = await start();
        taken += 1;
        const begun = performance.now();
        session.step(work.examples);
        return { overriddenDuration: performance.now() - begun };
      }, budget);
    },
    async run(work, steps, signal) {
      const session = await trainer.start(work.layout, work.start, work.rates);
      const seen: Snapshot[] = [];
      try {
        await trainTo(
          session,
          work,
          steps,
          (at) =>
            scoped(F, () => {
              seen.push(snapshot({ steps: at, ...session.state(), J: session.objective() }, exact));
            }),
          signal,
        );
      } finally {
        session.dispose();
      }
      return seen;
    },
  };
}
