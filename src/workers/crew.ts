/**
 * Work divided into jobs for threads, or for the calling thread. A job is plain data that determines its result, so that
 * results do not depend on thread scheduling; the caller orders them.
 */
import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import { workingDirectory } from '../io/write.ts';

const MOST_WORKERS = 256;
/** Threads of a run. */
export const WORKERS = { low: 1, high: MOST_WORKERS } as const;

export interface Job<R> {
  /** The function that does the job in a thread (an export of the crew's file), and its argument. */
  readonly name: string;
  readonly task: unknown;
  /** The same job in the calling thread. */
  here(): Promise<R>;
  /** Ends the job's thread, and rejects the job. */
  readonly signal?: AbortSignal;
}

export interface Crew {
  /** Most jobs at a time. */
  readonly size: number;
  /**
   * The job's result; undefined when the crew is aborted first. Of the waiting jobs, the one with the lowest rank starts
   * next, and of equal ranks the one that has waited longest.
   * @throws the job's error, or the error of a thread that could not load its file
   */
  run<R>(rank: number, job: Job<R>): Promise<R | undefined>;
  /** Whether the crew is aborted: results may be missing. */
  aborted(): boolean;
  /** Drops waiting jobs, ends the threads at once, and waits until they have ended. */
  end(): Promise<void>;
}

interface CrewOptions {
  /**
   * Number of threads. By default work begins in the calling thread, and after `PATIENCE` the rest goes to one thread per
   * core: a small run ends before threads have started.
   */
  readonly workers?: number;
  /** Aborts the crew: jobs in threads end at once; a job in the calling thread must check the signal. */
  readonly signal?: AbortSignal;
}

/** Milliseconds of work in the calling thread before threads start, which takes about as long. */
const PATIENCE = 300;

/**
 * Megabytes for young objects of a thread. Enclosures make many that die at once; with Node's 48, more of them are copied before they do (measured: 5 %
 * of the time of `verify`). Twice as many again gain nothing.
 */
const YOUNG = 96;

const fromSources = import.meta.url.endsWith('.ts');

/** Threads run the build. When this code runs from the sources, the build may differ: threads then start only on request. */
const allCores = (): number => (fromSources ? 1 : availableParallelism());

/** The compiled file `name` of a thread, next to the module at `url`; for a source file, in the build, since Node 20 runs no TypeScript. */
export function beside(url: string, name: string): URL {
  const { href } = new URL(name, url);
  if (!url.endsWith('.ts')) return new URL(href);
  const at = href.lastIndexOf('/src/');
  return new URL(`${href.slice(0, at)}/dist/${href.slice(at + '/src/'.length)}`);
}

/** Whether a thread could not start for lack of memory or processes: the calling thread then does the job. */
const threadless = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_INIT_FAILED';

/** Without it a thread loads its file by `require`. */
const ASYNC = '--no-experimental-require-module';

/**
 * Options of a thread, which loads its file by `import`. A thread that is ended while `require` links a module of ECMAScript ends the
 * whole process (Node 20: "IsGraphAsync must be used on an instantiated module").
 */
const asyncImports = (): string[] =>
  process.allowedNodeEnvironmentFlags.has('--experimental-require-module') ? [ASYNC] : [];

/**
 * @param file whose exports do the jobs in threads; null for a crew without threads
 * @throws RangeError when `workers` is not an integer in WORKERS
 */
export function openCrew(file: URL | null, { workers, signal }: CrewOptions = {}): Crew {
  if (workers !== undefined && !(Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS))
    throw new RangeError(`expected an integer number of workers from 1 to ${MOST_WORKERS}, got ${workers}`);
  // Node starts no thread where the working directory has been deleted.
  const alone = file === null || workingDirectory() === undefined;
  const size = alone ? 1 : (workers ?? allCores());
  const waiting: { rank: number; go(): Promise<void>; drop(): void }[] = [];
  let threads: Promise<Piscina> | undefined;
  /** The rejection of each unfinished job, waiting or in a thread, for errors that no job threw. */
  const open = new Set<(error: unknown) => void>();
  let busy = 0;
  let aborted = signal?.aborted ?? false;
  let patience: NodeJS.Timeout | undefined;

  const start = () => {
    threads = import('piscina').then(({ Piscina }) => {
      const options = {
        ...{ minThreads: 0, maxThreads: size, idleTimeout: 60_000, execArgv: asyncImports() },
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
      };
      // A thread whose file cannot be loaded ends before it takes a job, and would be started again without end.
      return new Piscina({ filename: file!.href, ...options }).on('error', (error) => {
        for (const fail of open) fail(error);
      });
    });
    soon();
  };
  let coming = false;
  /** Deferred, so that a caller that has just received results can first add a job of the same rank. */
  const soon = () => {
    if (!coming) setImmediate(next);
    coming = true;
  };
  const next = () => {
    coming = false;
    while (busy < (threads ? size : 1) && waiting.length > 0) {
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
    aborted = true;
    clearTimeout(patience);
    signal?.removeEventListener('abort', end);
    for (const { drop } of waiting.splice(0)) drop();
    await (await threads)?.destroy();
  };
  signal?.addEventListener('abort', end);
  const run = <R>(rank: number, { name, task, here, signal: own }: Job<R>) =>
    new Promise<R | undefined>((resolve, reject) => {
      const drop = () => resolve(undefined);
      if (aborted) return drop();
      const go = async () => {
        try {
          const pool = await threads;
          if (pool && aborted) drop();
          else resolve(await (pool ? pool.run(task, { name, signal: own }) : here()));
        } catch (thrown) {
          const error = threadless(thrown) ? await here().then(resolve, (own) => own) : thrown;
          // A thread that was ended gives no result.
          if (aborted) drop();
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
  else if (size > 1) patience = setTimeout(start, PATIENCE);
  return { size, run, aborted: () => aborted, end };
}
