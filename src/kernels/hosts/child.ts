/** A kernel's process from its start to its end: what it prints, how much memory it takes, how it ends. */
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { safe } from '../../io/text.ts';
import { KernelFault } from '../kernel.ts';
import { endGroup, startGroup, type Words } from './groups.ts';
import { memoryOf, shareOf } from './processes.ts';

/** Bytes of the end of what a process prints that are kept. */
const TAIL = 2000;
/** How long to read on after the process ended, when one that left its group keeps the pipes open. */
const DRAIN = 500;
/** Milliseconds between two looks at the memory, and looks between two searches for processes. */
const [LOOK, SEARCH] = [100, 10];
/** How many times as long as it takes to tell shared memory apart it is not done again: it blocks this thread. */
const REST = 9;

/** The end of a stream, however much comes. */
function tailOf(stream: Readable | null): () => string {
  let tail: Buffer = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    tail = chunk.byteLength >= TAIL ? chunk.subarray(-TAIL) : Buffer.concat([tail, chunk]).subarray(-TAIL);
  });
  return () => safe(tail.toString()).trim();
}

function endText(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `its process was ended by ${signal}`;
  const name = Object.entries(constants.signals).find(([, number]) => number === code! - 128)?.[0];
  return `its process ended with exit code ${code}${name ? ` (${name})` : ''}`;
}

export interface Child {
  readonly stdio: readonly (Readable | Writable | null | undefined)[];
  /** The ends of its standard output, where that is no protocol, and error, to add to a message; or nothing. */
  lastWords(): string;
  /** Ends it and all that it started; waits until it is gone. May be called twice. */
  end(): Promise<void>;
}

export interface ChildOptions {
  /** Of descriptors 0 to 4. */
  readonly stdio: readonly ('pipe' | 'ignore')[];
  /** Whether descriptor 1 is its standard output; else it is a protocol. */
  readonly prints: boolean;
  /** Bytes of memory for all its processes together. */
  readonly memoryLimit: number;
  /** It took too much memory; it is ended then. */
  onFault(fault: KernelFault): void;
  /** It is over, with all it has written read. `code` is null where a signal ended it. */
  onEnd(text: string, code: number | null): void;
  /** It could not be started. */
  onError(error: Error): void;
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

export function startChild(words: Words, options: ChildOptions): Child {
  const { stdio, prints, memoryLimit, onFault, onEnd, onError } = options;
  const { child, members } = startGroup(words, stdio);
  const { pid } = child;
  // EPIPE and its like mean that the process ended, and its end is told.
  for (const stream of child.stdio) stream?.on('error', () => {});
  const errors = tailOf(child.stderr);
  const printed = prints ? tailOf(child.stdout) : () => '';
  const lastWords = () =>
    [
      ['output', printed()],
      ['error', errors()],
    ]
      .filter(([, text]) => text)
      .map(([name, text]) => `; its standard ${name} ends:\n${text}`)
      .join('');

  let pids: number[] = [];
  let looks = 0;
  let rested = 0;
  const watch = setInterval(() => {
    if (looks++ % SEARCH === 0) pids = members();
    const total = (of: (pid: number) => number) => pids.reduce((sum, pid) => sum + of(pid), 0);
    const began = performance.now();
    if (began < rested || total(memoryOf) <= memoryLimit) return;
    const memory = total(shareOf);
    const now = performance.now();
    rested = now + REST * (now - began);
    if (memory <= memoryLimit) return;
    onFault(
      new KernelFault(
        'took too much memory',
        `${mebibytes(memory)}; the limit is ${mebibytes(memoryLimit)} (--memory-limit)`,
      ),
    );
    end();
  }, LOOK);
  watch.unref();

  const over = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      clearInterval(watch);
      onError(error);
      resolve();
    });
    child.on('exit', async (code, signal) => {
      clearInterval(watch);
      const gone = endGroup(pid!); // what it started ends with it
      await new Promise<void>((read) => {
        const timer = setTimeout(read, DRAIN);
        child.once('close', () => {
          clearTimeout(timer);
          read();
        });
      });
      for (const stream of child.stdio) stream?.destroy();
      onEnd(endText(code, signal), code);
      await gone;
      resolve();
    });
  });
  const end = async () => {
    if (pid !== undefined) await endGroup(pid);
    await over;
  };
  return { stdio: child.stdio, lastWords, end };
}
