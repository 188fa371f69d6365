/**
 * The one file that imports ioredis and bullmq: the connection to a Redis server, where these optional packages are installed.
 *
 * BullMQ hands out the jobs. What it keeps of a finished job would do for the answer, but for two things: an answer is there before
 * its job is finished, and a second answer to a task must be equal to the first. So answers have keys of their own (`redisKey`).
 */
import type { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { BadInput } from '../../io/badInput.ts';
import type { Packed } from './wire.ts';

/** Before each key, and BullMQ's prefix. */
export const PREFIX = 'snapcheck';

/** Keys of a campaign: its record, ids that were submitted, answers and errors by id, ids as they are answered, second answers that differ. */
type Part = 'campaign' | 'submitted' | 'answers' | 'errors' | 'done' | 'differing';
export const PARTS: readonly Part[] = ['campaign', 'submitted', 'answers', 'errors', 'done', 'differing'];
export const redisKey = (part: Part, campaign: string): string => `${PREFIX}:${part}:${campaign}`;
/** The names of all campaigns. */
export const CAMPAIGNS = `${PREFIX}:campaigns`;
/** Workers, by their names. */
export const WORKERS_KEY = `${PREFIX}:workers`;

/** Workers of another program never see a job: its queue has another name. */
export const queueName = (program: string): string => `jobs-${program}`;

/** What a job says. */
export interface JobData {
  readonly campaign: string;
  /** The task's id. */
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly task: Packed;
  readonly rank: number;
}

/** bullmq or ioredis is not installed. */
export class FleetMissing extends BadInput {
  constructor() {
    super(['--queue: needs the optional packages bullmq and ioredis: npm install bullmq@6 ioredis@6']);
  }
}

async function loadPackages() {
  try {
    const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
    return { ...bullmq, Redis: ioredis.Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new FleetMissing();
  }
}

export interface Broker {
  readonly redis: Redis;
  /** A connection that may wait for something to come. */
  blocking(): Redis;
  queue(program: string): Queue<JobData>;
  worker(
    program: string,
    work: (data: JobData) => Promise<void>,
    options: { readonly threads: number; readonly lock: number },
  ): Worker<JobData>;
  /** Ends every connection, without waiting for the broker. */
  close(): void;
}

interface BrokerOptions {
  readonly url: string;
  readonly unsafe?: boolean;
  /** Ends the wait for a broker that is away. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for a broker that is away; without an end when left out. */
  readonly patience?: number;
  readonly onNote?: (line: string) => void;
}

/** Milliseconds between two attempts to reach a broker that is away. */
const RETRY = { least: 100, most: 2000 } as const;
/** A job whose worker is lost goes to another one, at most so many times: then it is the job that ends workers. */
const MOST_LOST = 20;

const refusedBy = (error: Error): boolean => /^(WRONGPASS|NOAUTH|NOPERM|ERR.*AUTH)/.test(error.message);

/** What the broker would forget, and how that is mended. */
function settingFaults(info: string): string[] {
  const [, kept] = /^aof_enabled:(\d)/m.exec(info) ?? [];
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
  return [
    ...(kept === '1'
      ? []
      : ['appendonly is off, so a restart would lose jobs and answers: set "appendonly yes" in redis.conf']),
    ...(policy === 'noeviction'
      ? []
      : [
          `maxmemory-policy is ${policy}, so it may drop jobs: set "maxmemory-policy noeviction" in redis.conf`,
        ]),
  ].map((fault) => `--queue: ${fault}, or give --unsafe-queue`);
}

/** @throws BadInput where the URL is none of a Redis server; its text is not repeated, since it may have a password */
export function checkUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '') return parsed;
  throw new BadInput(['--queue: expected redis://host:port, or rediss:// for TLS']);
}

