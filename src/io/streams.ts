/**
 * Standard output and standard error of the command line. Every text that this process writes to them is escaped (`safe`)
 * and written to its last byte. What cannot be written goes to the other stream, and the exit code shows it.
 */
import { closeSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { isatty } from 'node:tty';
import { cut, LIMITS, safe, safeLine } from './text.ts';

/**
 * The beginning of our own control sequences, such as colours. It is random, so that no text from outside contains it:
 * only sequences that begin with it reach the terminal.
 */
export const CONTROL = `\u001b${Math.random().toString(36).slice(2)}${process.pid}`;

/** Safe text, with our own control sequences. */
const terminalText = (text: string): string => text.split(CONTROL).map(safe).join('\u001b');

/** The text of a system error: `ENOSPC: no space left on device, write`. */
export const errorText = (error: unknown): string =>
  safeLine(cut(error instanceof Error ? error.message : String(error), LIMITS.message));

type Name = 'stdout' | 'stderr';
const NAMES = { stdout: 'standard output', stderr: 'standard error' } as const;
const FD = { stdout: 1, stderr: 2 } as const;

/** Why a stream can no longer be written. */
const broken: Partial<Record<Name, string>> = {};
let lost = false;
let untold = false;
let guarded = false;

/** Whether an output could not be written. */
export const somethingLost = (): boolean => lost;

/** Whether some of the results reached neither of the two streams. */
export const resultLost = (): boolean => untold;

/** Milliseconds between two attempts to write to a full pipe. */
const PAUSE = 5;
const bell = new Int32Array(new SharedArrayBuffer(4));

/** Writes the whole text, however slowly it is read. @throws the system's error */
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

/** Writes results to standard output, or to standard error if that fails; if the reader has left, to neither. */
function result(text: string): void {
  const known = broken.stdout !== undefined;
  if (tryWrite('stdout', text)) return;
  lost = true;
  const why = `${NAMES.stdout} cannot be written (${broken.stdout}); what was meant for it follows\n`;
  if (broken.stdout === 'EPIPE' || !tryWrite('stderr', `${known ? '' : why}${text}`)) untold = true;
}

/** Writes messages to standard error, or to standard output if that fails and it does not hold a document alone. */
function message(text: string, alone: boolean): void {
  if (tryWrite('stderr', text)) return;
  if (alone || !tryWrite('stdout', text)) lost = true;
}

/**
 * Sends everything that this process writes to its two streams through the functions above.
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
    // A terminal that closes raises an error here, too.
    process[name].on('error', () => {});
  }
}

/** At its end Node resets its terminal, and aborts if that is closed; so closed terminals are taken from it. */
function outliveTerminal(): void {
  const terminals = [0, 1, 2].filter(isatty);
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}

/**
 * Standard error for progress: if it cannot be written, that is no loss. On a terminal control sequences work, so text from
 * outside must be made safe first.
 */
export function progressStream(): NodeJS.WriteStream {
  const { stderr } = process;
  const write = (text: string) =>
    guarded ? tryWrite('stderr', stderr.isTTY ? text : terminalText(text)) : stderr.write(text);
  return Object.create(stderr, { write: { value: write } });
}

/** Reports that a file could not be written. */
export function tellUnwritten(what: string, error: unknown): void {
  lost = true;
  process.stderr.write(`${what} could not be written: ${errorText(error)}\n`);
}
