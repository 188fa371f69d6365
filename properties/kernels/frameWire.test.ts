import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputLengths } from '../../src/kernels/hosts/checkOutput.ts';
import {
  decodeAnswerFrame,
  encodeRequestBytes,
  FRAME,
  frameWire,
  longestAnswerBody,
} from '../../src/kernels/hosts/frameWire.ts';
import { processHost } from '../../src/kernels/hosts/process.ts';
import type { Message } from '../../src/kernels/hosts/wire.ts';
import { KernelFault, type Stage, type StepOutput } from '../../src/kernels/kernel.ts';
import { dtypeOf, type Floats, floats, MATRICES, type StepInput } from '../../src/model/stepInput.ts';
import { calm, closesHosts, faultOf, kept, patient } from './hosting.ts';
import { someInput, stepInputs } from './inputs.ts';

closesHosts();

const inputs = fc.oneof(stepInputs('float32'), stepInputs('float64'));

const bytesOf = ({ buffer, byteOffset, byteLength }: Floats) => Buffer.from(buffer, byteOffset, byteLength);
const uint32 = (...xs: number[]) => Buffer.from(Uint32Array.from(xs).buffer);
const float64 = (...xs: number[]) => Buffer.from(Float64Array.from(xs).buffer);
const uint64 = (x: number | bigint) => Buffer.from(BigUint64Array.of(BigInt(x)).buffer);
/** A frame as docs/kernel-frames.md says. */
const frame = (type: number, body: Buffer, bytes: number | bigint = body.byteLength) =>
  Buffer.concat([Buffer.from('SNAP'), Buffer.from(Uint16Array.of(1, type).buffer), uint64(bytes), body]);
const sized = (array: Floats) => Buffer.concat([uint64(array.byteLength), bytesOf(array)]);

/** The stages in the order of their bits. */
const IN_FRAMES: readonly Stage[] = [
  ...(['attention', 'features', 'logits', 'probabilities', 'gradientY', 'gradientZ'] as const),
  ...(['residual', 'backpropagated'] as const),
];

/** An output of these stages with arbitrary numbers, and the body of its frame. */
function answer(input: StepInput, names: readonly Stage[], loss: number, id = 1) {
  const lengths = outputLengths(input);
  const field = (name: keyof typeof lengths) => floats(dtypeOf(input), lengths[name]).map((_, i) => i / 3);
  const all = (list: readonly (keyof typeof lengths)[]) =>
    Object.fromEntries(list.map((name) => [name, field(name)]));
  const output = { ...all(MATRICES), loss, ...(names.length > 0 && { stages: all(names) }) } as StepOutput;
  const mask = IN_FRAMES.reduce((sum, name, i) => sum + (names.includes(name) ? 2 ** i : 0), 0);
  const arrays = [...MATRICES.map((name) => output[name]), ...names.map((name) => output.stages![name]!)];
  return { output, body: Buffer.concat([uint32(id, mask), float64(loss), ...arrays.map(sized)]) };
}

/** What a wire makes of bytes in chunks of these lengths, after a request. */
function received(bytes: Buffer, input: StepInput, sizes: readonly number[] = []) {
  const messages: Message[] = [];
  const garbage: string[] = [];
  const wire = frameWire(
    (message) => messages.push(message),
    (why) => garbage.push(why),
  );
  wire.request(1, input);
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i] ?? bytes.length;
    wire.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return { messages, garbage, half: wire.half() };
}

const fault = (body: Buffer, type: number = FRAME.output, input = someInput()): KernelFault => {
  try {
    decodeAnswerFrame(type, body, 1, input);
  } catch (error) {
    if (error instanceof KernelFault) return error;
    throw error;
  }
  throw new Error('no fault');
};

describe('a request in bytes', () => {
  it('has every number where the table says', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (input, id) => {
        const bytes = encodeRequestBytes(id, input);
        const { vocabulary: M, contextLength, contexts, queries, targets, etaY, etaZ, momentum } = input;
        const ids = [contexts, queries, targets].map((x) =>
          Buffer.from(x.buffer, x.byteOffset, x.byteLength),
        );
        const sizes = uint32(id, input.Y.BYTES_PER_ELEMENT, M, contextLength, queries.length, 0);
        const matrices = MATRICES.map((name) => bytesOf(input[name]));
        const body = Buffer.concat([sizes, float64(etaY, etaZ, momentum), ...matrices, ...ids]);
        expect(bytes.equals(frame(1, body))).toBe(true);
      }),
    );
  });
});

