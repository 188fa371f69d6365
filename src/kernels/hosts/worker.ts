/** A kernel module in a thread of its own, which can be ended whatever it does. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StepInput } from '../../model/stepInput.ts';
import { type FaultKind, KernelFault, type KernelHost, NoKernel, type StepOutput } from '../kernel.ts';
import { thrownText } from './call.ts';
import { isObject } from './checkOutput.ts';
import { type Limits, Mailbox, type Running, restarting, startLimitOf, within } from './host.ts';

export interface ToWorker {
  readonly id: number;
  readonly input: StepInput;
}

type About = Pick<KernelHost, 'name' | 'dtype' | 'declares'>;

/** First one of the first two, then answers. */
export type FromWorker =
  | { readonly about: About }
  | { readonly noKernel: string }
  | { readonly id: number; readonly output: StepOutput }
  | { readonly id: number; readonly fault: { readonly kind: FaultKind; readonly message: string } };

// Node 20 runs no TypeScript in a worker: from the sources (under Vitest), the build's file is taken.
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? '../../../dist/kernels/hosts/workerMain.js' : './workerMain.js',
  import.meta.url,
);

const strange = () =>
  new KernelFault('garbage', "a message on the worker's own channel; parentPort is not the kernel's to use");

/**
 * Starts a worker and waits until the module is loaded.
 * @throws NoKernel
 */
async function startWorker(path: string, limits: Limits): Promise<Running & { readonly about: About }> {
  const worker = new Worker(workerFile, { workerData: path, stdout: true });
  // Our standard output is the report's: what the kernel prints goes to standard error.
  worker.stdout.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  const mailbox = new Mailbox<FromWorker>(strange);
  worker.on('message', (message: FromWorker) => mailbox.deliver(message));
  worker.on('error', (thrown) =>
    mailbox.fail(new KernelFault('exited', `its thread ended by an uncaught error: ${thrownText(thrown)}`)),
  );
  worker.on('exit', (code) =>
    mailbox.fail(new KernelFault('exited', `its thread ended with exit code ${code}`)),
  );
  const end = async () => {
    await worker.terminate();
  };

  let asked = 0;
  const ask = async (input: StepInput): Promise<StepOutput> => {
    const id = ++asked;
    const answer = mailbox.next();
    worker.postMessage({ id, input } satisfies ToWorker);
    const message = await within(limits.timeLimit, answer);
    if (!isObject(message) || !('id' in message) || message.id !== id) throw strange();
    if ('fault' in message) throw new KernelFault(message.fault.kind, message.fault.message);
    return message.output;
  };

  try {
    const first = await within(startLimitOf(limits), mailbox.next());
    if ('about' in first) return { about: first.about, ask, end };
    throw new NoKernel('noKernel' in first ? first.noKernel : `${path}: ${strange().message}`);
  } catch (error) {
    await end();
    throw error instanceof KernelFault
      ? new NoKernel(`${path}: while it was loaded: ${error.message}`)
      : error;
  }
}

/**
 * A host for the kernel that a module exports by default. Loops without end, process.exit() and uncaught errors are its
 * faults, and end the worker; the next call starts another. What it prints goes to our standard error.
 * @param path of the module's file; a relative one starts at the working directory
 * @throws NoKernel when there is no such file, it cannot be imported, or its default export is no kernel
 */
export async function moduleHost(path: string, limits: Limits): Promise<KernelHost> {
  const file = resolve(path);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new NoKernel(`${file}: no such file`);
  const first = await startWorker(file, limits);
  const again = () =>
    startWorker(file, limits).catch((error: Error) => {
      // It could be had once: that it cannot be had again is the kernel's failure, not the user's.
      throw error instanceof NoKernel
        ? new KernelFault('exited', `it does not start again: ${error.message}`)
        : error;
    });
  return restarting(first.about, again, first);
}
