/**
 * The processes of a kernel, on systems that list them (Linux: /proc). They are its process group, the descendants of
 * its members, and all processes that have its mark in their initial environment. The mark identifies a child that
 * left the group, or whose parent has ended. A child that did both and removed the mark is not found.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** The environment variable that holds the mark. */
export const MARK = 'SNAPCHECK_KERNEL';

interface Inspected {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** In ticks since the machine started. */
  readonly start: number;
}

/** Reads /proc; undefined if the process does not exist or is a zombie. */
function inspect(pid: number): Inspected | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in parentheses, may contain any characters.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { pid, parent: Number(fields[1]), group: Number(fields[2]), start: Number(fields[19]) };
  } catch {
    return undefined;
  }
}

const pids = (): number[] => {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
};

/**
 * How often an empty environment is read again, at intervals of 1 ms: it is empty for a moment while a program
 * starts, which on a busy machine lasts some milliseconds.
 */
const READS = 10;
const still = new Int32Array(new SharedArrayBuffer(4));

function marked(pid: number, mark: string): boolean {
  try {
    for (let reads = 1; ; reads++) {
      const environ = readFileSync(`/proc/${pid}/environ`, 'latin1');
      if (environ !== '' || reads === READS) return environ.includes(`${MARK}=${mark}`);
      Atomics.wait(still, 0, 0, 1);
    }
  } catch {
    return false; // belongs to another user, or has ended
  }
}

/** The processes of one kernel. */
export interface Family {
  /** The process that was started; it leads the group. */
  readonly leader: number;
  readonly mark: string;
  /** Start time of the leader; 0 if unknown. */
  readonly since: number;
}

export const familyOf = (leader: number, mark: string): Family => ({
  leader,
  mark,
  since: inspect(leader)?.start ?? 0,
});

/** Most listings of the processes: new ones may start as fast as they are found. */
const ROUNDS = 100;
/** Process id of the parent of the kernel threads of Linux, which have no environment. */
const KERNEL_THREADS = 2;

/**
 * Ids of the kernel's processes; none if the system does not list processes. Lists processes until no new one
 * appears twice, since a listing may miss one that has just started: a chain of processes, each of which starts the next and ends, could otherwise escape a single listing.
 */
export function membersOf({ leader, mark, since }: Family): number[] {
  const later = new Map<number, Inspected>();
  const members = new Set<number>();
  const known = new Set([process.pid, 1]);
  for (let round = 0, quiet = 0; quiet < 2 && round < ROUNDS; round++) {
    const fresh = pids().filter((pid) => !known.has(pid));
    quiet = fresh.length > 0 ? 0 : quiet + 1;
    for (const pid of fresh) {
      known.add(pid);
      const found = inspect(pid);
      if (!found || found.start < since || found.parent === KERNEL_THREADS) continue;
      later.set(pid, found);
      if (found.group === leader || marked(pid, mark)) members.add(pid);
    }
  }
  for (let before = 0; before < members.size; ) {
    before = members.size;
    for (const { pid, parent } of later.values()) if (members.has(parent)) members.add(pid);
  }
  return [...members];
}

/** A field in kB of a file in /proc, in bytes; undefined if it is missing. */
function bytesField(pid: number, file: string, name: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, 'latin1');
    const [, kilobytes] = new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text) ?? [];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}

/** Resident memory of a process in bytes, shared pages included; 0 if unknown. */
export const memoryOf = (pid: number): number => bytesField(pid, 'status', 'VmRSS') ?? 0;

/**
 * The same, with a page that n processes share counted as 1/n of a page in each: after a fork nearly all pages are
 * shared. Equal to `memoryOf` if the system does not report it. Takes about 30 ms per GiB (measured); `memoryOf`
 * takes 0.1 ms.
 */
export const shareOf = (pid: number): number => bytesField(pid, 'smaps_rollup', 'Pss') ?? memoryOf(pid);
