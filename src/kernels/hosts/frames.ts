/**
 * The binary protocol between Snapcheck and the process of a kernel module, on separate descriptors, in this
 * machine's byte order. The module's side uses only saved intrinsics, since it shares a process with the kernel.
 *
 * A request: nine doubles (bytes that follow, bytes per floating-point number, id, M, T - 1, B, etaY, etaZ,
 * momentum), then the arrays of `StepInput`, those of `MATRICES` first. An answer: a key of 16 bytes, two doubles
 * (type of the answer, bytes that follow), then a text, or three doubles (id, loss, bit mask of the returned stages)
 * and arrays, or two doubles (id, kind of fault) and a text.
 */
import { type Dtype, dtypeOf, type Floats, floats, MATRICES, type StepInput } from '../../model/stepInput.ts';
import { type FaultKind, STAGES, type Stages, type StepOutput } from '../kernel.ts';
import { outputLengths } from './checkOutput.ts';
import {
  Bytes,
  bytesOf,
  Doubles,
  encodeText,
  Ints,
  lengthOf,
  NativeBuffer,
  Singles,
  setInto,
} from './intrinsics.ts';
import { Splitter } from './splitter.ts';

export const KEY_BYTES = 16;
const REQUEST_DOUBLES = 9;
export const REQUEST_HEAD = 8 * REQUEST_DOUBLES;
const ANSWER_HEAD = KEY_BYTES + 16;

/** The types of answers. */
export const ANSWER = { about: 1, noKernel: 2, output: 3, fault: 4, lastWords: 5 } as const;

/** Faults that the kernel's process detects and reports; all others are detected by the host. */
const CALL_FAULTS: readonly FaultKind[] = ['threw', 'wrong output', 'changed its input'];

