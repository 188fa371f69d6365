/**
 * Standard output and standard error of the command line, made safe and honest. Every text that is written to them, by
 * whomever in this process, is escaped (`safe`) and written to its last byte. What cannot be written goes to the other
 * stream, and is remembered: the exit code must tell it.
 */
import { closeSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { isatty } from 'node:tty';
import { cut, LIMITS, safe, safeLine } from './text.ts';

/**
 * Begins a terminal's control sequence of our own, such as a colour. Random, so that no text from outside can hold it:
 * only sequences that begin so reach the terminal.
 */
export const CONTROL = `\u001b${Math.random().toString(36).slice(2)}${process.pid}`;

/** Safe text, in which our own control sequences work. */
export const terminalText = (text: string): string => text.split(CONTROL).map(safe).join('\u001b');

/** A system error in words: `ENOSPC: no space left on device, write`. */
export const errorText = (error: unknown): string =>
  safeLine(cut(error instanceof Error ? error.message : String(error), LIMITS.message));

type Name = 'stdout' | 'stderr';
const NAMES = { stdout: 'standard output', stderr: 'standard error' } as const;
const FD = { stdout: 1, stderr: 2 } as const;

/** Why a stream takes nothing any more. */
const broken: Partial<Record<Name, string>> = {};
let lost = false;
let untold = false;
let guarded = false;

/** Whether something that was asked for could not be written. */
export const somethingLost = (): boolean => lost;

/** Whether some of the results reached neither of the two streams. */
export const resultLost = (): boolean => untold;

/** Milliseconds between two tries to write to a pipe that is full. */
const PAUSE = 5;
const bell = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of it, however slowly the other end reads. @throws the system's error */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; )
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN' && code !== 'EINTR') throw error;
      Atomics.wait(bell, 0, 0, PAUSE);
    }
}

/** @returns whether it was written */
function tryWrite(name: Name, text: string): boolean {
  if (broken[name] === undefined)
    try {
      writeAll(FD[name], text);
      return true;
    } catch (error) {
      broken[name] = (error as NodeJS.ErrnoException).code === 'EPIPE' ? 'EPIPE' : errorText(error);
    }
  return false;
}

/** Results: where they cannot go to standard output they go to standard error, but for a reader that has left. */
function result(text: string): void {
  const known = broken.stdout !== undefined;
  if (tryWrite('stdout', text)) return;
  lost = true;
  const why = `${NAMES.stdout} cannot be written (${broken.stdout}); what was meant for it follows\n`;
  if (broken.stdout === 'EPIPE' || !tryWrite('stderr', `${known ? '' : why}${text}`)) untold = true;
}

/** Everything else: where it cannot go to standard error it goes to standard output, unless a document is there alone. */
function message(text: string, alone: boolean): void {
  if (tryWrite('stderr', text)) return;
  if (alone || !tryWrite('stdout', text)) lost = true;
}

/**
 * Puts all that this process writes to its two streams through the above.
 * @param alone whether standard output holds one document and nothing else
 */
export function guardStreams(alone: boolean): void {
  guarded = true;
  outliveTerminal();
  for (const name of ['stdout', 'stderr'] as const) {
    const decoder = new StringDecoder();
    const write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      const text = terminalText(typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)));
      if (name === 'stdout') result(text);
      else message(text, alone);
      const done = rest.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
    Object.defineProperty(process[name], 'write', { value: write, configurable: true, writable: true });
    // A terminal that goes away says so here, too.
    process[name].on('error', () => {});
  }
}

/** Node aborts when it ends and cannot set its terminal back, because that has gone: it must not find it. */
function outliveTerminal(): void {
  const terminals = [0, 1, 2].filter(isatty);
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}

/**
 * Standard error for progress, which nobody misses where it cannot be written. On a terminal control sequences work, so
 * outside text has to be safe before it comes here.
 */
export function progressStream(): NodeJS.WriteStream {
  const { stderr } = process;
  const write = (text: string) =>
    guarded ? tryWrite('stderr', stderr.isTTY ? text : terminalText(text)) : stderr.write(text);
  return Object.create(stderr, { write: { value: write } });
}

/** Tells that a file that was asked for, or should have been kept, is not there. */
export function tellUnwritten(what: string, error: unknown): void {
  lost = true;
  process.stderr.write(`${what} could not be written: ${errorText(error)}\n`);
}
