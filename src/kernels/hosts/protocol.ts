/**
 * The protocol between Snapcheck and a kernel's process: one JSON object per line. Arrays are base64 of little-endian
 * bytes, ids as int32, other numbers in the kernel's dtype. Before its first answer a process may send one line
 * `{"declares": {..}}` (`declaration.ts`).
 */
import { endianness } from 'node:os';
import { Faults } from '../../io/badInput.ts';
import { parseJson } from '../../io/json.ts';
import { cut, LIMITS } from '../../io/text.ts';
import { dtypeOf, type Floats, MATRICES, type StepInput } from '../../model/stepInput.ts';
import { KernelFault, STAGES, type StepOutput } from '../kernel.ts';
import { checkOutput, describeValue, isObject, outputLengths } from './checkOutput.ts';

if (endianness() !== 'LE') throw new Error('Snapcheck needs a little-endian machine.');

const encodeArray = ({ buffer, byteOffset, byteLength }: Int32Array | Floats): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

/** The decoded bytes, in new memory; null if the text is not canonical base64. */
function decodeBytes(text: string): ArrayBuffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes).buffer : null;
}

/** An array of an output. */
export type OutputArray = keyof ReturnType<typeof outputLengths>;

/**
 * Views bytes as the numbers of an output's array, or as a `Uint8Array` if they are no whole numbers; `checkOutput` then
 * names the fault. The right number of elements of the other dtype is viewed as that dtype, for the same reason.
 */
export function numbersFor(input: StepInput): (bytes: ArrayBuffer, name: OutputArray) => Floats | Uint8Array {
  const lengths = outputLengths(input);
  const own = dtypeOf(input) === 'float32' ? 4 : 8;
  return (bytes, name) => {
    const each = bytes.byteLength / lengths[name];
    const width = each === 4 || each === 8 ? each : own;
    if (bytes.byteLength % width) return new Uint8Array(bytes);
    return width === 4 ? new Float32Array(bytes) : new Float64Array(bytes);
  };
}

/** A `StepInput` as an object of JSON. */
const encodeInput = (input: StepInput) => ({
  dtype: dtypeOf(input),
  vocabulary: input.vocabulary,
  contextLength: input.contextLength,
  contexts: encodeArray(input.contexts),
  queries: encodeArray(input.queries),
  targets: encodeArray(input.targets),
  Y: encodeArray(input.Y),
  Z: encodeArray(input.Z),
  velocityY: encodeArray(input.velocityY),
  velocityZ: encodeArray(input.velocityZ),
  etaY: input.etaY,
  etaZ: input.etaZ,
  momentum: input.momentum,
});

/** One request, without the line end. */
export const encodeRequest = (id: number, input: StepInput): string =>
  JSON.stringify({ id, input: encodeInput(input) });

/** The first 120 characters of a line, quoted. */
export const excerpt = (line: string): string =>
  JSON.stringify(line.slice(0, 120)) + (line.length > 120 ? '...' : '');

/**
 * Parses JSON, also with a loss as Python prints it (NaN, Infinity); a duplicate key is a fault. At M = 300 it takes
 * 10 to 30 ms longer than JSON.parse, in a call of about 200 ms (measured).
 */
function parseAnswer(line: string, faults: Faults): unknown {
  return parseJson(line.replace(/("loss"\s*:\s*)(-?(?:NaN|Infinity))(?=\s*[,}])/, '$1"$2"'), faults);
}

const NOT_FINITE: readonly unknown[] = ['NaN', 'Infinity', '-Infinity'];

/**
 * Decodes a kernel's answer to a request.
 * @throws KernelFault: 'garbage' if the line is not an answer to this request, 'threw' if it reports an error, 'wrong
 * output'
 */
export function decodeAnswer(line: string, id: number, input: StepInput): StepOutput {
  const garbage = (why: string) => new KernelFault('garbage', `${why}, got ${excerpt(line)}`);
  const faults = new Faults();
  const answer = parseAnswer(line, faults);
  if (faults.count > 0) {
    const expected = 'expected one JSON object on a line of standard output, and nothing else there';
    throw garbage(`${expected} (${faults.listed.join('; ')})`);
  }
  if (!isObject(answer)) throw garbage('expected a JSON object');
  if (answer.id !== id) throw garbage(`expected the answer with id ${id}`);
  const { error, output } = answer;
  if (error !== undefined)
    throw new KernelFault(
      'threw',
      typeof error === 'string'
        ? cut(error, LIMITS.message)
        : `an error that is not a text: ${describeValue(error)}`,
    );
  if (!isObject(output)) return checkOutput(input, output);

  const numbers = numbersFor(input);
  const decode = (value: unknown, name: OutputArray): unknown => {
    if (typeof value !== 'string') return value;
    const bytes = decodeBytes(value);
    if (!bytes) throw garbage(`expected ${name} in base64`);
    return numbers(bytes, name);
  };
  const decodeEach = (fields: Record<string, unknown>, names: readonly OutputArray[]) =>
    Object.fromEntries(
      names.filter((name) => name in fields).map((name) => [name, decode(fields[name], name)]),
    );
  const loss = NOT_FINITE.includes(output.loss) ? Number(output.loss) : output.loss;
  const decoded = { ...decodeEach(output, MATRICES), loss };
  if (output.stages === undefined) return checkOutput(input, decoded);
  // Unknown names are kept, so that `checkOutput` reports them.
  const stages = isObject(output.stages)
    ? { ...output.stages, ...decodeEach(output.stages, STAGES) }
    : output.stages;
  return checkOutput(input, { ...decoded, stages });
}
