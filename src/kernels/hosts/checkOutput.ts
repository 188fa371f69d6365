/**
 * Checks that a returned value has the shape of a step's output; its numbers are not checked. This runs in the
 * kernel's process and reads each field once, with saved intrinsics and plain loops, because the kernel may have
 * changed every prototype.
 */
import { type Floats, MATRICES, type StepInput } from '../../model/stepInput.ts';
import { KernelFault, STAGES, type Stage, type Stages, type StepOutput } from '../kernel.ts';
import {
  bufferOf,
  copyOf,
  firstOf,
  isArray,
  isShared,
  kindOf,
  lengthOf,
  type MemorySet,
  ownKeys,
  sourceOf,
  textOf,
} from './intrinsics.ts';

type Matrix = (typeof MATRICES)[number];

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Most characters of a value in a message. */
const SHOWN = 40;
/** Most faults of one output that are listed. */
const REPORTED = 20;

const short = (text: string): string => (text.length > SHOWN ? `${firstOf(text, 0, SHOWN)}...` : text);

/** Describes a value for an error message: `nothing`, `'abc'`, `a Float64Array of 64`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value.length > SHOWN ? `'${short(value)}'` : `'${value}'`;
  if (typeof value === 'function')
    return firstOf(sourceOf(value), 0, 5) === 'class' ? 'a class' : 'a function';
  if (!isObject(value)) return short(textOf(value));
  if (isArray(value)) return `an Array of ${short(textOf(value.length))}`;
  const kind = kindOf(value);
  return kind === undefined ? 'an object' : `a ${kind} of ${lengthOf(value)}`;
}

/** Required length of each field of an output. */
export function outputLengths(input: StepInput): Record<Matrix | Stage, number> {
  const M = input.vocabulary;
  const B = lengthOf(input.queries);
  const matrix = M * M;
  return {
    Y: matrix,
    Z: matrix,
    velocityY: matrix,
    velocityZ: matrix,
    attention: B * input.contextLength,
    features: B * M,
    logits: B * M,
    probabilities: B * M,
    residual: B * M,
    backpropagated: B * M,
    gradientY: matrix,
    gradientZ: matrix,
  };
}

/**
 * A copy of the output, if every field has the right type and length and its own array. The numbers, including the
 * loss, are not checked here.
 * @param returned memory that earlier calls returned, which a later call must not reuse because the caller may keep
 * it; the memory of this output is added
 * @throws KernelFault ('wrong output') with all faults, at most 20 of them in full
 */
export function checkOutput(input: StepInput, output: unknown, returned?: MemorySet): StepOutput {
  const faults = { text: '', many: 0 };
  const fault = (text: string) => {
    faults.many += 1;
    if (faults.many <= REPORTED) faults.text += (faults.many > 1 ? '; ' : '') + text;
  };
  const kind = kindOf(input.Y);
  const lengths = outputLengths(input);
  const arrays: Floats[] = [];
  let reused = '';
  const read = (name: Matrix | Stage, value: unknown, where: string): Floats | undefined => {
    if (kindOf(value) !== kind || lengthOf(value) !== lengths[name]) {
      fault(`${where}: expected a ${kind} of ${lengths[name]} numbers, got ${describeValue(value)}`);
      return undefined;
    }
    const array = value as Floats;
    if (isShared(array)) fault(`${where}: expected unshared memory, got a SharedArrayBuffer`);
    for (let i = 0; i < MATRICES.length; i++)
      if (bufferOf(input[MATRICES[i]]) === bufferOf(array))
        fault(
          `${where}: expected a new array, got the input's own${MATRICES[i] === name ? '' : ` ${MATRICES[i]}`}`,
        );
    if (returned?.has(array)) reused += (reused ? ', ' : '') + name;
    arrays[arrays.length] = array;
    return copyOf(array);
  };

  if (!isObject(output))
    throw new KernelFault('wrong output', `expected an object with Y, Z, ..., got ${describeValue(output)}`);
  const Y = read('Y', output.Y, 'Y');
  const Z = read('Z', output.Z, 'Z');
  const velocityY = read('velocityY', output.velocityY, 'velocityY');
  const velocityZ = read('velocityZ', output.velocityZ, 'velocityZ');
  const { loss, stages } = output;
  if (typeof loss !== 'number') fault(`loss: expected a number, got ${describeValue(loss)}`);
  // Only literals and spreads: an assignment could run a setter that the kernel added to Object.prototype.
  let plain = { Y, Z, velocityY, velocityZ, loss } as StepOutput;
  if (stages !== undefined && !isObject(stages))
    fault(`stages: expected an object, got ${describeValue(stages)}`);
  else if (stages !== undefined) {
    let shown: Partial<Stages> = {};
    for (let i = 0; i < STAGES.length; i++) {
      const name = STAGES[i];
      const value = stages[name];
      if (value !== undefined) shown = { ...shown, [name]: read(name, value, `stages.${name}`) };
    }
    const names = ownKeys(stages);
    for (let k = 0; k < names.length; k++)
      if (!isStage(names[k])) fault(`stages.${short(names[k])}: expected one of ${STAGE_LIST}`);
    plain = { ...plain, stages: shown };
  }
  if (faults.many === 0 && reused)
    fault(`${reused}: expected new arrays, got memory that an earlier call returned`);
  if (faults.many > 0) {
    const more = faults.many > REPORTED ? `; and ${faults.many - REPORTED} more` : '';
    throw new KernelFault('wrong output', faults.text + more);
  }
  if (returned) for (let i = 0; i < arrays.length; i++) returned.add(arrays[i]);
  return plain;
}

const STAGE_LIST = STAGES.join(', ');
function isStage(name: string): boolean {
  for (let i = 0; i < STAGES.length; i++) if (STAGES[i] === name) return true;
  return false;
}
