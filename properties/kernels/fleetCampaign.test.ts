// evidence: 75 s
/** `kernel` and `verify` on a fleet of processes end as they do on one machine. Uses the build, and a Redis server of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SEED } from '../../src/model/seeds.ts';
import { hasRedis, startRedis, type TestRedis } from '../workers/redis.ts';
import { lateModule } from './lateModule.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/kernels/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-fleet-'));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts `snapcheck ..words`; interrupts it once, when `stop` is true of what it has said on standard error. */
function snapcheck(words: readonly string[], cwd = folder, stop: (err: string) => boolean = () => false) {
  const child = spawn(process.execPath, [main, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  let stopped = false;
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
    if (!stopped && stop(err)) stopped = child.kill('SIGINT');
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return { child, ended };
}

const resultOf = ({ out }: Ended) =>
  JSON.parse(out, (key, value) => (/(^s|S)econds$/.test(key) ? undefined : value));

const TINY = ['--max-vocabulary', '6', '--max-length', '6', '--max-batch', '2'];
const late = lateModule(DEFAULT_SEED, { vocabulary: 6, contextLength: 5, batch: 2 }, 150);

describe.skipIf(!hasRedis)(`a fleet of three workers${hasRedis ? '' : ' (skipped: no redis-server)'}`, () => {
  let server: TestRedis;
  let redis: Redis;
  const workers: ReturnType<typeof snapcheck>[] = [];
  const onQueue = (campaign: string) => ['--queue', server.url, '--campaign', campaign];
  const counts = async (campaign: string) => ({
    submitted: await redis.scard(`snapcheck:submitted:${campaign}`),
    answers: await redis.hlen(`snapcheck:answers:${campaign}`),
  });

  beforeAll(async () => {
    writeFileSync(join(folder, 'plain.mjs'), fixture('plain.mjs'));
    writeFileSync(join(folder, 'late.mjs'), late.text);
    server = await startRedis();
    redis = new Redis(server.url);
    for (let i = 0; i < 3; i++)
      workers.push(snapcheck(['worker', '--queue', server.url, '--workers', '1', '--kernels']));
  });
  afterAll(async () => {
    for (const { child } of workers) child.kill('SIGTERM');
    const ends = await Promise.all(workers.map(({ ended }) => ended));
    redis?.disconnect();
    await server?.end();
    rmSync(folder, { recursive: true });
    // No worker answered all, and each ended by the signal alone.
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    for (const { err } of ends) expect(err).toMatch(/Ended; [1-9]\d* jobs? answered/);
  });

  it('shares thousands of kernel cases, and the result is that of one machine', async () => {
    const words = ['kernel', '--builtin', 'float64', '--runs', '4000', ...TINY, '--json'];
    const shared = await snapcheck([...words, ...onQueue('cases')]).ended;
    const alone = await snapcheck(words).ended;
    expect(shared.code).toBe(0);
    expect(resultOf(alone)).toMatchObject({ verdict: 'pass', cases: 4000 });
    expect(resultOf(shared)).toEqual(resultOf(alone));
    const { submitted, answers } = await counts('cases');
    expect(submitted).toBeGreaterThan(5);
    expect(answers).toBe(submitted);
    // The same command again has the same blocks, and finds every one answered.
    const again = await snapcheck([...words, ...onQueue('cases')]).ended;
    expect(resultOf(again)).toEqual(resultOf(alone));
    expect(await counts('cases')).toEqual({ submitted, answers });
  });

  it('goes on with a campaign that was interrupted', async () => {
    const words = ['kernel', 'plain.mjs', '--runs', '400', ...TINY, '--json'];
    const cut = await snapcheck([...words, ...onQueue('cut')], folder, (err) => err.includes('random cases'))
      .ended;
    expect(cut.code).toBe(130);
    expect(resultOf(cut)).toMatchObject({ verdict: 'undecided', interrupted: true });
    const collected = await snapcheck(['campaign', 'collect', 'cut', '--queue', server.url]).ended;
    const alone = await snapcheck(words).ended;
    expect(resultOf(alone)).toMatchObject({ verdict: 'pass', cases: 400 });
    expect(resultOf(collected)).toEqual(resultOf(alone));
  });

  it('finds the first failing case of a kernel, which is made small here', async () => {
    const words = ['kernel', 'late.mjs', '--runs', '400', ...TINY, '--json'];
    const [shared, alone] = [
      await snapcheck([...words, ...onQueue('late')]).ended,
      await snapcheck(words).ended,
    ];
    expect([shared.code, alone.code]).toEqual([1, 1]);
    // The command that replays the case, and whatever else is printed: the URL may have a password.
    expect(shared.out + shared.err).toMatch(/--replay/);
    expect(shared.out + shared.err).not.toMatch(/--queue|--campaign|redis:/);
    // How far it was made small depends on the time that was left.
    const found = ({ failure, ...rest }: ReturnType<typeof resultOf>) => ({
      ...rest,
      failure: { foundAt: failure.foundAt, found: failure.found },
    });
    const [there, here] = [resultOf(shared), resultOf(alone)].map(({ saved: _, ...result }) => found(result));
    expect(here.failure.foundAt).toBe(late.foundAt);
    expect(there).toEqual(here);
  });

  it('refuses a module that is another one where a worker runs', async () => {
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
    writeFileSync(join(elsewhere, 'plain.mjs'), `${fixture('plain.mjs')}// another line\n`);
    const { code, err } = await snapcheck(
      ['kernel', 'plain.mjs', '--runs', '50', ...TINY, ...onQueue('other')],
      elsewhere,
    ).ended;
    expect(code).toBe(2);
    expect(err).toMatch(/a worker refuses the kernel: kernel module "plain\.mjs" has another content here/);
  });

  it('decides rows of verify as one machine does', async () => {
    const words = [
      'verify',
      'snap',
      'frequency',
      '--rung',
      'two-timescale',
      'population',
      '--runs',
      '40',
      '--json',
    ];
    const [shared, alone] = [
      await snapcheck([...words, ...onQueue('rows')]).ended,
      await snapcheck(words).ended,
    ];
    expect([shared.code, alone.code]).toEqual([0, 0]);
    expect(resultOf(alone).rows).toHaveLength(4);
    expect(resultOf(shared)).toEqual(resultOf(alone));
    expect((await counts('rows')).answers).toBeGreaterThan(4);
  });
});
