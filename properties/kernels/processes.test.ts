// heavy: 4 s
/** Identifying the processes of a kernel. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { familyOf, MARK, membersOf } from '../../src/kernels/hosts/processes.ts';

it.skipIf(process.platform !== 'linux')(
  'a child that left the group and has no mark is found by descent',
  async () => {
    const leader = spawn('/bin/sh', ['-c', 'env -i setsid sleep 60 & echo $!; wait'], {
      ...{ detached: true, stdio: ['ignore', 'pipe', 'ignore'] },
    });
    const child = await new Promise<number>((told) =>
      leader.stdout!.once('data', (text) => told(Number(text))),
    );
    try {
      // The leader has no mark either: it is found by its group.
      const family = familyOf(leader.pid!, 'no such mark');
      const late = performance.now() + 5000;
      while (!alone(child) && performance.now() < late) await new Promise((wait) => setTimeout(wait, 5));
      expect(alone(child)).toBe(true);
      expect(membersOf(family).sort()).toEqual([leader.pid!, child].sort());
    } finally {
      process.kill(child, 'SIGKILL');
      process.kill(-leader.pid!, 'SIGKILL');
    }
  },
);

it.skipIf(process.platform !== 'linux')(
  'a chain of processes, each of which starts the next and ends, is found',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapcheck-hop-'));
    writeFileSync(join(folder, 'hop.sh'), 'setsid sh ./hop.sh &');
    const mark = `hop ${process.pid}`;
    const leader = spawn('/bin/sh', ['./hop.sh'], {
      ...{ cwd: folder, detached: true, stdio: 'ignore', env: { ...process.env, [MARK]: mark } },
    });
    const family = familyOf(leader.pid!, mark);
    const seen: number[] = [];
    try {
      // The group of the first process ends soon; the others are found by their mark.
      for (let looks = 0; looks < 100; looks++) {
        seen.push(membersOf(family).length);
        await new Promise((wait) => setTimeout(wait, 1));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(Math.min(...seen)).toBeGreaterThan(0);
    while (membersOf(family).length > 0) await new Promise((wait) => setTimeout(wait, 1));
  },
);

/** Whether a process leads a group of its own. */
function alone(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