/**
 * Connects, and waits for a broker that is away.
 * @throws BadInput where packages are missing, the URL or the password is wrong, or the broker would forget what it keeps;
 *   where it is still away after `patience`
 */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { url, unsafe = false, signal, patience, onNote } = options;
  const { host, protocol } = checkUrl(url);
  const where = `${protocol}//${host}`;
  const { Queue, Redis, Worker } = await loadPackages();
  const own: Redis[] = [];
  const settings = {
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(RETRY.least * times, RETRY.most),
  };
  const connection = () => {
    const redis = new Redis(url, settings);
    // Without a listener an error would end the process; what it means is told by the events of the first connection.
    redis.on('error', () => {});
    own.push(redis);
    return redis;
  };
  let closing = false;
  const close = () => {
    closing = true;
    for (const redis of own) redis.disconnect();
  };
  const redis = connection();
  let away = false;
  let why = '';
  redis.on('error', (error: NodeJS.ErrnoException) => {
    why = error.code ?? '';
  });
  redis.on('close', () => {
    if (!away && !closing) onNote?.(`The queue at ${where} is away${why && ` (${why})`}: waiting for it.`);
    away = true;
  });
  redis.on('ready', () => {
    if (away) onNote?.(`The queue at ${where} is back.`);
    away = false;
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const info = await Promise.race([
      redis.info(),
      new Promise<never>((_, reject) => {
        redis.on('error', (error: Error) => refusedBy(error) && reject(error));
        const stop = () => reject(new Error('aborted'));
        if (signal?.aborted) stop();
        signal?.addEventListener('abort', stop);
        const late = () => reject(new BadInput([`--queue: nobody answers at ${where}${why && ` (${why})`}`]));
        if (patience !== undefined) timer = setTimeout(late, patience);
      }),
    ]);
    const faults = unsafe ? [] : settingFaults(info);
    if (faults.length > 0) throw new BadInput(faults);
  } catch (error) {
    close();
    if (error instanceof BadInput || !refusedBy(error as Error)) throw error;
    throw new BadInput([`--queue: ${where} refuses the user or the password of the URL`]);
  } finally {
    clearTimeout(timer);
  }
  return {
    redis,
    blocking: connection,
    queue: (program) => {
      const queue = new Queue<JobData>(queueName(program), { connection: redis, prefix: PREFIX });
      return queue.on('error', () => {});
    },
    worker: (program, work, { threads, lock }) =>
      new Worker<JobData>(queueName(program), ({ data }) => work(data), {
        ...{ connection: connection(), prefix: PREFIX, concurrency: threads, maxStalledCount: MOST_LOST },
        ...{ lockDuration: lock, stalledInterval: lock, runRetryDelay: RETRY.most },
      }).on('error', () => {}),
    close,
  };
}

/**
 * Keeps an answer, once: a second one that is equal changes nothing, and one that differs is kept beside it. Nothing is kept of a
 * campaign that was cancelled. Keys: record, answers, done, differing; arguments: id, digest, answer, seconds.
 */
const KEEP = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 'cancelled' end
local old = redis.call('HGET', KEYS[2], ARGV[1])
if old and string.sub(old, 1, 64) == ARGV[2] then return 'equal' end
redis.call('HSET', KEYS[old and 4 or 2], ARGV[1], ARGV[2] .. ARGV[3])
if not old then redis.call('HINCRBYFLOAT', KEYS[1], 'seconds', ARGV[4]) end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', 100000, '*', 'id', ARGV[1])
return old and 'differs' or 'kept'`;

const SET = `
if redis.call('EXISTS', KEYS[1]) == tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], unpack(ARGV, 2)) end`;

/**
 * Sets fields of a campaign's record, all at once: of one that is there, or of one that is not. What is told of a campaign that was cancelled meanwhile
 * does not begin it again.
 */
export const setRecord = async (
  redis: Redis,
  campaign: string,
  isThere: boolean,
  fields: Readonly<Record<string, string | number>>,
): Promise<void> => {
  const given = [isThere ? 1 : 0, ...Object.entries(fields).flat()];
  await redis.eval(SET, 1, redisKey('campaign', campaign), ...given);
};

/** An answer as it is kept. */
export interface KeptAnswer {
  /** The worker. */
  readonly by: string;
  readonly seconds: number;
  readonly answer: Packed;
}

/** Length of the digest before a kept answer. */
const DIGEST = 64;
export const readAnswer = (text: string): KeptAnswer => JSON.parse(text.slice(DIGEST));

export type KeepResult = 'kept' | 'equal' | 'differs' | 'cancelled';
export const keepAnswer = async (
  redis: Redis,
  { campaign, id }: Pick<JobData, 'campaign' | 'id'>,
  answerDigest: string,
  answer: KeptAnswer,
): Promise<KeepResult> => {
  const keys = (['campaign', 'answers', 'done', 'differing'] as const).map((part) =>
    redisKey(part, campaign),
  );
  const given = [id, answerDigest, JSON.stringify(answer), String(answer.seconds)];
  return (await redis.eval(KEEP, keys.length, ...keys, ...given)) as KeepResult;
};

/** Tells the submitter that a task has no answer, and why. */
export const keepError = async (
  redis: Redis,
  { campaign, id }: Pick<JobData, 'campaign' | 'id'>,
  error: Error,
): Promise<void> => {
  const { name, message, stack } = error;
  await redis
    .multi()
    .hset(redisKey('errors', campaign), id, JSON.stringify({ name, message, stack }))
    .xadd(redisKey('done', campaign), 'MAXLEN', '~', 100000, '*', 'id', id)
    .exec();
};
