/**
 * The engine of a fleet: submits tasks to the broker, and follows the answers.
 *
 * A task is under way at the broker, answered there, or lost by it: a broker that is killed may forget the last second. So
 * whenever it is back, and from time to time, what has no answer is submitted again; a job that is there already stays one job.
 */
import type { BulkJobOptions } from 'bullmq';
import { BadInput } from '../../io/badInput.ts';
import { ownVersion } from '../../io/installed.ts';
import type { Job } from '../crew.ts';
import type { Engine, EngineKind, QueueOptions } from '../engine.ts';
import { type Broker, type JobData, openBroker, readAnswer, redisKey, setRecord } from './broker.ts';
import { enter, jobOf, refuseDiffering } from './campaign.ts';
import { programVersion } from './program.ts';
import { canonical, digest, fromWire, toWire } from './wire.ts';

/** Tasks that should be under way: enough for many machines, few enough to be looked through in a moment. */
const UNDER_WAY = 512;
/** Milliseconds after which tasks without an answer are submitted again, and between two looks for a cancelled campaign. */
const AGAIN = { tasks: 30_000, look: 2000 } as const;
/** Milliseconds between two notes of how far the run is. */
const TELL = 1000;
/** Tasks in one command. */
const BATCH = 500;
/** BullMQ's largest number; the lowest is worked on first. */
const LAST_RANK = 2 ** 21 - 2;
/** Hex digits of a task's id: equal ids of a billion different tasks have a probability of 1e-20. */
const ID_DIGITS = 32;

interface Open {
  readonly data: JobData;
  readonly settle: ((answer: unknown) => void)[];
  readonly fail: ((error: Error) => void)[];
}

/** A job's error, as a thread gives it. */
const errorOf = (text: string): Error => {
  const { name, message, stack } = JSON.parse(text);
  return Object.assign(new Error(message), { name, stack });
};

const inBatches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));

/** An engine whose signal came before it was open. */
const ABORTED: Engine = {
  ...{ fleet: true, size: UNDER_WAY, aborted: () => true },
  ...{ run: async () => undefined, tell: () => {}, end: async () => {} },
};

