/**
 * Work divided into jobs, for threads or for this one. A job is plain data that holds all its answer depends on, so that
 * answers are the same wherever and whenever they are made; who asks puts them together in an order of their own.
 */
import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import { workingDirectory } from '../io/write.ts';

export const MOST_WORKERS = 256;

export interface Job<R> {
  /** The function that does it in a thread (an export of the crew's file), and what it is given. */
  readonly name: string;
  readonly task: unknown;
  /** The same in this thread. */
  here(): Promise<R>;
}

export interface Crew {
  /** Jobs that are worked on at a time, at most. */
  readonly hands: number;
  /**
   * The job's answer; undefined when the crew is called off before there is one. Of the jobs that wait, the one of the
   * lowest rank is next, and of equal ones the one that has waited longest.
   * @throws what the job throws, and why a thread could not load its file
   */
  run<R>(rank: number, job: Job<R>): Promise<R | undefined>;
  /** Whether it is called off: an answer may be missing. */
  off(): boolean;
  /** Drops what waits, ends the threads where they stand, and waits until they are gone. */
  end(): Promise<void>;
}

export interface CrewOptions {
  /**
   * Threads. When left out, work begins in this thread, and what is left of it after `PATIENCE` goes to one thread a
   * core: a small run is over before threads have started.
   */
  readonly workers?: number;
  /** Calls the crew off, jobs in threads at once; a job in this thread is to watch the signal itself. */
  readonly signal?: AbortSignal;
}

/** Milliseconds of work in this thread before threads are worth their start, which takes about as long. */
const PATIENCE = 300;

const fromSources = import.meta.url.endsWith('.ts');

/** From the sources threads would run the build instead of the code at hand: they do so on demand only. */
const allCores = (): number => (fromSources ? 1 : availableParallelism());

/** The compiled file of a thread, beside the asking one. Node 20 runs no TypeScript: from the sources, the build's. */
export function beside(url: string, name: string): URL {
  const { href } = new URL(name, url);
  if (!url.endsWith('.ts')) return new URL(href);
  const at = href.lastIndexOf('/src/');
  return new URL(`${href.slice(0, at)}/dist/${href.slice(at + '/src/'.length)}`);
}

/** Whether no thread could be started for want of memory or processes: the job is then done in this one. */
const threadless = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_INIT_FAILED';

/**
 * @param file whose exports do the jobs in threads; null for a crew that stays in this thread
 * @throws RangeError when `workers` is not an integer in [1, MOST_WORKERS]
 */
export function openCrew(file: URL | null, { workers, signal }: CrewOptions = {}): Crew {
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS))
    throw new RangeError(`expected an integer number of workers from 1 to ${MOST_WORKERS}, got ${workers}`);
  // Node starts no thread where the working directory has been deleted.
  const alone = file === null || workingDirectory() === undefined;
  const hands = alone ? 1 : (workers ?? allCores());
  const waiting: { rank: number; go(): Promise<void>; drop(): void }[] = [];
  let threads: Promise<Piscina> | undefined;
  /** Jobs without an answer yet, waiting or in threads: how each is told of an error that is no job's. */
  const open = new Set<(error: unknown) => void>();
  let busy = 0;
  let off = signal?.aborted ?? false;
  let patience: NodeJS.Timeout | undefined;

  const start = () => {
    threads = import('piscina').then(({ Piscina }) => {
      const options = { minThreads: 0, maxThreads: hands, idleTimeout: 60_000 };
      // A thread whose file cannot be loaded ends without a job in hand, and would be started again for ever.
      return new Piscina({ filename: file!.href, ...options }).on('error', (error) => {
        for (const fail of open) fail(error);
      });
    });
    soon();
  };
  let coming = false;
  /** Not at once: who has just got an answer, or several, may ask for a further job of the same rank. */
  const soon = () => {
    if (!coming) setImmediate(next);
    coming = true;
  };
  const next = () => {
    coming = false;
    while (busy < (threads ? hands : 1) && waiting.length > 0) {
      const first = waiting.reduce((a, b) => (b.rank < a.rank ? b : a));
      waiting.splice(waiting.indexOf(first), 1);
      busy += 1;
      void first.go().finally(() => {
        busy -= 1;
        soon();
      });
    }
  };
  const end = async () => {
    off = true;
    clearTimeout(patience);
    signal?.removeEventListener('abort', end);
    for (const { drop } of waiting.splice(0)) drop();
    await (await threads)?.destroy();
  };
  signal?.addEventListener('abort', end);
  const run = <R>(rank: number, { name, task, here }: Job<R>) =>
    new Promise<R | undefined>((resolve, reject) => {
      const drop = () => resolve(undefined);
      if (off) return drop();
      const go = async () => {
        try {
          const pool = await threads;
          if (pool && off) drop();
          else resolve(await (pool ? pool.run(task, { name }) : here()));
        } catch (thrown) {
          const error = threadless(thrown) ? await here().then(resolve, (own) => own) : thrown;
          // A thread that was ended has no answer.
          if (off) drop();
          else if (error !== undefined) reject(error);
        } finally {
          open.delete(reject);
        }
      };
      open.add(reject);
      waiting.push({ rank, go, drop });
      soon();
    });
  if (!alone && workers !== undefined) start();
  else if (hands > 1) patience = setTimeout(start, PATIENCE);
  return { hands, run, off: () => off, end };
}
