/** What another process does between two steps of taking a lock. */
import type * as Fs from 'node:fs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { lockFile } from '../../src/io/lock.ts';

const dir = mkdtempSync(join(tmpdir(), 'snapcheck-'));
const file = join(dir, 'state.json');
const lock = `${file}.lock`;
afterEach(() => rmSync(dir, { recursive: true }));

/** What happens just before the lock is opened to be read, and just after; the first of the list at the first time. */
const moments: { before?: () => void; after?: () => void }[] = [];
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const openSync = (path: string, ...rest: [string]) => {
    const { before, after } = (path.endsWith('.lock') && moments.shift()) || {};
    before?.();
    try {
      return fs.openSync(path, ...rest);
    } finally {
      after?.();
    }
  };
  return { ...fs, openSync };
});

it('a lock that another makes in the moment in which there is none is not taken from it', () => {
  const other = JSON.stringify({ pid: process.ppid, began: null, host: hostname() });
  writeFileSync(lock, other);
  let made = false;
  moments.push(
    { before: () => rmSync(lock) },
    {
      after: () => {
        writeFileSync(lock, other);
        made = true;
      },
    },
  );
  const release = lockFile(file);
  moments.length = 0;
  const { pid } = JSON.parse(readFileSync(lock, 'utf8'));
  expect(pid).toBe(made ? process.ppid : process.pid);
  release();
});
