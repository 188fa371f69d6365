/**
 * Talks with a kernel's process in frames of bytes, for languages in which JSON is a burden (docs/kernel-frames.md). All
 * numbers are little-endian. A frame is a head of 16 bytes, `"SNAP"`, version, type (uint16 each) and the number of bytes
 * that follow (uint64), and a body:
 *
 * - request: id, bytes per floating-point number, M, T - 1, B, 0 (uint32 each), etaY, etaZ, momentum (float64 each), then
 *   Y, Z, velocityY, velocityZ [M, M], contexts [B, T-1], queries [B], targets [B] (int32);
 * - output: id, bit mask of the stages that are given (uint32 each), loss (float64), then Y, Z, velocityY, velocityZ and
 *   these stages, each as its number of bytes (uint64) and the bytes;
 * - error: id, 0 (uint32 each), then a text in UTF-8;
 * - hello, before the first of these: a text in UTF-8, `{"declares": ..}` in JSON.
 */
import { cut, LIMITS } from '../../io/text.ts';
import { MATRICES, type StepInput } from '../../model/stepInput.ts';
import { KernelFault, type Stage, type StepOutput } from '../kernel.ts';
import { checkOutput, outputLengths } from './checkOutput.ts';
import { decodeHello, type Hello } from './declaration.ts';
import { excerpt, numbersFor, type OutputArray } from './protocol.ts';
import { Splitter } from './splitter.ts';
import type { OpenWire } from './wire.ts';

const MAGIC = Buffer.from('SNAP');
const VERSION = 1;
/** The types of frames. */
export const FRAME = { request: 1, output: 2, error: 3, hello: 4 } as const;

const HEAD = 16;
const REQUEST_HEAD = 48;
const ANSWER_HEAD = { [FRAME.output]: 16, [FRAME.error]: 8 } as const;
/** Most bytes of a text, and of a frame before the first request. */
const LONGEST_TEXT = 2 ** 16;
/** Most bytes that are shown of what is no frame. */
const SHOWN = 121;

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | StepInput['Y']): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

function head(type: number, bytes: number): Buffer {
  const all = Buffer.alloc(HEAD);
  MAGIC.copy(all);
  all.writeUInt16LE(VERSION, 4);
  all.writeUInt16LE(type, 6);
  all.writeBigUInt64LE(BigInt(bytes), 8);
  return all;
}

export function encodeRequestBytes(id: number, input: StepInput): Buffer {
  const { vocabulary, contextLength, contexts, queries, targets, etaY, etaZ, momentum } = input;
  const arrays = [...MATRICES.map((name) => input[name]), contexts, queries, targets].map(bytesOf);
  const start = Buffer.alloc(REQUEST_HEAD);
  const numbers = [id, input.Y.BYTES_PER_ELEMENT, vocabulary, contextLength, queries.length, 0];
  for (const [i, x] of numbers.entries()) start.writeUInt32LE(x, 4 * i);
  for (const [i, x] of [etaY, etaZ, momentum].entries()) start.writeDoubleLE(x, 24 + 8 * i);
  const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, REQUEST_HEAD);
  return Buffer.concat([head(FRAME.request, bytes), start, ...arrays]);
}

/** Most bytes of an answer's body: all arrays in float64, so that the wrong number type can be named. */
export const longestAnswerBody = (input: StepInput): number =>
  LONGEST_TEXT + Object.values(outputLengths(input)).reduce((sum, length) => sum + 8 + 8 * length, 0);

const garbage = (why: string) => new KernelFault('garbage', why);

/** The stages by bit: the last two came later. */
const FRAME_STAGES: readonly Stage[] = [
  ...(['attention', 'features', 'logits', 'probabilities', 'gradientY', 'gradientZ'] as const),
  ...(['residual', 'backpropagated'] as const),
];

