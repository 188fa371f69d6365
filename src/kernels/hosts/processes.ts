/**
 * Which processes a kernel has, where the system tells (Linux: /proc). Its own group, what descends from it, and whatever
 * has its mark in the environment that it was started with: a child that left the group, or whose parent has ended, is
 * found by its mark. One that does both without its mark is not found.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** The environment's name of a mark. */
export const MARK = 'SNAPCHECK_KERNEL';

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** In ticks since the machine started. */
  readonly start: number;
}

/** What /proc says, if the process is there and not merely waiting to be reaped. */
function look(pid: number): Seen | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, parent: Number(fields[1]), group: Number(fields[2]), start: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

function processes(): Seen[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (look(Number(name)) ?? []) : []));
  } catch {
    return [];
  }
}

function marked(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}`);
  } catch {
    return false; // another user's, or gone
  }
}

/** The processes of one kernel. */
export interface Family {
  /** The process that was started; it leads the group. */
  readonly leader: number;
  readonly mark: string;
  /** When the leader started; 0 where that is not known. */
  readonly since: number;
}

export const familyOf = (leader: number, mark: string): Family => ({
  leader,
  mark,
  since: look(leader)?.start ?? 0,
});

/** Ids of those that are there; none where the system does not tell. */
export function membersOf({ leader, mark, since }: Family): number[] {
  const later = processes().filter(({ pid, start }) => start >= since && pid !== process.pid && pid !== 1);
  const members = new Set(
    later.filter(({ pid, group }) => group === leader || marked(pid, mark)).map(({ pid }) => pid),
  );
  for (let before = 0; before < members.size; ) {
    before = members.size;
    for (const { pid, parent } of later) if (members.has(parent)) members.add(pid);
  }
  return [...members];
}

/** A number of kB that /proc tells of a process, in bytes; undefined where it does not. */
function told(pid: number, file: string, name: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, 'latin1');
    const [, kilobytes] = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text) ?? [];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}

/** Bytes of memory that a process has, shared ones included; 0 where the system does not tell. */
export const memoryOf = (pid: number): number => told(pid, 'status', 'VmRSS') ?? 0;

/**
 * The same, but of a page that n processes share the n-th part: after a fork they share nearly all. Where that is not
 * told, all of it. It takes some 30 ms for each GiB (measured), where `memoryOf` takes 0.1 ms.
 */
export const shareOf = (pid: number): number => told(pid, 'smaps_rollup', 'Pss') ?? memoryOf(pid);
