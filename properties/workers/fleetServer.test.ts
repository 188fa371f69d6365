// evidence: 20 s
/** The server of a fleet: what it must promise, what is told of its password, and what is told without it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { redisKey } from '../../src/workers/fleet/broker.ts';
import { commandIn, type Ended, few } from './fleetCommand.ts';
import { dist } from './fleetProcesses.ts';
import { freePort, hasRedis, startRedis } from './redis.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-fleet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const command = (words: readonly string[], options?: Parameters<typeof commandIn>[2]) =>
  commandIn(folder, words, options);

describe.skipIf(!hasRedis)('a server', () => {
  it.each([
    [['--appendonly', 'no'], /appendonly is off[\s\S]*set "appendonly yes"/],
    [
      ['--maxmemory-policy', 'allkeys-lru', '--maxmemory', '100mb'],
      /maxmemory-policy is allkeys-lru[\s\S]*set "maxmemory-policy noeviction"/,
    ],
  ])('that may forget or drop is refused, and taken when asked: %j', async (settings, says) => {
    const redis = await startRedis(settings);
    try {
      const words = ['worker', '--queue', redis.url, '--workers', '1'];
      const refused = await command(words);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(says)]);
      const taken = await command([...words, '--unsafe-queue'], { at: /Worker/ });
      expect([taken.code, taken.stderr]).toEqual([0, expect.stringContaining('Ended; 0 jobs answered.')]);
    } finally {
      await redis.end();
    }
  });

  it('with a password: no output and no list of processes has it, whatever happens', async () => {
    const secret = 'S3cret-of-the-broker';
    const redis = await startRedis(['--requirepass', secret]);
    const url = (password: string) => `redis://:${password}@127.0.0.1:${redis.port}`;
    const own = (words: readonly string[], options = {}) =>
      command([...words, '--queue', url(secret)], options);
    const told: Ended[] = [];
    const there = new Redis(url(secret), { maxRetriesPerRequest: null }).on('error', () => {});
    try {
      const worker = await own(['worker', '--workers', '1'], { at: /Worker/ });
      expect(worker.title).toMatch(/^snapcheck worker\0*$/);
      const variable = await command(['worker', '--workers', '1'], {
        at: /Worker/,
        env: { SNAPCHECK_QUEUE: url(secret) },
      });
      expect([worker.code, variable.code]).toEqual([0, 0]);
      const cut = await own([...few, '--out', 'secret', '--campaign', 'c', '--json'], {
        at: async () => {
          while ((await there.scard(redisKey('submitted', 'c'))) < 21) await wait(20);
        },
      });
      expect(cut.title).toMatch(/^snapcheck atlas\0*$/);
      told.push(worker, variable, cut);
      told.push(await own(['campaign', 'status', 'c', '--json']), await own(['campaign', 'status', 'c']));
      told.push(await own(['campaign', 'collect', 'c'], { at: /0 of 21 cells/ }));
      told.push(await own([...few, '--campaign', 'c', '--seed', '4']));
      const wrong = await command(['campaign', 'status', '--queue', url(`not-${secret}`)]);
      expect([wrong.code, wrong.stderr]).toEqual([
        2,
        expect.stringContaining('refuses the user or the password'),
      ]);
      const none = await command(['campaign', 'status', '--queue', `redis://127.0.0.1:${redis.port}`]);
      expect([none.code, none.stderr]).toEqual([
        2,
        expect.stringContaining('refuses the user or the password'),
      ]);
      told.push(wrong, none);
      // Words in the wrong place, and none of a URL.
      for (const words of [
        ['worker', '--qeue', url(secret)],
        ['worker', url(secret)],
        ['campaign', url(secret)],
        ['worker', '--queue', `http://:${secret}@host`],
        [url(secret)],
      ]) {
        told.push(await command(words));
        expect(told.at(-1)!.code).toBe(2);
      }
      await redis.kill();
      const away = await own(['worker', '--workers', '1'], { at: /waiting for it/ });
      expect(away.stderr).toContain(
        `The queue at redis://127.0.0.1:${redis.port} is away (ECONNREFUSED): waiting for it.`,
      );
      expect(away.code).toBe(0);
      const late = await own(['campaign', 'status'], { env: { SNAPCHECK_DEBUG: '1' } });
      expect([late.code, late.stderr]).toEqual([2, expect.stringContaining('nobody answers at')]);
      told.push(away, late);
      for (const { stdout, stderr } of told) expect(stdout + stderr).not.toContain(secret);
      expect(told.map(({ code }) => code)).not.toContain(70);
    } finally {
      there.disconnect();
      await redis.end();
    }
  }, 120_000);
});

/** A certificate of this machine, signed by itself. */
const certified = () => {
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const files = ['-addext', 'subjectAltName=DNS:localhost', '-keyout', 'key.pem', '-out', 'cert.pem'];
  return spawnSync('openssl', [...words, ...files], { cwd: folder }).status === 0;
};

describe.skipIf(!hasRedis || !certified())('a server with TLS', () => {
  it('is reached by rediss://, and refused where its certificate is unknown', async () => {
    const tls = ['--tls-cert-file', join(folder, 'cert.pem'), '--tls-key-file', join(folder, 'key.pem')];
    const port = await freePort();
    const redis = await startRedis([...tls, '--tls-port', String(port), '--tls-auth-clients', 'no']);
    try {
      const words = ['campaign', 'status', '--queue', `rediss://localhost:${port}`];
      const known = await command(words, { env: { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') } });
      expect([known.code, known.stdout]).toEqual([0, 'No campaign is on this queue.\n']);
      const unknown = await command(words);
      expect([unknown.code, unknown.stderr]).toEqual([
        2,
        expect.stringMatching(/nobody answers at rediss:.*CERT/),
      ]);
    } finally {
      await redis.end();
    }
  });
});

describe('without the optional packages', () => {
  it('a queue is refused, and says what to install', async () => {
    // The build with every package but those.
    const build = join(folder, 'bare/dist');
    cpSync(dist, build, { recursive: true });
    cpSync(join(root, 'package.json'), join(folder, 'bare/package.json'));
    const modules = join(folder, 'bare/node_modules');
    mkdirSync(modules);
    for (const name of readdirSync(join(root, 'node_modules')))
      if (!/^(bullmq|ioredis|\.)/.test(name))
        symlinkSync(join(root, 'node_modules', name), join(modules, name));
    for (const words of [
      ['worker'],
      ['campaign', 'status'],
      [...few, '--campaign', 'c', '--out', 'bare-atlas'],
    ]) {
      const { code, stderr } = await command([...words, '--queue', 'redis://127.0.0.1:1'], { build });
      expect([code, stderr]).toEqual([2, expect.stringContaining('npm install bullmq@6 ioredis@6')]);
    }
  });
});