/** @throws KernelFault: 'garbage' or 'wrong output' */
function decodeArrays(body: Buffer, input: StepInput): StepOutput {
  const mask = body.readUInt32LE(4);
  if (mask >= 2 ** FRAME_STAGES.length)
    throw garbage(`expected a bit mask of ${FRAME_STAGES.length} stages, got 0x${mask.toString(16)}`);
  const names: OutputArray[] = [...MATRICES, ...FRAME_STAGES.filter((_, i) => (mask >> i) & 1)];
  const numbers = numbersFor(input);
  let at: number = ANSWER_HEAD[FRAME.output];
  const arrays = names.map((name) => {
    const left = body.byteLength - at - 8;
    if (left < 0) throw garbage(`expected the length of ${name}, got the end of the frame`);
    const given = body.readBigUInt64LE(at);
    const bytes = Number(given);
    if (bytes > left)
      throw garbage(`expected ${given} bytes of ${name}, got ${left} to the end of the frame`);
    at += 8 + bytes;
    // A copy, because a frame's arrays are not aligned.
    return [name, numbers(new Uint8Array(body.subarray(at - bytes, at)).buffer, name)] as const;
  });
  if (at < body.byteLength)
    throw garbage(
      `expected the end of the frame after ${names.at(-1)}, got ${body.byteLength - at} bytes more`,
    );
  const { length } = MATRICES;
  return checkOutput(input, {
    ...Object.fromEntries(arrays.slice(0, length)),
    loss: body.readDoubleLE(8),
    ...(names.length > length && { stages: Object.fromEntries(arrays.slice(length)) }),
  });
}

/**
 * Decodes the answer to request `id`.
 * @throws KernelFault: 'garbage', 'threw' or 'wrong output'
 */
export function decodeAnswerFrame(type: number, body: Buffer, id: number, input: StepInput): StepOutput {
  if (type !== FRAME.output && type !== FRAME.error)
    throw garbage(`expected a frame of type ${FRAME.output} or ${FRAME.error}, got type ${type}`);
  const least = ANSWER_HEAD[type];
  if (body.byteLength < least)
    throw garbage(`expected at least ${least} bytes in a frame of type ${type}, got ${body.byteLength}`);
  const came = body.readUInt32LE(0);
  if (came !== id) throw garbage(`expected the answer with id ${id}, got id ${came}`);
  if (type === FRAME.error) throw new KernelFault('threw', cut(body.toString('utf8', least), LIMITS.message));
  return decodeArrays(body, input);
}

function decodeHelloFrame(body: Buffer): Hello {
  const text = body.toString();
  const fault = `its hello message: expected {"declares": ..}, got ${excerpt(text.slice(0, SHOWN))}`;
  return decodeHello(text) ?? { declares: {}, faults: [fault] };
}

/** Why the bytes are no frame. */
function headFault(bytes: Buffer, longest: number): string {
  const text = excerpt(bytes.subarray(0, SHOWN).toString());
  if (!bytes.subarray(0, 4).equals(MAGIC)) return `expected a frame, which begins with "SNAP", got ${text}`;
  const version = bytes.readUInt16LE(4);
  if (version !== VERSION) return `expected a frame of version ${VERSION}, got version ${version}`;
  return `expected a frame of at most ${longest} bytes, got one of ${bytes.readBigUInt64LE(8)}`;
}

export const frameWire: OpenWire = (deliver, fail) => {
  let longest = LONGEST_TEXT;
  const splitter = new Splitter({
    headBytes: HEAD,
    begins: MAGIC,
    rest(bytes) {
      const rest = bytes.readBigUInt64LE(8);
      return bytes.readUInt16LE(4) === VERSION && rest <= longest ? Number(rest) : undefined;
    },
    onFrame: (bytes, body) =>
      deliver({
        what: `a frame of type ${bytes.readUInt16LE(6)}`,
        excerpt: excerpt(body.subarray(0, SHOWN).toString()),
        hello: () => (bytes.readUInt16LE(6) === FRAME.hello ? decodeHelloFrame(body) : undefined),
        output: (id, input) => decodeAnswerFrame(bytes.readUInt16LE(6), body, id, input),
      }),
    onGarbage: (bytes) => fail(headFault(bytes, longest)),
  });
  return {
    request(id, input) {
      longest = longestAnswerBody(input);
      return encodeRequestBytes(id, input);
    },
    push: (chunk) => splitter.push(chunk),
    half() {
      const { size } = splitter;
      return size === 0
        ? ''
        : `, after ${size} bytes of a frame: ${excerpt(splitter.start(SHOWN).toString())}`;
    },
  };
};
