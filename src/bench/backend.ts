/** A backend of the benchmark: runs the shared work and measures its time and memory. */
import type { Interval } from '../arithmetic/decimal.ts';
import { type Field, scoped } from '../arithmetic/field.ts';
import { type FieldTrainer, fieldTrainer } from '../trainers/fieldTrainer.ts';
import type { Trainer, WorldsTrainer } from '../trainers/trainer.ts';
import { ofDoubles, type Snapshot, snapshot } from './digits.ts';
import type { Timing } from './document.ts';
import { bytesHeld } from './memory.ts';
import { type Budget, timed } from './timing.ts';
import { observations, trainTo } from './trajectory.ts';
import type { Work } from './work.ts';

export interface BenchBackend {
  /** Decimal digits of its state. */
  readonly digits: number;
  /** Whether its numbers are intervals. */
  readonly encloses: boolean;
  /** The state after each of `steps` (ascending). */
  run(work: Work, steps: readonly number[], signal?: AbortSignal): Promise<Snapshot[]>;
  /** Time of one step. */
  time(work: Work, budget: Budget): Promise<Timing>;
  /** Bytes that a session holds; null if unknown. */
  memory(work: Work): Promise<number | null>;
  /** The trainer, if it runs in this process. */
  readonly trainer?: Trainer;
  /** Its trainer of many worlds, if it has one. */
  readonly worlds?: WorldsTrainer;
  /** A remark on its measurements. */
  readonly note?: string;
  close(): Promise<void>;
}

/** The backend cannot run on this machine or installation; the message states what is missing. */
export class Unavailable extends Error {}

/** Time and memory, measured in the same way for all trainers of this process. */
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
        // After one step a session has allocated everything, including velocities.
        await session.step(work.examples);
        return () => session.dispose();
      }, own),
    close: async () => {},
  };
}

/**
 * The backend of a trainer in float64 or float32; its digits follow from the unit roundoff.
 * @param worlds the trainer of many worlds
 * @param own bytes that `process.memoryUsage` does not count
 */
export const ofTrainer = (trainer: Trainer, worlds?: WorldsTrainer, own?: () => number): BenchBackend => ({
  ...inProcess(trainer, own),
  worlds,
  digits: -Math.log10(trainer.unit),
  encloses: false,
  run: async (work, steps, signal) => (await observations(trainer, work, steps, signal)).map(ofDoubles),
});

/** Timing of a field restarts after this many steps, because steps with unbounded intervals are cheaper. */
const FRESH = 16;

/**
 * The backend of a field: the model's step over it.
 * @param exact converts a number of the field to decimals without rounding
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
