// evidence: 40 s
/** A fleet: what is refused, what an answer, an error and an end of a campaign do. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BASE, settingOf, slices } from '../../src/atlas/settings.ts';
import { openEngine } from '../../src/workers/engine.ts';
import { PREFIX, queueName, redisKey, WORKERS_KEY } from '../../src/workers/fleet/broker.ts';
import { programVersion } from '../../src/workers/fleet/program.ts';
import { commandIn, few } from './fleetCommand.ts';
import { dist, endWorkers, startWorker } from './fleetProcesses.ts';
import { hasRedis, startRedis, type TestRedis } from './redis.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-fleet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(endWorkers);

const command = (words: readonly string[], options?: Parameters<typeof commandIn>[2]) =>
  commandIn(folder, words, options);

/** A job of a tenth of a second. */
const settingJob = (ratio = 1) => ({ setting: { ...BASE, ratio }, claims: ['snap'], seed: 1, width: 0.9 });
/** A job of about two seconds. */
const batch = slices.find(({ id }) => id === 'batch')!.rows.find(({ label }) => label === '128')!;
const longJob = { setting: settingOf(batch, 1), claims: ['snap'], seed: 1, from: 0, to: 48 };
const here = () => Promise.reject(new Error('in the calling thread'));

describe.skipIf(!hasRedis)('a fleet', () => {
  let redis: TestRedis;
  let watch: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    watch = new Redis(redis.url, { maxRetriesPerRequest: null });
  });
  afterAll(async () => {
    watch?.disconnect();
    await redis?.end();
  });
  const engineOf = (campaign: string, more: object = {}) =>
    openEngine('atlas', { queue: { url: redis.url, campaign, words: ['atlas'], scope: campaign, ...more } });
  const run = (engine: Awaited<ReturnType<typeof engineOf>>, task: unknown, name = 'decideCellsJob') =>
    engine.run(0, { name, task, here });

  /** Waits until a worker has a job of the campaign. */
  const active = async (campaign: string) => {
    const queue = `${PREFIX}:${queueName(programVersion())}:active`;
    const own = async () =>
      (await watch.lrange(queue, '0', '-1')).some((id) => id.startsWith(`${campaign}.`));
    while (!(await own())) await wait(20);
  };
  /** Waits until so many tasks of the campaign are submitted, or answered. */
  const reaches = async (part: 'submitted' | 'answers', campaign: string, least: number) => {
    const key = redisKey(part, campaign);
    while ((part === 'answers' ? await watch.hlen(key) : await watch.scard(key)) < least) await wait(20);
  };

  it('answers each task, and the same again without a worker', async () => {
    const worker = startWorker(redis.url, 2000);
    const engine = await engineOf('answers');
    const tasks = [1, 10, 1].map((ratio) => settingJob(ratio));
    const answers = await Promise.all(tasks.map((task) => run(engine, task)));
    await engine.end();
    expect(answers[0]).toMatchObject([{ claim: 'snap', worlds: 32 }]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[1]).not.toEqual(answers[0]);
    // Equal tasks are one job.
    expect(await watch.scard(redisKey('submitted', 'answers'))).toBe(2);
    worker.child.kill('SIGTERM');
    expect(await worker.ended()).toBe(0);
    expect(worker.said()).toContain('answered 2');
    const again = await engineOf('answers');
    expect(await Promise.all(tasks.map((task) => run(again, task)))).toEqual(answers);
    await again.end();
  });

  it('renews the lock of a job that takes longer: threads compute, not the event loop', async () => {
    const workers = [1, 2].map(() => startWorker(redis.url, 500));
    await Promise.all(workers.map((worker) => worker.says(/Worker/)));
    const engine = await engineOf('long');
    await run(engine, longJob, 'countViolationsJob');
    await engine.end();
    const events = await watch.xrange(`${PREFIX}:${queueName(programVersion())}:events`, '-', '+');
    expect(events.filter(([, fields]) => fields.includes('stalled'))).toEqual([]);
    expect(events.filter(([, fields]) => fields.includes('active')).length).toBeGreaterThan(0);
  });

  it('finishes its job when a signal comes', async () => {
    const worker = startWorker(redis.url, 2000);
    const engine = await engineOf('finishes');
    const answer = run(engine, { ...longJob, seed: 2 }, 'countViolationsJob');
    await active('finishes');
    worker.child.kill('SIGTERM');
    expect(await answer).toHaveLength(1);
    expect(await worker.ended()).toBe(0);
    expect(worker.said()).toContain('answered 1');
    await engine.end();
  });

  it('rejects a task as a thread does, and tries again in the next run', async () => {
    const worker = startWorker(redis.url, 2000);
    for (let i = 0; i < 2; i++) {
      const engine = await engineOf('errors');
      const error = await run(engine, { setting: null }).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: 'TypeError' });
      expect((error as Error).stack).toContain('cells.js');
      await expect(run(engine, null, 'absent')).rejects.toThrow('No handler');
      await engine.end();
    }
    expect(worker.said()).not.toContain('rror');
  });

  it('submits again what the server has forgotten, when it is back', async () => {
    const engine = await engineOf('forgotten');
    const answer = run(engine, settingJob(1000));
    await reaches('submitted', 'forgotten', 1);
    const queue = `${PREFIX}:${queueName(programVersion())}`;
    const [id] = await watch.smembers(redisKey('submitted', 'forgotten'));
    while ((await watch.exists(`${queue}:forgotten.${id}`)) === 0) await wait(20);
    // As a server that was killed may: the last second of what it was told is gone.
    await watch.del(`${queue}:forgotten.${id}`);
    await watch.zrem(`${queue}:prioritized`, `forgotten.${id}`);
    startWorker(redis.url, 2000);
    await watch.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    expect(await answer).toHaveLength(1);
    await engine.end();
  });

  it('rejects a task that no worker can do, and names it; the next run tries again', async () => {
    const unable = new Worker(
      queueName(programVersion()),
      () => Promise.reject(new Error('no memory here')),
      {
        connection: { url: redis.url },
        prefix: PREFIX,
      },
    );
    const engine = await engineOf('unable');
    const error = await run(engine, settingJob(1e4)).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(
      /^Error: task [0-9a-f]{32} \(decideCellsJob\) has no answer: no memory here$/,
    );
    await engine.end();
    await unable.close();
    const { stdout } = await command(['campaign', 'status', 'unable', '--queue', redis.url]);
    expect(stdout).toMatch(/^unable: 1 task without an answer; collect tries again/);
    startWorker(redis.url, 2000);
    const next = await engineOf('unable');
    expect(await run(next, settingJob(1e4))).toHaveLength(1);
    await next.end();
  });

  it('stops where two answers to a task differ, and names task and workers', async () => {
    const worker = startWorker(redis.url, 2000);
    const engine = await engineOf('differs');
    const answer = run(engine, { ...longJob, seed: 3 }, 'countViolationsJob');
    answer.catch(() => {}); // awaited below
    await active('differs');
    // The worker has looked for an answer, and computes; as if another machine, to which the job went too, had counted one more.
    await wait(500);
    const [id] = await watch.smembers(redisKey('submitted', 'differs'));
    const other = JSON.stringify({ by: 'elsewhere:1', seconds: 1, answer: [49] });
    await watch.hset(redisKey('answers', 'differs'), id, `${'0'.repeat(64)}${other}`);
    await worker.says(new RegExp(`The answer to task ${id} of differs differs`));
    const names = `two answers to task ${id} of "differs" differ, by elsewhere:1 and by [^ ]+:${worker.child.pid}`;
    // The submitter may have taken the first one before the second came: then the end of the run says so.
    await expect(answer.then(() => engine.end())).rejects.toThrow(new RegExp(names));
    await engine.end().catch(() => {});
    await expect(engineOf('differs')).rejects.toThrow(new RegExp(names));
    const { stdout } = await command(['campaign', 'status', 'differs', '--queue', redis.url]);
    expect(stdout).toMatch(/^differs: stopped: 1 task with two answers that differ/);
  });

  it('control: a second answer that is equal, but for its seconds, is one answer', async () => {
    const worker = startWorker(redis.url, 2000);
    const task = { ...longJob, seed: 4, to: 24 };
    const first = await engineOf('once');
    const answer = await run(first, task, 'countViolationsJob');
    await first.end();
    const [[id, text]] = Object.entries(await watch.hgetall(redisKey('answers', 'once')));
    const engine = await engineOf('twice');
    const again = run(engine, task, 'countViolationsJob');
    await active('twice');
    await wait(300);
    await watch.hset(redisKey('answers', 'twice'), id, text.replace(/"seconds":[\d.]+/, '"seconds":77'));
    worker.child.kill('SIGTERM');
    await worker.ended();
    // Of its two answers it counts the first: the other was there before.
    expect(worker.said()).toContain('answered 1');
    await watch.xadd(redisKey('done', 'twice'), '*', 'id', id);
    expect(await again).toEqual(answer);
    await engine.end();
    expect(await watch.exists(redisKey('differing', 'twice'))).toBe(0);
  });

  it('of another command refuses the name', async () => {
    await (await engineOf('taken')).end();
    await expect(engineOf('taken', { scope: 'snapcheck atlas --seed 9' })).rejects.toThrow(
      '--campaign: "taken" is of another command: taken; choose another name, or end it: campaign cancel',
    );
  });

  it('drops the jobs of a cancelled campaign, also the one that runs, and tells the submitter', async () => {
    const worker = startWorker(redis.url, 2000);
    const engine = await engineOf('dropped');
    const endless = { ...longJob, to: 100_000 };
    const failing = Promise.allSettled(
      [endless, { ...endless, seed: 7 }].map((task) => run(engine, task, 'countViolationsJob')),
    );
    await active('dropped');
    const { stdout } = await command(['campaign', 'cancel', 'dropped', '--queue', redis.url]);
    expect(stdout).toBe('dropped: cancelled; 1 waiting job and 0 answers removed\n');
    // Does not begin it again.
    engine.tell(0.5);
    for (const one of await failing)
      expect(one).toMatchObject({
        status: 'rejected',
        reason: { message: '--campaign: "dropped" was cancelled' },
      });
    await worker.says(/Campaign "dropped" was cancelled: its jobs are dropped/);
    await expect(engine.end()).rejects.toThrow('was cancelled');
    // Its thread is free.
    const next = await engineOf('next');
    expect(await run(next, settingJob())).toHaveLength(1);
    await next.end();
    expect((await watch.keys(`${PREFIX}:*:dropped`)).sort()).toEqual([]);
  });

  it('goes on after the command is interrupted, and collect writes its files', async () => {
    const queue = ['--queue', redis.url];
    await command([...few, '--out', 'local']);
    const cut = await command([...few, '--out', 'map', ...queue, '--campaign', 'map'], {
      at: () => reaches('submitted', 'map', 21),
    });
    expect(cut.stderr).toContain(
      'Interrupted: the campaign goes on; snapcheck campaign collect map takes its answers',
    );
    expect(cut.code).toBe(130);
    // Those that other tests have killed are not forgotten yet.
    await watch.del(WORKERS_KEY);
    const waiting = await command(['campaign', 'status', 'map', ...queue]);
    expect(waiting.stdout).toMatch(
      /^map: 0 of 21 tasks answered\n[\s\S]* 21 waiting[\s\S]*workers {2}none of program/,
    );
    startWorker(redis.url, 2000);
    await reaches('answers', 'map', 21);
    expect((await command(['campaign', 'status', 'map', ...queue])).stdout).toMatch(
      /all that was submitted is answered; collect goes on/,
    );
    const collected = await command(['campaign', 'collect', 'map', ...queue, '--json']);
    expect(collected.code, collected.stderr).toBe(0);
    const bytes = readFileSync(join(folder, 'local/atlas.json'), 'utf8');
    expect(readFileSync(join(folder, 'map/atlas.json'), 'utf8')).toBe(bytes);
    expect(collected.stdout).toBe(bytes);
    const { stdout } = await command(['campaign', 'status', '--json', ...queue]);
    expect(JSON.parse(stdout).campaigns.find(({ name }: { name: string }) => name === 'map')).toMatchObject({
      ...{ submitted: 21, answered: 21, waiting: 0, ended: true, work: 1 },
    });
    const lines = (await command(['campaign', 'status', 'map', ...queue])).stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('map: done; collect writes its files again, cancel removes it');
    expect(lines.length).toBeLessThanOrEqual(23);
  });

  it('that is interrupted before it has begun ends', async () => {
    const words = [...few, '--out', 'early', '--queue', redis.url, '--campaign', 'early'];
    const { code, stderr } = await command(words, { at: /0 of 21 cells/ });
    expect([code, stderr]).toEqual([130, expect.stringContaining('No cell is finished')]);
  });

  it('refuses another program, whose jobs stay for a right worker', async () => {
    // The same build but for a comment.
    const build = join(folder, 'other/dist');
    cpSync(dist, build, { recursive: true });
    cpSync(join(root, 'package.json'), join(folder, 'other/package.json'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'other/node_modules'));
    const file = join(build, 'atlas/cells.js');
    writeFileSync(file, `${readFileSync(file, 'utf8')}\n// another program\n`);
    const engine = await engineOf('versions');
    const answer = run(engine, settingJob(100));
    await reaches('submitted', 'versions', 1);
    const wrong = startWorker(redis.url, 500, build);
    await wrong.says(
      new RegExp(`Campaign "versions" is refused: it is of another program, ${programVersion()} `),
    );
    await wait(1000);
    // It has not even taken the job.
    const [id] = await watch.smembers(redisKey('submitted', 'versions'));
    const queue = `${PREFIX}:${queueName(programVersion())}`;
    expect(await watch.zscore(`${queue}:prioritized`, `versions.${id}`)).not.toBeNull();
    startWorker(redis.url, 2000);
    expect(await answer).toHaveLength(1);
    await engine.end();
    const words = [...few, '--queue', redis.url, '--campaign', 'versions'];
    const other = await command(words, { build });
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('"versions" is of another program');
  });
});
