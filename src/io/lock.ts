/** Locks: one run at a time on a file in which it keeps its state. */
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

/** Another run uses the file, or it cannot be determined whether one does. */
export class Locked extends Error {}

interface Holder {
  readonly pid: number;
  /** When that process started, in ticks since the machine started; null if the system does not say (not Linux). */
  readonly began: string | null;
  readonly host: string;
}

/** The start of a process: it distinguishes two processes that had the same number. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name in parentheses, which may contain anything, come fields 3, 4, ..; the start is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

const holderOf = (pid: number): Holder => ({ pid, began: beganAt(pid), host: hostname() });

/** Whether a process of this machine runs, of any user. */
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

/** Process numbers are positive and have 32 bits. */
const MOST_PID = 2 ** 31 - 1;

/**
 * The process that holds the lock; null if its run has ended, undefined if there is no lock.
 * @throws Locked if it is not a regular file
 */
function holder(lock: string): Holder | null | undefined {
  let held: Holder;
  try {
    held = JSON.parse(textOf(lock));
  } catch (error) {
    if (error instanceof SyntaxError) return null; // no run wrote this text
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof NoRegularFile)
      throw new Locked(
        `${lock}, which shows whether another run is at work: ${error.message}; move it away if there is none`,
      );
    throw error;
  }
  const ours = Number.isInteger(held?.pid) && held.pid > 0 && held.pid <= MOST_PID;
  if (!ours || typeof held.host !== 'string') return null;
  if (held.host !== hostname()) return held; // cannot be checked from here
  if (!runs(held.pid)) return null;
  const began = beganAt(held.pid);
  return held.began !== null && began !== null && began !== held.began ? null : held;
}

/** Creates the lock with its whole content at once. @returns false if there is one already */
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

/** Milliseconds, longer than a takeover takes: an older one was interrupted. */
const TAKEOVER = 10_000;

/**
 * Removes the lock of a run that has ended. Only one run does so at a time; otherwise a run could remove the lock that
 * another run has just created. While the old lock exists no new one can be created.
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

/** Attempts to lock while other runs take over the same lock. */
const TRIES = 1000;

/**
 * Locks `file` against other runs until the returned function is called. The lock of a process that has ended is taken
 * over, even if another process has the same number now.
 * @throws Locked if another run has the lock or this cannot be determined, and the file system's error
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
