/** Common to all hosts: time limits, one call at a time, and a restart after a failure. */
import { totalmem } from 'node:os';
import type { StepInput } from '../../model/stepInput.ts';
import { type FaultKind, KernelFault, type KernelHost, type StepOutput } from '../kernel.ts';

/** Time limits in milliseconds, and a memory limit. */
export interface Limits {
  /** Time limit of one call, for M up to 1024 in float32; in proportion to the matrices beyond. */
  readonly timeLimit: number;
  /**
   * Time limit of a start: until a module is loaded, or until a process gives its first answer (an interpreter may
   * import for seconds before it reads). Default: `timeLimit` + 60 s: a measured import of torch takes half of it on a busy machine.
   */
  readonly startLimit?: number;
  /**
   * Memory limit in bytes, for all processes of a kernel together. Default: half of what this process may use, at
   * most 8 GiB. Enforced where the system reports the memory of a process (Linux).
   */
  readonly memoryLimit?: number;
}

/** Bytes of a call's matrices that its time limit is meant for: M = 1024 in float32. */
const LIMITED_BYTES = 2 ** 24;

/** A call's time limit: larger matrices take proportionally longer to send, to read and to step. */
export const callLimitOf = ({ timeLimit }: Pick<Limits, 'timeLimit'>, { Y }: Pick<StepInput, 'Y'>): number =>
  timeLimit * Math.max(1, (4 * Y.byteLength) / LIMITED_BYTES);

export const startLimitOf = ({ timeLimit, startLimit }: Limits): number => startLimit ?? timeLimit + 60_000;

const MOST_MEMORY = 8 * 2 ** 30;

export const memoryLimitOf = ({ memoryLimit }: Limits): number => {
  // 0 or 2^64 - 4096 if the process has no limit of its own.
  const allowed = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return memoryLimit ?? Math.min(totalmem() / 2, allowed / 2, MOST_MEMORY);
};

/**
 * The promise's result, if it settles in time.
 * @throws KernelFault ('hung') after `ms` milliseconds; `more` adds to its message
 */
export async function within<T>(ms: number, promise: Promise<T>, more: () => string = () => ''): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const hung = () => reject(new KernelFault('hung', `no answer within ${ms} ms${more()}`));
    // An answer may have arrived while this thread was busy: pending events are processed before the call counts as
    // late.
    timer = setTimeout(() => setImmediate(hung), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same function; each call waits until the previous call has settled. */
export function inTurn<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const mine = last.then(() => work(argument));
    last = mine.catch(() => {});
    return mine;
  };
}

/**
 * Receives messages of a process. At most one message is awaited at a time. An unexpected message, or the end of the
 * process, makes every later `next` fail.
 */
export class Mailbox<Message> {
  #awaiting: { resolve(message: Message): void; reject(error: Error): void } | undefined;
  #failure: Error | undefined;
  readonly #unexpected: (message: Message) => Error;
  constructor(unexpected: (message: Message) => Error) {
    this.#unexpected = unexpected;
  }

  next(): Promise<Message> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#awaiting = { resolve, reject };
    });
  }

  deliver(message: Message): void {
    const awaiting = this.#awaiting;
    this.#awaiting = undefined;
    if (awaiting) awaiting.resolve(message);
    else this.#failure ??= this.#unexpected(message);
  }

  /** Keeps the first failure; later ones are consequences. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#awaiting?.reject(this.#failure);
    this.#awaiting = undefined;
  }
}

/** A kernel that runs outside this thread. */
export interface Running {
  /** @throws KernelFault */
  step(input: StepInput): Promise<StepOutput>;
  /** Ends the process and all processes it started, and waits for their end. May be called twice. */
  end(): Promise<void>;
}

/** After these faults the kernel keeps running. Any other fault ends it. */
const HARMLESS: readonly FaultKind[] = ['threw', 'wrong output', 'changed its input'];

/** A host that starts its kernel at the first call, and restarts it at the first call after it ended. */
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
    await ending; // also if a failure has already begun to end it
  };
  const step = async (input: StepInput): Promise<StepOutput> => {
    if (!closed) running ??= await start();
    if (closed || !running) {
      await stop();
      throw new Error(`${about.name}: step called after close`);
    }
    try {
      return await running.step(input);
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
