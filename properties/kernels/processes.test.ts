/** Which processes are a kernel's. */
import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { familyOf, membersOf } from '../../src/kernels/hosts/processes.ts';

it.skipIf(process.platform !== 'linux')(
  'a child that has left the group and lost the mark is one of the family, by descent alone',
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

/** Whether a process leads a group of its own. */
function alone(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}
