/** A worker of a fleet: takes jobs from the broker, has threads do them, and gives their answers. */
import { availableParallelism, hostname } from 'node:os';
import { type Crew, openCrew } from '../crew.ts';
import { type EngineKind, fileOf, isEngineKind } from '../engine.ts';
import {
  CAMPAIGNS,
  type JobData,
  keepAnswer,
  keepError,
  openBroker,
  redisKey,
  WORKERS_KEY,
} from './broker.ts';
import { NOTES, recordOf, type WorkerNote } from './campaign.ts';
import { programVersion } from './program.ts';
import { canonicalAnswer, digest, fromWire, toWire } from './wire.ts';

export interface FleetWorkerOptions {
  readonly url: string;
  /** Threads; one a core when left out. */
  readonly threads?: number;
  readonly unsafe?: boolean;
  /** Ends the worker when its jobs are done. */
  readonly signal: AbortSignal;
  readonly onNote: (line: string) => void;
  /**
   * Milliseconds after which a worker that does not renew the lock of a job is taken for lost, and the job goes to another one. Threads
   * compute, so the process renews its locks while they do; half a minute covers a machine that swaps, or a broker that restarts.
   */
  readonly lock?: number;
}

const LOCK = 30_000;
/** Milliseconds between two looks whether the campaign of a running job was cancelled. */
const LOOK = 2000;
/** Milliseconds that an end waits for a broker that is away: what is not told then is done again by another worker. */
const FAREWELL = 5000;

/** The machine gives no thread. The calling thread must not do the job: it could not renew the job's lock meanwhile. */
class NoThread extends Error {}

/** Whether an error is of the thread and not of the job: another machine may do better. */
const isOfThread = (error: unknown): boolean =>
  error instanceof NoThread ||
  /^ERR_WORKER_/.test((error as NodeJS.ErrnoException)?.code ?? '') ||
  /^worker exited/i.test((error as Error)?.message ?? '');

/**
 * Works until the signal comes; then it finishes the jobs that it has.
 * @returns how many jobs it answered
 * @throws BadInput as `openBroker` does
 */
export async function runFleetWorker(options: FleetWorkerOptions): Promise<number> {
  const { url, unsafe, signal, onNote, lock = LOCK, threads = availableParallelism() } = options;
  const program = programVersion();
  const broker = await openBroker({ url, unsafe, onNote, signal });
  const { redis } = broker;
  const name = `${hostname()}:${process.pid}`;
  const crews = new Map<EngineKind, Crew>();
  const crewOf = (kind: EngineKind): Crew => {
    const crew = crews.get(kind) ?? openCrew(fileOf(kind), { workers: threads });
    crews.set(kind, crew);
    return crew;
  };
  /** What ends the thread of each running job, by campaign. */
  const running = new Map<string, Set<AbortController>>();
  let answered = 0;
  let ended: (error: Error) => void = () => {};
  const broken = new Promise<Error>((resolve) => {
    ended = resolve;
  });

  const computed = async ({ kind, name, task, rank }: JobData, own: AbortController): Promise<unknown> => {
    if (!isEngineKind(kind)) throw new TypeError(`no jobs of the kind ${JSON.stringify(kind)}`);
    const here = () => Promise.reject(new NoThread('this machine gives no thread'));
    return await crewOf(kind).run(rank, { name, task: fromWire(task), here, signal: own.signal });
  };
  const work = async (data: JobData): Promise<void> => {
    const { campaign, id } = data;
    const gone = async () => (await redis.exists(redisKey('campaign', campaign))) === 0;
    // Answered by a worker that was lost before it could say that the job is done.
    if ((await redis.hexists(redisKey('answers', campaign), id)) === 1 || (await gone())) return;
    const own = new AbortController();
    running.set(campaign, (running.get(campaign) ?? new Set()).add(own));
    const begun = performance.now();
    try {
      const answer = toWire(await computed(data, own));
      const seconds = (performance.now() - begun) / 1000;
      const kept = await keepAnswer(redis, data, digest(canonicalAnswer(answer)), {
        by: name,
        seconds,
        answer,
      });
      if (kept === 'kept') answered += 1;
      if (kept === 'differs')
        onNote(`The answer to task ${id} of ${campaign} differs from an earlier one: see campaign status.`);
    } catch (error) {
      if (own.signal.aborted || (await gone())) return;
      if (error instanceof NoThread) ended(error);
      if (isOfThread(error)) throw error;
      await keepError(redis, data, error as Error);
    } finally {
      running.get(campaign)?.delete(own);
    }
  };

  const foreign = new Set<string>();
  /** Says which campaigns wait for another program. */
  const tellForeign = async () => {
    for (const campaign of await redis.smembers(CAMPAIGNS)) {
      const record = await recordOf(redis, campaign);
      if (!record || record.program === program || foreign.has(campaign)) continue;
      foreign.add(campaign);
      onNote(
        `Campaign ${JSON.stringify(campaign)} is refused: it is of another program, ${record.program} (snapcheck ${record.version}); this is ${program}. Its jobs stay for workers of that program.`,
      );
    }
  };
  const tellSelf = async () => {
    const note: WorkerNote = { name, program, threads, node: process.version, at: Date.now() };
    await redis.hset(WORKERS_KEY, name, JSON.stringify(note));
  };
  const dropCancelled = async () => {
    for (const [campaign, all] of running)
      if (all.size > 0 && (await redis.exists(redisKey('campaign', campaign))) === 0) {
        onNote(`Campaign ${JSON.stringify(campaign)} was cancelled: its jobs are dropped.`);
        for (const own of all) own.abort();
      }
  };
  const timers = [
    setInterval(() => void Promise.all([tellSelf(), tellForeign()]).catch(() => {}), NOTES.every),
    setInterval(() => void dropCancelled().catch(() => {}), LOOK),
  ];
  const worker = broker.worker(program, work, { threads, lock });
  try {
    await Promise.all([tellSelf(), tellForeign()]);
    onNote(`Worker ${name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, program ${program}.`);
    const over = new Promise<undefined>((resolve) => {
      if (signal.aborted) resolve(undefined);
      signal.addEventListener('abort', () => resolve(undefined));
    });
    const error = await Promise.race([over, broken]);
    const finished = worker.close();
    const away = async () => {
      // Running jobs may take their time; a broker that is away may not.
      for (;;) {
        await new Promise((wait) => setTimeout(wait, FAREWELL).unref());
        if (redis.status !== 'ready' && [...running.values()].every(({ size }) => size === 0)) return;
      }
    };
    await Promise.race([finished, away()]);
    if (redis.status === 'ready') await redis.hdel(WORKERS_KEY, name);
    if (error) throw error;
    return answered;
  } finally {
    for (const timer of timers) clearInterval(timer);
    await Promise.all([...crews.values()].map((crew) => crew.end()));
    broker.close();
  }
}
