/** One call of a kernel in this thread, and what makes a value a kernel. */
import { inspect, types } from 'node:util';
import { copyInput, dtypeOf, type Floats, floats, type StepInput } from '../../model/stepInput.ts';
import {
  type Kernel,
  KernelFault,
  type LowPrecision,
  NoKernel,
  STAGES,
  type Stage,
  type Stages,
  type StepOutput,
} from '../kernel.ts';
import { checkOutput, describeValue, isObject } from './checkOutput.ts';

/** What was thrown, in a line: JavaScript may throw anything. */
export const thrownText = (thrown: unknown): string =>
  // Another realm's errors are no instances, and those that a worker dies of are no native ones.
  (types.isNativeError(thrown) || thrown instanceof Error) && typeof thrown.message === 'string'
    ? thrown.message || thrown.name
    : inspect(thrown);

const sameBits = (value: unknown, kept: unknown): boolean =>
  ArrayBuffer.isView(kept)
    ? ArrayBuffer.isView(value) &&
      value.byteLength === kept.byteLength && // 0 when the kernel gave its array away
      Buffer.compare(bytes(value), bytes(kept)) === 0
    : Object.is(value, kept);

const bytes = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

/** Memory of everything that kernels in this thread have returned. */
const returned = new WeakSet<ArrayBufferLike>();

/** A caller may keep what a call returned: a later call must not write to it. @throws KernelFault ('wrong output') */
function checkNew({ stages, loss: _, ...matrices }: StepOutput): void {
  const arrays = Object.entries({ ...matrices, ...stages }) as [string, Floats][];
  const old = arrays.filter(([, array]) => returned.has(array.buffer)).map(([name]) => name);
  if (old.length)
    throw new KernelFault(
      'wrong output',
      `${old.join(', ')}: expected new arrays, got memory that an earlier call returned`,
    );
  for (const [, array] of arrays) returned.add(array.buffer);
}

/** A copy in plain arrays of its own: a kernel may go on writing to what it returned, in its next call at the latest. */
function copyOutput(input: StepInput, { Y, Z, velocityY, velocityZ, loss, stages }: StepOutput): StepOutput {
  const copy = (array: Floats) => floats(dtypeOf(input), array);
  const output = { Y: copy(Y), Z: copy(Z), velocityY: copy(velocityY), velocityZ: copy(velocityZ), loss };
  if (!stages) return output;
  const shown = STAGES.filter((stage) => stages[stage]).map((stage) => [stage, copy(stages[stage]!)]);
  return { ...output, stages: Object.fromEntries(shown) as Partial<Stages> };
}

/**
 * One step of a kernel, on a copy of the input that is its own. The output shares no memory with it.
 * @throws KernelFault: 'threw', 'changed its input' or 'wrong output'
 */
export async function callKernel(kernel: Kernel, input: StepInput): Promise<StepOutput> {
  const given = copyInput(input);
  try {
    const output = await kernel.step(given);
    const changed = (Object.keys(input) as (keyof StepInput)[]).filter(
      (name) => !sameBits(given[name], input[name]),
    );
    if (changed.length) throw new KernelFault('changed its input', `the call changed ${changed.join(', ')}`);
    const checked = checkOutput(given, output);
    checkNew(checked);
    return copyOutput(input, checked);
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

function* kernelFaults(value: unknown): Generator<string> {
  if (!isObject(value))
    return yield `expected a kernel (an object or a class with name, dtype and step), got ${describeValue(value)}`;
  const { name, dtype, step, declares } = value;
  if (typeof name !== 'string' || !name) yield `name: expected a text, got ${describeValue(name)}`;
  if (!DTYPES.includes(dtype)) yield `dtype: expected 'float32' or 'float64', got ${describeValue(dtype)}`;
  if (typeof step !== 'function') yield `step: expected a function, got ${describeValue(step)}`;
  yield* declarationFaults(declares);
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
  const faults = [...kernelFaults(kernel)];
  if (faults.length) throw new NoKernel(`${where}: ${faults.join('; ')}`);
  return kernel as Kernel;
}
