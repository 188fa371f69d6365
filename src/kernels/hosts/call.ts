/** One call of a kernel where it runs, and what makes a value a kernel. */
import { inspect } from 'node:util';
import { LIMITS } from '../../io/text.ts';
import type { StepInput } from '../../model/stepInput.ts';
import {
  type Kernel,
  KernelFault,
  type KernelHost,
  type LowPrecision,
  NoKernel,
  STAGES,
  type Stage,
  type StepOutput,
} from '../kernel.ts';
import { checkOutput, describeValue, isObject } from './checkOutput.ts';
import { copyOf, firstOf, isNativeError, MemorySet, sameArray } from './intrinsics.ts';

const shown = inspect;

/** What was thrown, in its first 2,000 characters: JavaScript may throw anything. Never throws. */
export function thrownText(thrown: unknown): string {
  try {
    // Another realm's errors are no instances.
    const error = isNativeError(thrown) || thrown instanceof Error ? thrown : undefined;
    const message: unknown = error?.message;
    const text = typeof message === 'string' ? message || error!.name : shown(thrown);
    return firstOf(typeof text === 'string' ? text : 'an error', 0, LIMITS.message);
  } catch {
    return 'something that cannot be shown';
  }
}

const sameValue = Object.is;

/** The fields of a kernel's input that differ from what it was given, in words; empty where there are none. */
function changedFields(given: StepInput, input: StepInput): string {
  let changed = '';
  const look = (same: boolean, name: string) => {
    if (!same) changed += (changed ? ', ' : '') + name;
  };
  look(sameValue(given.vocabulary, input.vocabulary), 'vocabulary');
  look(sameValue(given.contextLength, input.contextLength), 'contextLength');
  look(sameArray(given.contexts, input.contexts), 'contexts');
  look(sameArray(given.queries, input.queries), 'queries');
  look(sameArray(given.targets, input.targets), 'targets');
  look(sameArray(given.Y, input.Y), 'Y');
  look(sameArray(given.Z, input.Z), 'Z');
  look(sameArray(given.velocityY, input.velocityY), 'velocityY');
  look(sameArray(given.velocityZ, input.velocityZ), 'velocityZ');
  look(sameValue(given.etaY, input.etaY), 'etaY');
  look(sameValue(given.etaZ, input.etaZ), 'etaZ');
  look(sameValue(given.momentum, input.momentum), 'momentum');
  return changed;
}

/** Memory of everything that kernels in this thread have returned. */
const returned = new MemorySet();

function readOutput(given: StepInput, output: unknown): { output: StepOutput } | { fault: unknown } {
  try {
    return { output: checkOutput(given, output, returned) };
  } catch (fault) {
    return { fault };
  }
}

/**
 * One step of a kernel, on a copy of the input that is its own. The output shares no memory with it.
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
  // Its arrays by name, though the kernel replace them in `given`.
  const own = { ...given };
  try {
    const output = await kernel.step(given);
    const read = readOutput(own, output);
    // Reading runs the output's getters, which are the kernel's.
    const changed = changedFields(given, input);
    if (changed) throw new KernelFault('changed its input', `the call changed ${changed}`);
    if ('fault' in read) throw read.fault;
    return read.output;
  } catch (thrown) {
    // What a getter of the output throws is the kernel's too.
    throw thrown instanceof KernelFault ? thrown : new KernelFault('threw', thrownText(thrown));
  }
}

const DTYPES: readonly unknown[] = ['float32', 'float64'];
const PRECISIONS: readonly LowPrecision[] = ['bfloat16', 'float16', 'tf32'];

function* declarationFaults(declares: unknown): Generator<string> {
  if (declares === undefined) return;
  if (!isObject(declares)) return yield `declares: expected an object, got ${describeValue(declares)}`;
  const { expError, stagePrecision, ...others } = declares;
  if (expError !== undefined && !(Number.isFinite(expError) && (expError as number) > 0))
    yield `declares.expError: expected a positive number of units u, got ${describeValue(expError)}`;
  for (const name of Object.keys(others))
    yield `declares.${name}: expected only expError and stagePrecision here`;
  if (stagePrecision === undefined) return;
  if (!isObject(stagePrecision))
    return yield `declares.stagePrecision: expected an object, got ${describeValue(stagePrecision)}`;
  for (const [stage, precision] of Object.entries(stagePrecision)) {
    const where = `declares.stagePrecision.${stage}`;
    if (!STAGES.includes(stage as Stage))
      yield `${where}: no such stage; expected one of ${STAGES.join(', ')}`;
    else if (!PRECISIONS.includes(precision as LowPrecision))
      yield `${where}: expected one of ${PRECISIONS.join(', ')}, got ${describeValue(precision)}`;
  }
}

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

/** Of a kernel whose fields cannot be read: a getter, or a proxy, throws. */
export const unreadable = (where: string, thrown: unknown): NoKernel =>
  new NoKernel(
    `${where}: name, dtype, declares and step: expected fields, got what throws ${thrownText(thrown)}`,
  );

/**
 * What a kernel elsewhere says of itself, in JSON.
 * @param where whose text it is, for the message
 * @throws NoKernel that tells all faults at once
 */
export function checkAbout(text: string, where: string): Pick<KernelHost, 'name' | 'dtype' | 'declares'> {
  const about = JSON.parse(text);
  const faults = [...aboutFaults(about)];
  if (faults.length) throw new NoKernel(`${where}, default export: ${faults.join('; ')}`);
  return { name: about.name, dtype: about.dtype, declares: about.declares ?? {} };
}

/**
 * The kernel that `value` (a module's default export) is; a class is constructed, without arguments.
 * @param where whose value it is, for the message
 * @throws NoKernel that tells all faults at once
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
