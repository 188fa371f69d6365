// evidence: 150 s
/** A fleet whose workers are killed and stopped, and whose server is killed, gives the bytes of a run on one machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atlasText, type Scope } from '../../src/atlas/document.ts';
import { runAtlas } from '../../src/atlas/run.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { redisKey } from '../../src/workers/fleet/broker.ts';
import { endWorkers, startWorker, type TestWorker } from './fleetProcesses.ts';
import { hasRedis, startRedis, type TestRedis } from './redis.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-chaos-'));
const seed = Math.floor(Math.random() * 2 ** 31);
const uniform = uniformStream(seed);

/** Milliseconds of a lock: a stop of twice as long loses it. */
const LOCK = 1000;
const ROUNDS = 20;
const PARTS = 5;
// Sampled sequences: jobs of a few tenths of a second, several looks for most cells.
const scope: Scope = { seed: 5, width: 0.4, claims: ['discriminative', 'snap'], slices: ['length'] };

describe.skipIf(!hasRedis)(`a fleet in trouble (seed ${seed})`, () => {
  let redis: TestRedis;
  let watch: Redis;
  let workers: TestWorker[] = [];
  const locally: string[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    watch = new Redis(redis.url, { maxRetriesPerRequest: null }).on('error', () => {});
    workers = [1, 2, 3].map(() => startWorker(redis.url, LOCK));
    for (let i = 1; i <= PARTS; i++) {
      const atlas = await runAtlas({ ...scope, shard: { i, n: PARTS }, folder: join(folder, 'here') });
      locally.push(atlasText(atlas!));
    }
  }, 120_000);
  afterAll(async () => {
    endWorkers();
    watch?.disconnect();
    await redis?.end();
    rmSync(folder, { recursive: true });
  });

  let campaign = '';
  let over = false;
  /** Troubles, and those that came while there was work. */
  const troubles = { all: 0, early: 0 };
  /** When some tasks are answered, of seven at least: each setting of a part has one. */
  const moment = async () => {
    const least = Math.floor(4 * uniform());
    while (!over && (await watch.hlen(redisKey('answers', campaign))) < least) await wait(20);
    await wait(200 * uniform());
    troubles.all += 1;
    if (!over) troubles.early += 1;
  };
  const killed = async () => {
    await moment();
    const at = Math.floor(uniform() * workers.length);
    workers[at].child.kill('SIGKILL');
    await workers[at].ended();
    workers[at] = startWorker(redis.url, LOCK);
  };
  const stopped = async () => {
    await moment();
    const { child } = workers[Math.floor(uniform() * workers.length)];
    child.kill('SIGSTOP');
    await wait(2 * LOCK);
    child.kill('SIGCONT');
  };
  const restarted = async () => {
    await moment();
    await redis.kill();
    await wait(300 * uniform());
    await redis.start();
  };

  it.each(Array.from({ length: ROUNDS }, (_, i) => i))(
    'loses nothing and counts nothing twice: round %i',
    async (round) => {
      const i = 1 + (round % PARTS);
      campaign = `round-${round}`;
      over = false;
      const queue = { url: redis.url, campaign, words: ['atlas'], scope: campaign };
      const run = runAtlas({ ...scope, shard: { i, n: PARTS }, folder: join(folder, campaign), queue });
      const ended = run.finally(() => {
        over = true;
      });
      const [atlas] = await Promise.all([ended, killed(), stopped(), restarted()]);
      expect(atlasText(atlas!)).toBe(locally[i - 1]);
      const [submitted, answers, differing, errors] = await Promise.all([
        watch.smembers(redisKey('submitted', campaign)),
        watch.hkeys(redisKey('answers', campaign)),
        watch.hlen(redisKey('differing', campaign)),
        watch.hlen(redisKey('errors', campaign)),
      ]);
      expect(answers.sort()).toEqual(submitted.sort());
      expect([differing, errors]).toEqual([0, 0]);
    },
    120_000,
  );

  it('control: most troubles came while there was work', () => {
    expect(troubles.all).toBe(3 * ROUNDS);
    expect(troubles.early).toBeGreaterThan(troubles.all / 2);
  });
});
