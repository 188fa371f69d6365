/** A campaign's record at the broker: which command it is of, how far it has come, and how it ends. */
import type { Redis } from 'ioredis';
import { BadInput } from '../../io/badInput.ts';
import { type Broker, CAMPAIGNS, PARTS, redisKey, setRecord, WORKERS_KEY } from './broker.ts';

/** What a campaign is. */
export interface CampaignRecord {
  /** `programVersion()` of who began it. */
  readonly program: string;
  /** Version of the package, for people. */
  readonly version: string;
  /** The command and its words. */
  readonly words: readonly string[];
  /** The part of them that decides which tasks there are. */
  readonly scope: string;
}

/** The id of a task's job. */
export const jobOf = (campaign: string, id: string): string => `${campaign}.${id}`;

/** @returns undefined where there is none of that name */
export async function recordOf(redis: Redis, campaign: string): Promise<CampaignRecord | undefined> {
  const { program, version, words, scope } = await redis.hgetall(redisKey('campaign', campaign));
  return program === undefined ? undefined : { program, version, words: JSON.parse(words), scope };
}

/**
 * Begins a campaign, or goes on with it.
 * @throws BadInput where the name is another command's or another program's, or two workers disagreed
 */
export async function enter(redis: Redis, campaign: string, own: CampaignRecord): Promise<void> {
  const shown = JSON.stringify(campaign);
  const other = (what: string) =>
    new BadInput([`--campaign: ${shown} is ${what}; choose another name, or end it: campaign cancel`]);
  const { program, version, words, scope } = own;
  await setRecord(redis, campaign, false, {
    ...{ program, version, words: JSON.stringify(words), scope },
    ...{ begun: Date.now(), seconds: 0 },
  });
  await redis.sadd(CAMPAIGNS, campaign);
  const found = await recordOf(redis, campaign);
  if (found && found.program !== program)
    throw other(`of another program: ${found.program} (${found.version}), this is ${program} (${version})`);
  if (found && found.scope !== scope) throw other(`of another command: ${found.scope}`);
  await refuseDiffering(redis, campaign);
}

/** @throws BadInput where a task has two answers that differ; it names the task and the workers */
export async function refuseDiffering(redis: Redis, campaign: string): Promise<void> {
  const differing = await redis.hgetall(redisKey('differing', campaign));
  const ids = Object.keys(differing);
  if (ids.length === 0) return;
  const first = await redis.hmget(redisKey('answers', campaign), ...ids);
  const by = (text: string | null) => (text === null ? 'nobody' : JSON.parse(text.slice(64)).by);
  throw new BadInput(
    ids.map(
      (id, i) =>
        `--campaign: two answers to task ${id} of ${JSON.stringify(campaign)} differ, by ${by(first[i])} and by ${by(differing[id])}: one of them computes wrongly. Leave it out, and begin again: campaign cancel`,
    ),
  );
}

/** A worker as it tells of itself, every few seconds. */
export interface WorkerNote {
  readonly name: string;
  readonly program: string;
  readonly threads: number;
  readonly node: string;
  /** Milliseconds since 1970, by its own clock. */
  readonly at: number;
}

/** Milliseconds between two notes of a worker, and after which one without a note is taken for lost. */
export const NOTES = { every: 5000, lost: 30_000 } as const;

export async function workersOf(redis: Redis): Promise<WorkerNote[]> {
  const notes = Object.values(await redis.hgetall(WORKERS_KEY)).map((text): WorkerNote => JSON.parse(text));
  const latest = Math.max(...notes.map(({ at }) => at));
  return notes.filter(({ at }) => at > Math.max(latest, Date.now()) - NOTES.lost);
}

/** How far a campaign has come. */
export interface CampaignStatus extends CampaignRecord {
  /** Tasks that were submitted so far, and how many of them are answered, run, wait and ended every worker that took them. */
  readonly submitted: number;
  readonly answered: number;
  readonly running: number;
  readonly waiting: number;
  readonly failed: number;
  /** Tasks with two answers that differ. */
  readonly differing: number;
  /** Seconds of work in the answers. */
  readonly seconds: number;
  /** Milliseconds since 1970. */
  readonly begun: number;
  /** What the submitter last told: the part of its work that is done, from 0 to 1; and whether it has ended. */
  readonly work: number | null;
  readonly ended: boolean;
  /** Seconds until what is submitted is answered, at the speed of the last answers; null before there are any. */
  readonly left: number | null;
  readonly workers: readonly WorkerNote[];
}

/** Answers that the speed is taken from. */
const RECENT = 200;

/** @returns undefined where there is no such campaign */
export async function statusOf(broker: Broker, campaign: string): Promise<CampaignStatus | undefined> {
  const { redis } = broker;
  const record = await recordOf(redis, campaign);
  if (!record) return undefined;
  const { begun, seconds, work, ended } = await redis.hgetall(redisKey('campaign', campaign));
  const queue = broker.queue(record.program);
  const own = (jobs: readonly string[]) => jobs.filter((id) => id.startsWith(jobOf(campaign, ''))).length;
  const [submitted, answered, differing, active, lost, recent, workers] = await Promise.all([
    redis.scard(redisKey('submitted', campaign)),
    redis.hlen(redisKey('answers', campaign)),
    redis.hlen(redisKey('differing', campaign)),
    redis.lrange(queue.toKey('active'), '0', '-1'),
    redis.zrange(queue.toKey('failed'), '0', '-1'),
    redis.xrevrange(redisKey('done', campaign), '+', '-', 'COUNT', RECENT),
    workersOf(redis),
  ]);
  const [running, failed] = [own(active), own(lost)];
  const open = submitted - answered;
  const times = recent.map(([id]) => Number(id.split('-')[0]));
  const span = (times[0] - times[times.length - 1]) / 1000;
  return {
    ...record,
    ...{ submitted, answered, running, failed, differing },
    waiting: Math.max(0, open - running - failed),
    seconds: Number(seconds),
    begun: Number(begun),
    work: work === undefined ? null : Number(work),
    ended: ended !== undefined,
    left: span > 0 ? (open * span) / (times.length - 1) : null,
    workers: workers.filter(({ program }) => program === record.program),
  };
}

/**
 * Removes a campaign: waiting jobs, answers, record. A worker that has one of its jobs learns of it within seconds.
 * @returns how many jobs and answers were removed; undefined where there is no such campaign
 */
export async function cancel(
  broker: Broker,
  campaign: string,
): Promise<{ jobs: number; answers: number } | undefined> {
  const { redis } = broker;
  const record = await recordOf(redis, campaign);
  if (!record) return undefined;
  const queue = broker.queue(record.program);
  const [submitted, ids] = await Promise.all([
    redis.smembers(redisKey('submitted', campaign)),
    redis.hkeys(redisKey('answers', campaign)),
  ]);
  const answered = new Set(ids);
  // The record first: whatever is answered from now on is dropped.
  await redis.del(...PARTS.map((part) => redisKey(part, campaign)));
  await redis.srem(CAMPAIGNS, campaign);
  let jobs = 0;
  // Refused for a job that a worker has: it ends as a job of no campaign.
  for (const id of submitted)
    if (!answered.has(id)) jobs += await queue.remove(jobOf(campaign, id)).catch(() => 0);
  return { jobs, answers: answered.size };
}
