/** Makes one call in the kernel's own process, and checks that a value is a kernel. */
import { inspect } from 'node:util';
import { LIMITS } from '../../io/text.ts';
import type { StepInput } from '../../model/stepInput.ts';
import { type Kernel, KernelFault, type KernelHost, NoKernel, type StepOutput } from '../kernel.ts';
import { checkOutput, describeValue, isObject } from './checkOutput.ts';
import { declarationFaults } from './declaration.ts';
import { copyOf, firstOf, isNativeError, MemorySet, sameArray } from './intrinsics.ts';

const shown = inspect;

/** Text of a thrown value, which may be of any type: at most 2,000 characters. Never throws. */
export function thrownText(thrown: unknown): string {
  try {
    // An error of another realm is not an instance of Error.
    const error = isNativeError(thrown) || thrown instanceof Error ? thrown : undefined;
    const message: unknown = error?.message;
    const text = typeof message === 'string' ? message || error!.name : shown(thrown);
    return firstOf(typeof text === 'string' ? text : 'an error', 0, LIMITS.message);
  } catch {
    return 'a value that cannot be shown';
  }
}

const sameValue = Object.is;

/** Names of the input fields that the kernel changed; empty if there are none. */
function changedFields(given: StepInput, input: StepInput): string {
  let changed = '';
  const compare = (same: boolean, name: string) => {
    if (!same) changed += (changed ? ', ' : '') + name;
  };
  compare(sameValue(given.vocabulary, input.vocabulary), 'vocabulary');
  compare(sameValue(given.contextLength, input.contextLength), 'contextLength');
  compare(sameArray(given.contexts, input.contexts), 'contexts');
  compare(sameArray(given.queries, input.queries), 'queries');
  compare(sameArray(given.targets, input.targets), 'targets');
  compare(sameArray(given.Y, input.Y), 'Y');
  compare(sameArray(given.Z, input.Z), 'Z');
  compare(sameArray(given.velocityY, input.velocityY), 'velocityY');
  compare(sameArray(given.velocityZ, input.velocityZ), 'velocityZ');
  compare(sameValue(given.etaY, input.etaY), 'etaY');
  compare(sameValue(given.etaZ, input.etaZ), 'etaZ');
  compare(sameValue(given.momentum, input.momentum), 'momentum');
  return changed;
}

/** The array buffers that kernels in this thread have returned. */
const returned = new MemorySet();

function readOutput(given: StepInput, output: unknown): { output: StepOutput } | { fault: unknown } {
  try {
    return { output: checkOutput(given, output, returned) };
  } catch (fault) {
    return { fault };
  }
}

/**
 * One step of a kernel, on a copy of the input. The output shares no memory with the kernel.
 * @throws KernelFault: 'threw', 'changed its input' or 'wrong output'
 */
export async function callKernel(kernel: Kernel, input: StepInput): Promise<StepOutput> {
  const given = {
    ...input,
    contexts: copyOf(input.contexts),
    queries: copyOf(input.queries),
    targets: copyOf(input.targets),
    Y: copyOf(input.Y),
    Z: copyOf(input.Z),
    velocityY: copyOf(input.velocityY),
    velocityZ: copyOf(input.velocityZ),
  };
  // Keeps the arrays, even if the kernel replaces them in `given`.
  const own = { ...given };
  try {
    const output = await kernel.step(given);
    const read = readOutput(own, output);
    // Reading the output may run getters, which are the kernel's code.
    const changed = changedFields(given, input);
    if (changed) throw new KernelFault('changed its input', `the call changed ${changed}`);
    if ('fault' in read) throw read.fault;
    return read.output;
  } catch (thrown) {
    // An error that a getter of the output throws is a fault of the kernel.
    throw thrown instanceof KernelFault ? thrown : new KernelFault('threw', thrownText(thrown));
  }
}

const DTYPES: readonly unknown[] = ['float32', 'float64'];

function* aboutFaults({ name, dtype, declares }: Record<string, unknown>): Generator<string> {
  if (typeof name !== 'string' || !name || name.length > LIMITS.name)
    yield `name: expected a text of 1 to ${LIMITS.name} characters, got ${describeValue(name)}`;
  if (!DTYPES.includes(dtype)) yield `dtype: expected 'float32' or 'float64', got ${describeValue(dtype)}`;
  yield* declarationFaults(declares);
}

function* kernelFaults(value: unknown): Generator<string> {
  if (!isObject(value))
    return yield `expected a kernel (an object or a class with name, dtype and step), got ${describeValue(value)}`;
  const { step } = value;
  yield* aboutFaults(value);
  if (typeof step !== 'function') yield `step: expected a function, got ${describeValue(step)}`;
}

/**
 * Checks what is declared for a kernel that is a command.
 * @param where it is declared, for the message
 * @throws NoKernel with every fault
 */
export function checkDeclared(
  { dtype, declares }: { dtype: unknown; declares?: unknown },
  where: string,
): void {
  const faults = [...aboutFaults({ name: 'a command', dtype, declares })];
  if (faults.length) throw new NoKernel(`${where}: ${faults.join('; ')}`);
}

/** The error for a kernel whose fields cannot be read because a getter or a proxy throws. */
export const unreadable = (where: string, thrown: unknown): NoKernel =>
  new NoKernel(
    `${where}: name, dtype, declares and step: expected readable fields, but reading one throws ${thrownText(thrown)}`,
  );

/**
 * Checks the name, dtype and declaration that a kernel's process sent as JSON.
 * @param where the module, for the message
 * @throws NoKernel with all faults
 */
export function checkAbout(text: string, where: string): Pick<KernelHost, 'name' | 'dtype' | 'declares'> {
  const about = JSON.parse(text);
  const faults = [...aboutFaults(about)];
  if (faults.length) throw new NoKernel(`${where}, default export: ${faults.join('; ')}`);
  return { name: about.name, dtype: about.dtype, declares: about.declares ?? {} };
}

/**
 * Checks that `value` (a module's default export) is a kernel; a class is constructed without arguments. @param where
 * the module, for the message
 * @throws NoKernel with all faults
 */
export function checkKernel(value: unknown, where: string): Kernel {
  let kernel = value;
  if (describeValue(value) === 'a class')
    try {
      kernel = new (value as new () => unknown)();
    } catch (thrown) {
      throw new NoKernel(
        `${where}: its class cannot be constructed without arguments: ${thrownText(thrown)}`,
      );
    }
  let faults: string[];
  try {
    faults = [...kernelFaults(kernel)];
  } catch (thrown) {
    throw unreadable(where, thrown);
  }
  if (faults.length) throw new NoKernel(`${where}: ${faults.join('; ')}`);
  return kernel as Kernel;
}
