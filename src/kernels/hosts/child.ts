/** A kernel's process: its output, its memory and its end. */
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { safe } from '../../io/text.ts';
import { KernelFault } from '../kernel.ts';
import { endGroup, startGroup, type Variables, type Words } from './groups.ts';
import { memoryOf, shareOf } from './processes.ts';

/** How many of the last bytes of a process's output are kept. */
const TAIL = 2000;
/** How long to read after the process ended, in milliseconds: a child that left the group may keep the pipes open. */
const DRAIN = 500;
/** Milliseconds between two checks of the memory, and checks between two searches for processes. */
const [MEMORY_CHECK, SEARCH] = [100, 10];
/** Computing shared memory blocks this thread: after it, wait this many times as long before it is done again. */
const REST = 9;

/** Keeps the last bytes of a stream. */
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

interface Child {
  readonly stdio: readonly (Readable | Writable | null | undefined)[];
  /**
   * The last lines of its standard output (if that is not the protocol) and standard error, for a message; may be
   * empty.
   */
  lastWords(): string;
  /** Ends the process and all processes it started, and waits for their end. May be called twice. */
  end(): Promise<void>;
}

interface ChildOptions {
  /** For descriptors 0 to 4. */
  readonly stdio: readonly ('pipe' | 'ignore')[];
  /** Whether descriptor 1 is its standard output; otherwise it carries the protocol. */
  readonly prints: boolean;
  /** Variables of its environment, besides those of this process. */
  readonly env?: Variables;
  /** Memory limit in bytes, for all its processes together. */
  readonly memoryLimit: number;
  /** Called when it exceeds the memory limit; it is then ended. */
  onFault(fault: KernelFault): void;
  /** Called after its end, when all its output is read. `code` is null if a signal ended it. */
  onEnd(text: string, code: number | null): void;
  /** Called if it cannot be started. */
  onError(error: Error): void;
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

export function startChild(words: Words, options: ChildOptions): Child {
  const { stdio, prints, env, memoryLimit, onFault, onEnd, onError } = options;
  const { child, members } = startGroup(words, stdio, env);
  const { pid } = child;
  // Errors such as EPIPE mean that the process ended, which `onEnd` reports.
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
  let checks = 0;
  let rested = 0;
  const watch = setInterval(() => {
    if (checks++ % SEARCH === 0) pids = members();
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
  }, MEMORY_CHECK);
  watch.unref();

  const over = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      clearInterval(watch);
      onError(error);
      resolve();
    });
    child.on('exit', async (code, signal) => {
      clearInterval(watch);
      const gone = endGroup(pid!); // also ends the processes it started
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
