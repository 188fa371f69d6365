/**
 * The one way to have work done: by threads of this process, or by a fleet of machines. A task is plain data that
 * determines its answer, so that results depend neither on who does it nor on when; the caller orders them.
 *
 * What a fleet asks of a task and of its answer, and the crew does not:
 *
 * - They are plain data: numbers of any value (NaN, infinities, -0), texts, lists, typed arrays, objects without a class.
 * - Equal tasks have equal data. A task's id is the hash of program, name and data: an answer that is kept is found by it.
 *   So no time, no random number and no path of this machine is in a task, and its size does not come from measured speed.
 * - Two answers to a task are equal but for seconds of work, which have names that end in `seconds` or `Seconds`.
 */
import { beside, type Crew, openCrew } from './crew.ts';

/** The compiled files whose exports do the jobs. */
const FILES = {
  atlas: '../atlas/workerMain.js',
  verify: '../verify/workerMain.js',
  kernel: '../kernels/judging/workerMain.js',
} as const;
export type EngineKind = keyof typeof FILES;

export const isEngineKind = (name: string): name is EngineKind => Object.hasOwn(FILES, name);

/** The file of a kind, for a thread. */
export const fileOf = (kind: EngineKind): URL => beside(import.meta.url, FILES[kind]);

export interface Engine extends Crew {
  /** Whether other machines do the jobs: they should take seconds each, and `size` of them be under way. */
  readonly fleet: boolean;
  /** Tells which part of the run is done, from 0 to 1; `snapcheck campaign status` shows it. */
  tell(work: number): void;
}

/** A campaign on a fleet. */
export interface QueueOptions {
  /** `redis://host:6379`, or `rediss://` for TLS; with `:password@` before the host. */
  readonly url: string;
  /** Its name: the same one later finds the answers that are kept. */
  readonly campaign: string;
  /** The command and its words, without `--queue` and `--campaign`; `snapcheck campaign collect` runs them again. */
  readonly words: readonly string[];
  /** The part of them that decides which tasks there are: a campaign has one. */
  readonly scope: string;
  /** Takes a broker that may forget or drop what it keeps. */
  readonly unsafe?: boolean;
  /** Told in one line: the broker is away, or back. */
  readonly onNote?: (line: string) => void;
}

export interface EngineOptions {
  /** Threads of this process, as in `openCrew`. */
  readonly workers?: number;
  /** Aborts the engine. Jobs of a fleet go on: their answers are kept for the next run of the campaign. */
  readonly signal?: AbortSignal;
  /** The fleet's campaign; threads of this process when left out. */
  readonly queue?: QueueOptions;
}

/**
 * @throws RangeError when `workers` is not an integer in WORKERS; BadInput for what is wrong with the queue or the campaign
 */
export async function openEngine(
  kind: EngineKind,
  { workers, signal, queue }: EngineOptions = {},
): Promise<Engine> {
  // Loaded on demand: most runs need no fleet.
  if (queue) return await (await import('./fleet/submit.ts')).openFleet(kind, queue, signal);
  return { ...openCrew(fileOf(kind), { workers, signal }), fleet: false, tell: () => {} };
}
