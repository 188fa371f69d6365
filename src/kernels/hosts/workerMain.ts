/** Inside the worker: loads the kernel module, says what it is or why it is none, then answers call after call. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { MATRICES } from '../../model/stepInput.ts';
import { type Kernel, KernelFault, NoKernel, type StepOutput } from '../kernel.ts';
import { callKernel, checkKernel, thrownText } from './call.ts';
import type { FromWorker, ToWorker } from './worker.ts';

async function load(path: string): Promise<Kernel> {
  let module: Record<string, unknown>;
  try {
    module = await import(pathToFileURL(path).href);
  } catch (thrown) {
    // V8 keeps the place of a syntax error to itself.
    const place = thrown instanceof SyntaxError ? ` (SyntaxError; node --check ${path} shows where)` : '';
    throw new NoKernel(`${path}: cannot be imported: ${thrownText(thrown)}${place}`);
  }
  if (!('default' in module)) throw new NoKernel(`${path}: no default export; it is to be the kernel`);
  return checkKernel(module.default, `${path}, default export`);
}

const buffers = ({ stages = {}, ...output }: StepOutput): ArrayBuffer[] =>
  [...MATRICES.map((name) => output[name]), ...Object.values(stages)].map(
    ({ buffer }) => buffer as ArrayBuffer,
  );

const answer = async (kernel: Kernel, { id, input }: ToWorker): Promise<void> => {
  try {
    const output = await callKernel(kernel, input);
    post({ id, output }, buffers(output));
  } catch (error) {
    if (!(error instanceof KernelFault)) throw error;
    post({ id, fault: { kind: error.kind, message: error.message } });
  }
};

const post = (message: FromWorker, transfer: ArrayBuffer[] = []) =>
  parentPort!.postMessage(message, transfer);

try {
  const kernel = await load(workerData as string);
  // A plain copy: what a kernel adds to its declaration might not be cloneable.
  const { name, dtype, declares: { expError, stagePrecision } = {} } = kernel;
  const declares = {
    ...(expError === undefined ? {} : { expError }),
    ...(stagePrecision ? { stagePrecision: { ...stagePrecision } } : {}),
  };
  parentPort!.on('message', (message: ToWorker) => answer(kernel, message));
  post({ about: { name, dtype, declares } });
} catch (error) {
  if (!(error instanceof NoKernel)) throw error;
  post({ noKernel: error.message });
}
