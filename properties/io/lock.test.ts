import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Locked, lockFile } from '../../src/io/lock.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'snapcheck-'));
  file = join(dir, 'state.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

const holdBy = (holder: object) => writeFileSync(`${file}.lock`, JSON.stringify(holder));
/** The number of a process that has ended. */
const dead = () => spawnSync(process.execPath, ['--version']).pid;

describe('the lock of a file', () => {
  it('lets one run at it at a time, and leaves nothing behind', () => {
    const release = lockFile(file);
    expect(() => lockFile(file)).toThrow(Locked);
    expect(() => lockFile(file)).toThrow(`process ${process.pid} on ${hostname()}`);
    release();
    lockFile(file)();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is taken over from a process that has ended, and from a text that no run wrote', () => {
    holdBy({ pid: dead(), began: '1', host: hostname() });
    lockFile(file)();
    writeFileSync(`${file}.lock`, 'half a li');
    lockFile(file)();
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each([1e300, 4294967297, 2 ** 31, 0, -1, 1.5, '1', null])(
    'is taken over from a process that cannot be, number %s',
    (pid) => {
      holdBy({ pid, began: null, host: hostname() });
      lockFile(file)();
      holdBy({ pid, began: null, host: 'elsewhere' });
      lockFile(file)();
      expect(readdirSync(dir)).toEqual([]);
    },
  );

  it('is not taken over where it is a folder: nobody can tell whose that is', () => {
    mkdirSync(`${file}.lock`);
    expect(() => lockFile(file)).toThrow(Locked);
    expect(() => lockFile(file)).toThrow(/state\.json\.lock.*it is a directory/);
    expect(readdirSync(dir)).toEqual(['state.json.lock']);
  });

  it.skipIf(!existsSync('/proc/self/stat'))(
    'is taken over when the number belongs to a later process',
    () => {
      holdBy({ pid: process.pid, began: '1', host: hostname() });
      lockFile(file)();
    },
  );

  it('of another machine is not taken over: nobody can tell from here', () => {
    holdBy({ pid: dead(), began: '1', host: 'elsewhere' });
    expect(() => lockFile(file)).toThrow(/elsewhere.*delete it/);
  });

  it('survives a takeover that was cut short', () => {
    holdBy({ pid: dead(), began: '1', host: hostname() });
    const takeover = `${file}.lock.takeover`;
    mkdirSync(takeover);
    // It stays young for an hour, however slow the machine.
    utimesSync(takeover, Date.now() / 1000 + 3600, Date.now() / 1000 + 3600);
    expect(() => lockFile(file)).toThrow(Locked);
    utimesSync(takeover, 0, 0);
    lockFile(file)();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is had by one of many processes that want it at once, though a dead one held it', async () => {
    holdBy({ pid: dead(), began: '1', host: hostname() });
    const module = fileURLToPath(new URL('../../dist/io/lock.js', import.meta.url));
    const log = join(dir, 'log');
    // Each that has the lock notes when it came and went.
    const script = `
      import { appendFileSync } from 'node:fs';
      const { lockFile } = await import(${JSON.stringify(module)});
      for (let had = 0; had < 5; ) {
        try {
          const release = lockFile(${JSON.stringify(file)});
          appendFileSync(${JSON.stringify(log)}, 'in\\n');
          const until = Date.now() + 3;
          while (Date.now() < until);
          appendFileSync(${JSON.stringify(log)}, 'out\\n');
          release();
          had++;
        } catch (error) { if (error.constructor.name !== 'Locked') throw error; }
        await new Promise((done) => setTimeout(done, 1));
      }`;
    const codes = await Promise.all(
      Array.from(
        { length: 6 },
        () =>
          new Promise((done) =>
            spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' }).on(
              'exit',
              done,
            ),
          ),
      ),
    );
    expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readFileSync(log, 'utf8')).toBe('in\nout\n'.repeat(30));
  });
});
