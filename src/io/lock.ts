/** One run at a time on a file that it keeps its state in. */
import {
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { NoRegularFile, openRegular } from './file.ts';
import { makeFolders, writeNew } from './write.ts';

/** Another run works on the file, or nobody can tell whether one does. */
export class Locked extends Error {}

interface Holder {
  readonly pid: number;
  /** When that process began, in ticks since the machine did; null where the system does not say (not Linux). */
  readonly began: string | null;
  readonly host: string;
}

/** A number that is given to processes again is told apart by this. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in parentheses, which may hold anything: field 3 and on; the start is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

const holderOf = (pid: number): Holder => ({ pid, began: beganAt(pid), host: hostname() });

/** Whether a process of this machine runs; another user's does too. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function textOf(lock: string): string {
  const { handle } = openRegular(lock, constants.O_RDONLY);
  try {
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}

/** Numbers of processes are positive and have 32 bits. */
const MOST_PID = 2 ** 31 - 1;

/**
 * Who holds the lock: null where it was left by a run that has ended, undefined where there is none.
 * @throws Locked where it is no file that could tell
 */
function holder(lock: string): Holder | null | undefined {
  let held: Holder;
  try {
    held = JSON.parse(textOf(lock));
  } catch (error) {
    if (error instanceof SyntaxError) return null; // a text that no run wrote
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof NoRegularFile)
      throw new Locked(
        `${lock}, which tells whether another run is at work: ${error.message}; move it away if no run is`,
      );
    throw error;
  }
  const ours = Number.isInteger(held?.pid) && held.pid > 0 && held.pid <= MOST_PID;
  if (!ours || typeof held.host !== 'string') return null;
  if (held.host !== hostname()) return held; // nobody can tell from here
  if (!runs(held.pid)) return null;
  const began = beganAt(held.pid);
  return held.began !== null && began !== null && began !== held.began ? null : held;
}

/** Makes the lock with all it says at once. @returns false when there is one already */
function make(lock: string): boolean {
  const draft = `${lock}.${process.pid}`;
  try {
    writeNew(draft, JSON.stringify(holderOf(process.pid)));
    linkSync(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Longer than a takeover takes, milliseconds: an older one was cut short. */
const TAKEOVER = 10_000;

/**
 * Removes a lock that was left by a run that has ended: one run at a time, so that none removes the lock that another has
 * just made. While it is there none can be made; where there is none any more, another may be made at any moment.
 */
function clear(lock: string): void {
  const gate = `${lock}.takeover`;
  try {
    mkdirSync(gate);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const made = statSync(gate, { throwIfNoEntry: false })?.mtimeMs;
    if (made !== undefined && Date.now() - made > TAKEOVER) rmSync(gate, { recursive: true, force: true });
    return;
  }
  try {
    if (holder(lock) === null) rmSync(lock, { force: true });
  } finally {
    rmdirSync(gate);
  }
}

/** Tries at a lock that somebody else takes over at the same time. */
const TRIES = 1000;

/**
 * Locks `file` against other runs until the returned function is called. A lock whose process has ended, however it did,
 * is taken over, even where its number has been given to another process since.
 * @throws Locked when another run has it or nobody can tell, and the file system's error
 */
export function lockFile(file: string): () => void {
  const lock = `${file}.lock`;
  makeFolders(dirname(lock));
  for (let tries = 0; tries < TRIES; tries++) {
    if (make(lock)) return () => rmSync(lock, { force: true });
    const held = holder(lock);
    if (held)
      throw new Locked(
        `another run is at work on ${file}: process ${held.pid} on ${held.host}; wait until it has ended (${lock} says so; delete it if that is not true)`,
      );
    if (held === null) clear(lock);
  }
  throw new Locked(`another run is at work on ${file}: ${lock} comes and goes`);
}
