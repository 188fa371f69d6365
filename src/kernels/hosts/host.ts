/** What all hosts share: a limit on waiting, one call at a time, and starting again after a failure. */
import { totalmem } from 'node:os';
import type { StepInput } from '../../model/stepInput.ts';
import { type FaultKind, KernelFault, type KernelHost, type StepOutput } from '../kernel.ts';

/** How long to wait, in milliseconds. */
export interface Limits {
  /** For the answer to one call. */
  readonly timeLimit: number;
  /**
   * For a start: until a module is loaded, or until a process gives its first answer, since what it does before cannot
   * be seen (an interpreter may be seconds importing). `timeLimit` + 10 s when left out.
   */
  readonly startLimit?: number;
  /**
   * Bytes of memory for all processes of a kernel together. When left out: half of what this process may have, at most
   * 8 GiB. Held where the system tells what a process has (Linux).
   */
  readonly memoryLimit?: number;
}

export const startLimitOf = ({ timeLimit, startLimit }: Limits): number => startLimit ?? timeLimit + 10_000;

const MOST_MEMORY = 8 * 2 ** 30;

export const memoryLimitOf = ({ memoryLimit }: Limits): number => {
  // 0 or 2^64 - 4096 where there is no limit but the machine's.
  const allowed = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return memoryLimit ?? Math.min(totalmem() / 2, allowed / 2, MOST_MEMORY);
};

/**
 * The promise's outcome, if it comes in time.
 * @throws KernelFault ('hung') after `ms` milliseconds; `more` adds to its message
 */
export async function within<T>(ms: number, promise: Promise<T>, more: () => string = () => ''): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const hung = () => reject(new KernelFault('hung', `no answer within ${ms} ms${more()}`));
    // An answer may lie there unread because this thread was busy: events are read once more before it counts as late.
    timer = setTimeout(() => setImmediate(hung), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same function, each call of which waits until the one before is over. */
export function inTurn<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const mine = last.then(() => work(argument));
    last = mine.catch(() => {});
    return mine;
  };
}

/**
 * Where messages of something running arrive. One message is asked for at a time; one that nobody asked for, and the
 * sender's end, is the failure of every later question.
 */
export class Mailbox<Message> {
  #asked: { resolve(message: Message): void; reject(error: Error): void } | undefined;
  #failure: Error | undefined;
  readonly #unasked: (message: Message) => Error;
  constructor(unasked: (message: Message) => Error) {
    this.#unasked = unasked;
  }

  next(): Promise<Message> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
    });
  }

  deliver(message: Message): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked) asked.resolve(message);
    else this.#failure ??= this.#unasked(message);
  }

  /** The first failure is kept: what follows it is a consequence. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#asked?.reject(this.#failure);
    this.#asked = undefined;
  }
}

/** A kernel that runs outside this thread. */
export interface Running {
  /** @throws KernelFault */
  ask(input: StepInput): Promise<StepOutput>;
  /** Ends it and all that it started; waits until it is gone. May be called twice. */
  end(): Promise<void>;
}

/** After these the kernel waits for the next call, as after an answer. Any other failure ends it. */
const HARMLESS: readonly FaultKind[] = ['threw', 'wrong output', 'changed its input'];

/** A host that starts its kernel at the first call, and again at the first call after it ended. */
export function restarting(
  about: Pick<KernelHost, 'name' | 'dtype' | 'declares'>,
  start: () => Promise<Running>,
  running?: Running,
): KernelHost {
  let closed = false;
  let ending: Promise<void> | undefined;
  const stop = async () => {
    if (running) ending = running.end();
    running = undefined;
    await ending; // also when a failure is just ending it
  };
  const step = async (input: StepInput): Promise<StepOutput> => {
    if (!closed) running ??= await start();
    if (closed || !running) {
      await stop();
      throw new Error(`${about.name}: asked for a step after it was closed`);
    }
    try {
      return await running.ask(input);
    } catch (error) {
      if (!(error instanceof KernelFault && HARMLESS.includes(error.kind))) await stop();
      throw error;
    }
  };
  const close = async () => {
    closed = true;
    await stop();
  };
  return { ...about, step: inTurn(step), restart: () => stop().then(() => true), close };
}