/** @throws BadInput as `openBroker` and `enter` do */
export async function openFleet(
  kind: EngineKind,
  { url, campaign, words, scope, unsafe, onNote }: QueueOptions,
  signal?: AbortSignal,
): Promise<Engine> {
  const program = programVersion();
  let broker: Broker;
  try {
    broker = await openBroker({ url, unsafe, onNote, signal });
  } catch (error) {
    if (signal?.aborted) return ABORTED;
    throw error;
  }
  const { redis } = broker;
  const key = redisKey('done', campaign);
  let last = '0-0';
  // The signal may come before the engine listens to it.
  signal?.addEventListener('abort', broker.close);
  if (signal?.aborted) broker.close();
  try {
    await enter(redis, campaign, { program, version: ownVersion(), words, scope });
    await redis.hdel(redisKey('campaign', campaign), 'ended');
    // Known before the first task is submitted, so that no answer comes between.
    last = (await redis.xrevrange(key, '+', '-', 'COUNT', 1))[0]?.[0] ?? last;
    if (signal?.aborted) throw new Error('aborted');
  } catch (error) {
    broker.close();
    if (signal?.aborted) return ABORTED;
    throw error;
  }
  const queue = broker.queue(program);
  const open = new Map<string, Open>();
  let aborted = signal?.aborted ?? false;
  let fault: Error | undefined;
  let rejected = false;

  const settle = (id: string, answer: unknown) => {
    const task = open.get(id);
    open.delete(id);
    for (const done of task?.settle ?? []) done(answer);
  };
  const failOne = (id: string, error: Error) => {
    rejected = true;
    const task = open.get(id);
    open.delete(id);
    for (const fail of task?.fail ?? []) fail(error);
  };
  const failAll = (error: Error) => {
    fault ??= error;
    for (const id of [...open.keys()]) failOne(id, fault);
  };

  /** Settles those that have an answer or an error; @returns the others */
  const take = async (ids: readonly string[]): Promise<string[]> => {
    const left: string[] = [];
    for (const batch of inBatches(ids)) {
      const [answers, errors] = await Promise.all([
        redis.hmget(redisKey('answers', campaign), ...batch),
        redis.hmget(redisKey('errors', campaign), ...batch),
      ]);
      for (const [i, id] of batch.entries()) {
        const [answer, error] = [answers[i], errors[i]];
        if (answer !== null) settle(id, fromWire(readAnswer(answer).answer));
        else if (error !== null) {
          // An error is no answer: the next run of the campaign tries again.
          await redis.hdel(redisKey('errors', campaign), id);
          failOne(id, errorOf(error));
        } else left.push(id);
      }
    }
    return left;
  };
  /** Jobs that ended every worker that took them, or that no worker could do. */
  const failedJobs = async () => new Set(await redis.zrange(queue.toKey('failed'), '0', '-1'));
  const submit = async (ids: readonly string[]) => {
    for (const batch of inBatches(ids)) {
      await redis.sadd(redisKey('submitted', campaign), ...batch);
      await queue.addBulk(
        // Some may have been answered meanwhile.
        batch.flatMap((id) => {
          const data = open.get(id)?.data;
          if (!data) return [];
          const opts: BulkJobOptions = {
            jobId: jobOf(campaign, id),
            // 0 would be before all others.
            priority: Math.min(data.rank, LAST_RANK - 1) + 1,
            ...{ removeOnComplete: true, attempts: 3, backoff: { type: 'fixed', delay: 1000 } },
          };
          return { name: data.name, data, opts };
        }),
      );
    }
  };

  let fresh: string[] = [];
  /** Submits what was run since, in one go. */
  const flush = async () => {
    const ids = fresh;
    fresh = [];
    const left = await take(ids);
    // What failed in an earlier run is tried again.
    const failed = await failedJobs();
    for (const id of left) if (failed.has(jobOf(campaign, id))) await queue.remove(jobOf(campaign, id));
    await submit(left);
  };
  const rejectFailed = async () => {
    const failed = await failedJobs();
    for (const id of [...open.keys()].filter((own) => failed.has(jobOf(campaign, own)))) {
      const why = (await queue.getJob(jobOf(campaign, id)))?.failedReason ?? 'lost';
      failOne(id, new Error(`task ${id} (${open.get(id)?.data.name}) has no answer: ${why}`));
    }
  };
  const again = async () => {
    await take([...open.keys()]);
    await rejectFailed();
    await submit([...open.keys()]);
  };
  /** What fails here, but for a connection that was ended, fails the run. */
  const attempt = (work: () => Promise<void>) =>
    work().catch((error) => {
      if (!aborted) failAll(error);
    });

  const follower = broker.blocking();
  const follow = async () => {
    let tried = performance.now();
    while (!aborted) {
      const found = await follower.xread('COUNT', BATCH, 'BLOCK', AGAIN.look, 'STREAMS', key, last);
      const entries = found?.[0]?.[1] ?? [];
      last = entries.at(-1)?.[0] ?? last;
      if (entries.length > 0) await refuseDiffering(redis, campaign);
      else if ((await redis.exists(redisKey('campaign', campaign))) === 0)
        throw new BadInput([`--campaign: ${JSON.stringify(campaign)} was cancelled`]);
      else await rejectFailed();
      await take(entries.map(([, [, id]]) => id).filter((id) => open.has(id)));
      if (performance.now() - tried < AGAIN.tasks) continue;
      tried = performance.now();
      await again();
    }
  };
  void attempt(follow);
  redis.on('ready', () => void attempt(again));

  const stop = () => {
    aborted = true;
    signal?.removeEventListener('abort', stop);
    for (const id of [...open.keys()]) settle(id, undefined);
    broker.close();
  };
  signal?.addEventListener('abort', stop);
  let coming = false;
  let toldAt = Number.NEGATIVE_INFINITY;
  let part = 0;
  return {
    fleet: true,
    size: UNDER_WAY,
    tell: (work) => {
      part = work;
      // Not into the memory of a connection that waits.
      if (performance.now() - toldAt < TELL || redis.status !== 'ready') return;
      toldAt = performance.now();
      setRecord(redis, campaign, true, { work }).catch(() => {});
    },
    run: <R>(rank: number, { name, task }: Job<R>) =>
      new Promise<R | undefined>((resolve, reject) => {
        if (aborted) return resolve(undefined);
        if (fault) return reject(fault);
        const packed = toWire(task);
        const id = digest(canonical([program, kind, name, packed])).slice(0, ID_DIGITS);
        const data: JobData = { campaign, id, kind, name, task: packed, rank };
        const known = open.get(id);
        const entry: Open = known ?? { data, settle: [], fail: [] };
        entry.settle.push((answer) => resolve(answer as R | undefined));
        entry.fail.push(reject);
        if (known) return;
        open.set(id, entry);
        fresh.push(id);
        if (!coming)
          setImmediate(() => {
            coming = false;
            void attempt(flush);
          });
        coming = true;
      }),
    aborted: () => aborted,
    end: async () => {
      if (aborted) return;
      try {
        // Where all tasks were settled before, nobody knows of it yet.
        if (fault) throw fault;
        if (redis.status === 'ready') {
          await refuseDiffering(redis, campaign);
          if (open.size === 0 && !rejected)
            await setRecord(redis, campaign, true, { ended: Date.now(), work: part });
        }
      } finally {
        stop();
      }
    },
  };
}