const buffer = ({ buffer, byteOffset, byteLength }: Floats | Int32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** The bytes of one request. */
export function encodeRequestFrame(id: number, input: StepInput): Buffer {
  const { vocabulary, contextLength, contexts, queries, targets, etaY, etaZ, momentum } = input;
  const arrays = [...MATRICES.map((name) => input[name]), contexts, queries, targets].map(buffer);
  const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const width = input.Y.BYTES_PER_ELEMENT;
  const head = [bytes, width, id, vocabulary, contextLength, queries.length, etaY, etaZ, momentum];
  return Buffer.concat([Buffer.from(Float64Array.from(head).buffer), ...arrays]);
}

/** Number of bytes that follow a request's head. */
export const requestRest = (head: Float64Array): number => head[0];

/** Decodes a request of `encodeRequestFrame`. Its arrays are views of `rest`. */
export function decodeRequest(head: Float64Array, rest: ArrayBuffer): { id: number; input: StepInput } {
  const vocabulary = head[3];
  const contextLength = head[4];
  const batch = head[5];
  const size = vocabulary * vocabulary;
  let at = 0;
  const numbers = () => {
    const from = at;
    at += head[1] * size;
    return head[1] === 4 ? new Singles(rest, from, size) : new Doubles(rest, from, size);
  };
  const ids = (length: number) => {
    const from = at;
    at += 4 * length;
    return new Ints(rest, from, length);
  };
  const Y = numbers();
  const Z = numbers();
  const velocityY = numbers();
  const velocityZ = numbers();
  const contexts = ids(batch * contextLength);
  const queries = ids(batch);
  const targets = ids(batch);
  const rates = { etaY: head[6], etaZ: head[7], momentum: head[8] };
  const arrays = { contexts, queries, targets, Y, Z, velocityY, velocityZ };
  return { id: head[2], input: { vocabulary, contextLength, ...arrays, ...rates } };
}

/** An answer's head, with room for `bytes` after it. */
function answer(key: Uint8Array, what: number, bytes: number): { all: Uint8Array; rest: Uint8Array } {
  const memory = new NativeBuffer(ANSWER_HEAD + bytes);
  const head = new Doubles(memory, KEY_BYTES, 2);
  head[0] = what;
  head[1] = bytes;
  const all = new Bytes(memory);
  setInto(all, key);
  return { all, rest: new Bytes(memory, ANSWER_HEAD) };
}

export function encodeTextAnswer(key: Uint8Array, what: number, text: string): Uint8Array {
  const bytes = encodeText(text);
  const { all, rest } = answer(key, what, lengthOf(bytes));
  setInto(rest, bytes);
  return all;
}

export function encodeFault(key: Uint8Array, id: number, kind: FaultKind, message: string): Uint8Array {
  const text = encodeText(message);
  const { all, rest } = answer(key, ANSWER.fault, 16 + lengthOf(text));
  let number = -1;
  for (let i = 0; i < CALL_FAULTS.length; i++) if (CALL_FAULTS[i] === kind) number = i;
  const numbers = new Doubles(2);
  numbers[0] = id;
  numbers[1] = number;
  setInto(rest, bytesOf(numbers));
  setInto(rest, text, 16);
  return all;
}

export function encodeOutput(key: Uint8Array, id: number, output: StepOutput): Uint8Array {
  const { Y, Z, velocityY, velocityZ, loss, stages } = output;
  const width = Y.BYTES_PER_ELEMENT;
  let bytes = 24 + 4 * width * lengthOf(Y);
  let shown = 0;
  for (let i = 0; i < STAGES.length; i++) {
    const stage = stages?.[STAGES[i]];
    if (stage === undefined) continue;
    shown += 2 ** i;
    bytes += width * lengthOf(stage);
  }
  const { all, rest } = answer(key, ANSWER.output, bytes);
  const numbers = new Doubles(3);
  numbers[0] = id;
  numbers[1] = loss;
  numbers[2] = shown;
  setInto(rest, bytesOf(numbers));
  let at = 24;
  const put = (array: Floats) => {
    setInto(rest, bytesOf(array), at);
    at += width * lengthOf(array);
  };
  put(Y);
  put(Z);
  put(velocityY);
  put(velocityZ);
  for (let i = 0; i < STAGES.length; i++) {
    const stage = stages?.[STAGES[i]];
    if (stage !== undefined) put(stage);
  }
  return all;
}

/** Most bytes of an answer that is a text. */
const LONGEST_TEXT = 2 ** 16;
export const longestAnswerFrame = (input: StepInput): number =>
  LONGEST_TEXT +
  24 +
  input.Y.BYTES_PER_ELEMENT * Object.values(outputLengths(input)).reduce((sum, length) => sum + length, 0);

/** Decodes the output of a call; null if the bytes are not an output. */
export function decodeOutput(
  rest: Buffer,
  input: StepInput,
): { readonly id: number; readonly output: StepOutput } | null {
  if (rest.byteLength < 24) return null;
  const [id, loss, shown] = [0, 8, 16].map((at) => rest.readDoubleLE(at));
  const dtype: Dtype = dtypeOf(input);
  const width = input.Y.BYTES_PER_ELEMENT;
  const lengths = outputLengths(input);
  const names = STAGES.filter((_, i) => Math.floor(shown / 2 ** i) % 2 === 1);
  const total = [...MATRICES, ...names].reduce((sum, name) => sum + lengths[name], 0);
  if (rest.byteLength !== 24 + width * total) return null;
  let at = 24;
  const take = (name: keyof typeof lengths): Floats => {
    const array = floats(dtype, lengths[name]);
    rest.copy(buffer(array), 0, at);
    at += array.byteLength;
    return array;
  };
  const [Y, Z, velocityY, velocityZ] = MATRICES.map(take);
  const output = { Y, Z, velocityY, velocityZ, loss };
  if (names.length === 0) return { id, output };
  const stages = Object.fromEntries(names.map((name) => [name, take(name)])) as Partial<Stages>;
  return { id, output: { ...output, stages } };
}

/** Decodes the fault of a call; null if the bytes are not a fault. */
export function decodeFault(
  rest: Buffer,
): { readonly id: number; readonly kind: FaultKind; readonly message: string } | null {
  const kind = rest.byteLength < 16 ? undefined : CALL_FAULTS[rest.readDoubleLE(8)];
  return kind ? { id: rest.readDoubleLE(0), kind, message: rest.toString('utf8', 16) } : null;
}

export interface AnswerFrame {
  readonly what: number;
  readonly rest: Buffer;
}

/** Splits a stream of bytes into answers. */
export class Frames {
  readonly #splitter: Splitter;
  /** Most bytes that may follow a head. */
  longest = LONGEST_TEXT;

  constructor(key: Uint8Array, onFrame: (frame: AnswerFrame) => void, onGarbage: () => void) {
    this.#splitter = new Splitter({
      headBytes: ANSWER_HEAD,
      begins: key,
      rest: (head) => {
        const bytes = head.readDoubleLE(KEY_BYTES + 8);
        const fits = Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= this.longest;
        return fits ? bytes : undefined;
      },
      onFrame: (head, rest) => onFrame({ what: head.readDoubleLE(KEY_BYTES), rest }),
      onGarbage,
    });
  }

  push(chunk: Buffer): void {
    this.#splitter.push(chunk);
  }
}