describe('an answer in bytes', () => {
  const chunks = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 40 });

  it('gives the encoded numbers, for any numbers and any division into chunks', () => {
    fc.assert(
      fc.property(inputs, fc.double(), fc.subarray([...IN_FRAMES]), chunks, (input, loss, names, sizes) => {
        const { output, body } = answer(input, names, loss);
        const { messages, garbage, half } = received(frame(2, body), input, sizes);
        expect({ garbage, half }).toStrictEqual({ garbage: [], half: '' });
        expect(messages[0].output(1, input)).toStrictEqual(output);
      }),
    );
  });

  it('may be an error with a text', () => {
    const body = Buffer.concat([uint32(1, 0), Buffer.from('out of memory: 3 µm')]);
    expect(fault(body, FRAME.error)).toMatchObject({ kind: 'threw', message: 'out of memory: 3 µm' });
  });

  it('names the array of a wrong type or length, as an answer in JSON does', () => {
    const input = someInput();
    const output = { ...answer(input, [], 0).output, Y: new Float64Array(16), Z: new Float32Array(3) };
    const arrays = MATRICES.map((name) => sized(output[name]));
    expect(fault(Buffer.concat([uint32(1, 0), float64(0), ...arrays]))).toMatchObject({
      kind: 'wrong output',
      message:
        'Y: expected a Float32Array of 16 numbers, got a Float64Array of 16; Z: expected a Float32Array of 16 numbers, got a Float32Array of 3',
    });
  });

  const { body } = answer(someInput(), ['logits'], 0);
  const changed = (at: number, bytes: Buffer) => {
    const copy = Buffer.from(body);
    bytes.copy(copy, at);
    return copy;
  };
  it.each([
    ['another id', changed(0, uint32(2)), 2, 'expected the answer with id 1, got id 2'],
    ['an unknown stage', changed(4, uint32(256)), 2, 'expected a bit mask of 8 stages, got 0x100'],
    [
      'a giant array',
      changed(16, uint64(2n ** 63n)),
      2,
      /^expected 9223372036854775808 bytes of Y, got \d+ to/,
    ],
    [
      'a missing array',
      changed(4, uint32(12)),
      2,
      'expected the length of probabilities, got the end of the frame',
    ],
    [
      'an array too many',
      changed(4, uint32(0)),
      2,
      /^expected the end of the frame after velocityZ, got \d+ bytes/,
    ],
    [
      'no room for its head',
      body.subarray(0, 15),
      2,
      'expected at least 16 bytes in a frame of type 2, got 15',
    ],
    ['a type of its own', body, 1, 'expected a frame of type 2 or 3, got type 1'],
  ])('is garbage if it has %s', (_, bytes, type, message) => {
    expect(fault(bytes, type)).toMatchObject({ kind: 'garbage', message: expect.stringMatching(message) });
  });

  it('with any damage is decoded, is a fault of the kernel, or is unfinished', () => {
    const input = someInput();
    const whole = frame(2, answer(input, ['features', 'gradientZ'], 1).body);
    const damage = fc.record({
      at: fc.nat(whole.length - 1),
      byte: fc.nat(255),
      end: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), chunks, (damages, sizes) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of damages) bytes[at] = byte;
        const end = Math.min(...damages.map((one) => one.end));
        const { messages, garbage, half } = received(bytes.subarray(0, end), input, sizes);
        expect(messages.length + garbage.length + (half === '' ? 0 : 1)).toBeGreaterThanOrEqual(
          end > 0 ? 1 : 0,
        );
        for (const message of messages)
          try {
            message.output(1, input);
          } catch (error) {
            expect(['garbage', 'wrong output', 'threw']).toContain((error as KernelFault).kind);
          }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('bytes that are no frame', () => {
  const input = someInput();
  it('are garbage at the head, which says what was expected, and later bytes are dropped', () => {
    const print = Buffer.from('Epoch 1: loss 3.21\n');
    expect(received(print, input).garbage).toEqual([
      'expected a frame, which begins with "SNAP", got "Epoch 1: loss 3.21\\n"',
    ]);
    const newer = frame(2, Buffer.alloc(0));
    newer.writeUInt16LE(7, 4);
    expect(received(newer, input).garbage).toEqual(['expected a frame of version 1, got version 7']);
    const longest = longestAnswerBody(input);
    for (const bytes of [longest + 1, 2n ** 64n - 1n])
      expect(received(frame(2, Buffer.alloc(0), bytes), input).garbage).toEqual([
        `expected a frame of at most ${longest} bytes, got one of ${bytes}`,
      ]);
    const flood = received(Buffer.alloc(2 ** 20), input, Array(2 ** 10).fill(2 ** 10));
    expect(flood.garbage).toHaveLength(1);
    expect(flood.half).toBe('');
  });

  it('are shown where a frame is unfinished', () => {
    expect(received(Buffer.from('SNAP'), input).half).toBe(', after 4 bytes of a frame: "SNAP"');
    expect(received(frame(2, answer(input, [], 0).body).subarray(0, 300), input).half).toMatch(
      /^, after 300 bytes of a frame: "SNAP/,
    );
  });
});

describe('a process that speaks frames', () => {
  const host = (command: string) =>
    kept(processHost(command, { ...patient, dtype: 'float32', frames: true }));
  it.each([
    [
      'prints text',
      'echo hello, world; cat >/dev/null',
      'garbage',
      /^expected a frame, .* got "hello, world/,
    ],
    ['prints without end', 'yes', 'garbage', /^expected a frame/],
    ['repeats the request', 'cat', 'garbage', /^expected a frame of type 2 or 3, got type 1$/],
    [
      'promises too much',
      "printf 'SNAP\\1\\0\\2\\0\\377\\377\\377\\377\\377\\377\\377\\377'; cat",
      'garbage',
      /got one of 18446744073709551615$/,
    ],
    [
      'ends in a frame',
      "printf 'SNAP\\1'",
      'exited',
      /exit code 0, after 5 bytes of a frame: "SNAP\\u0001"$/,
    ],
  ])('and %s fails, and does not take Snapcheck with it', async (_, command, kind, message) => {
    const failed = await faultOf(host(command).step(calm));
    expect(failed.kind).toBe(kind);
    expect(failed.message).toMatch(message);
  });

  it('learns from its environment that it should', async () => {
    const { message } = await faultOf(host('echo "protocol $SNAPCHECK_PROTOCOL"').step(calm));
    expect(message).toContain('protocol frames');
  });
});
