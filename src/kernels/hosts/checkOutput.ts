/** What a kernel gave back: is it a step's output at all, whatever its numbers are? */
import { dtypeOf, type Floats, MATRICES, type StepInput } from '../../model/stepInput.ts';
import { KernelFault, STAGES, type Stage, type StepOutput } from '../kernel.ts';

type Matrix = (typeof MATRICES)[number];

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** A value in the words of an error message: `nothing`, `'abc'`, `a Float64Array of 64`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value.length > 40 ? `'${value.slice(0, 40)}...'` : `'${value}'`;
  if (typeof value === 'function')
    return Function.prototype.toString.call(value).startsWith('class') ? 'a class' : 'a function';
  if (!isObject(value)) return String(value);
  if (Array.isArray(value)) return `an Array of ${value.length}`;
  return ArrayBuffer.isView(value) && 'length' in value
    ? `a ${kindOf(value)} of ${value.length}`
    : 'an object';
}

/** The name of a typed array's kind, in whichever realm it was made (`instanceof` knows only its own). */
const kindOf = (value: object): unknown => (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];

/** How many numbers each field of an output must have. */
export function outputLengths(input: StepInput): Record<Matrix | Stage, number> {
  const M = input.vocabulary;
  const B = input.queries.length;
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
    gradientY: matrix,
    gradientZ: matrix,
  };
}

function* outputFaults(input: StepInput, output: unknown): Generator<string> {
  if (!isObject(output)) return yield `expected an object with Y, Z, ..., got ${describeValue(output)}`;
  const kind = dtypeOf(input) === 'float32' ? 'Float32Array' : 'Float64Array';
  const lengths = outputLengths(input);
  function* arrayFaults(name: Matrix | Stage, value: unknown, where: string): Generator<string> {
    if (!ArrayBuffer.isView(value) || kindOf(value) !== kind || (value as Floats).length !== lengths[name])
      return yield `${where}: expected a ${kind} of ${lengths[name]} numbers, got ${describeValue(value)}`;
    const own = MATRICES.find((matrix) => input[matrix].buffer === value.buffer);
    if (own) yield `${where}: expected a new array, got the input's own${own === name ? '' : ` ${own}`}`;
  }
  for (const name of MATRICES) yield* arrayFaults(name, output[name], name);
  if (typeof output.loss !== 'number') yield `loss: expected a number, got ${describeValue(output.loss)}`;

  const { stages } = output;
  if (stages === undefined) return;
  if (!isObject(stages)) return yield `stages: expected an object, got ${describeValue(stages)}`;
  for (const name of STAGES)
    if (stages[name] !== undefined) yield* arrayFaults(name, stages[name], `stages.${name}`);
  for (const name of Object.keys(stages))
    if (!STAGES.includes(name as Stage)) yield `stages.${name}: expected one of ${STAGES.join(', ')}`;
}

/**
 * The output itself, if every field is there in the right kind and length and in an array of its own. Its numbers,
 * loss included, may be anything: they are judged later.
 * @throws KernelFault ('wrong output') that tells all faults at once
 */
export function checkOutput(input: StepInput, output: unknown): StepOutput {
  const faults = [...outputFaults(input, output)];
  if (faults.length) throw new KernelFault('wrong output', faults.join('; '));
  return output as StepOutput;
}
