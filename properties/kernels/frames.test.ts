import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputLengths } from '../../src/kernels/hosts/checkOutput.ts';
import {
  ANSWER,
  type AnswerFrame,
  decodeFault,
  decodeOutput,
  decodeRequest,
  encodeFault,
  encodeOutput,
  encodeRequestFrame,
  encodeTextAnswer,
  Frames,
  KEY_BYTES,
  longestAnswerFrame,
  REQUEST_HEAD,
} from '../../src/kernels/hosts/frames.ts';
import { printer } from '../../src/kernels/hosts/module.ts';
import { STAGES } from '../../src/kernels/kernel.ts';
import { dtypeOf, floats, MATRICES, type StepInput } from '../../src/model/stepInput.ts';
import { someInput, stepInputs } from './inputs.ts';

const inputs = fc.oneof(stepInputs('float32'), stepInputs('float64'));
const key = new Uint8Array(KEY_BYTES).map((_, i) => 3 * i);

const output = (input: StepInput, names: readonly (typeof STAGES)[number][], loss: number) => {
  const lengths = outputLengths(input);
  const field = (name: keyof typeof lengths) => floats(dtypeOf(input), lengths[name]).map((_, i) => i / 3);
  const all = (list: readonly (keyof typeof lengths)[]) =>
    Object.fromEntries(list.map((name) => [name, field(name)]));
  return { ...all(MATRICES), loss, ...(names.length > 0 && { stages: all(names) }) } as Parameters<
    typeof encodeOutput
  >[2];
};

/** The answers in bytes that arrive in chunks of these lengths. */
function received(bytes: Uint8Array, sizes: readonly number[], longest: number) {
  const [got, state] = [[] as AnswerFrame[], { garbage: false }];
  const frames = new Frames(
    key,
    (frame) => got.push(frame),
    () => {
      state.garbage = true;
    },
  );
  frames.longest = longest;
  for (let at = 0, i = 0; at < bytes.length && !state.garbage; i++) {
    const size = sizes[i] ?? bytes.length;
    frames.push(Buffer.from(bytes.slice(at, at + size)));
    at += size;
  }
  return { got, ...state };
}

describe('frames', () => {
  it('transmit a request bit by bit', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (input, id) => {
        const bytes = Uint8Array.from(encodeRequestFrame(id, input)).buffer;
        const head = new Float64Array(bytes.slice(0, REQUEST_HEAD));
        expect(head[0]).toBe(bytes.byteLength - REQUEST_HEAD);
        expect(decodeRequest(head, bytes.slice(REQUEST_HEAD))).toStrictEqual({ id, input });
      }),
    );
  });

  it('transmit answers, for any division into chunks', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        ...[inputs, fc.double(), fc.subarray([...STAGES]), fc.string({ unit: 'binary' }), sizes],
        (input, loss, names, text, pieces) => {
          const given = output(input, names, loss);
          const answers = [
            encodeOutput(key, 7, given),
            encodeFault(key, 8, 'threw', text),
            encodeTextAnswer(key, ANSWER.about, text),
          ];
          const { got, garbage } = received(Buffer.concat(answers), pieces, longestAnswerFrame(input));
          expect(garbage).toBe(false);
          expect(decodeOutput(got[0].rest, input)).toStrictEqual({ id: 7, output: given });
          const read = Buffer.from(text).toString(); // lone surrogates are not transmitted
          expect(decodeFault(got[1].rest)).toStrictEqual({ id: 8, kind: 'threw', message: read });
          expect(got[2]).toMatchObject({ what: ANSWER.about });
          expect(got[2].rest.toString()).toBe(read);
        },
      ),
    );
  });

  it('are garbage if the key is wrong, or the length exceeds that of any answer', () => {
    const bytes = encodeTextAnswer(key, ANSWER.about, 'text');
    for (let i = 0; i < KEY_BYTES; i++) {
      const other = bytes.slice();
      other[i] ^= 1;
      expect(received(other, [], 100)).toMatchObject({ garbage: true, got: [] });
    }
    expect(received(bytes, [], 4).garbage).toBe(false);
    expect(received(bytes, [], 3)).toMatchObject({ garbage: true, got: [] });
  });

  it('are not an answer to a call if the length is wrong', () => {
    const input = someInput();
    const { rest } = received(encodeOutput(key, 1, output(input, ['logits'], 0)), [], 2 ** 20).got[0];
    expect(decodeOutput(rest, input)?.id).toBe(1);
    for (const length of [0, 23, 24, rest.length - 4])
      expect(decodeOutput(rest.subarray(0, length), input)).toBe(null);
    expect(decodeOutput(rest, someInput('float32', 3))).toBe(null);
    expect(decodeFault(rest.subarray(0, 15))).toBe(null);
  });
});

describe('the output of a module', () => {
  it('is shown line by line, escaped, up to a stated limit', () => {
    const written: string[] = [];
    const print = printer((text) => written.push(text));
    print('a\u001b[31mb');
    for (let i = 0; i < 100; i++) print('x'.repeat(1000));
    expect(written[0]).toBe('kernel: a\\u001b[31mb\n');
    expect(written.join('').length).toBeLessThan(2 ** 16 + 100);
    expect(written.at(-1)).toMatch(/^kernel: \.\. \(it prints more than 65536 bytes/);
  });
});
