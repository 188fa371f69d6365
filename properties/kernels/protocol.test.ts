import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkOutput, outputLengths } from '../../src/kernels/hosts/checkOutput.ts';
import { decodeAnswer, encodeRequest, excerpt } from '../../src/kernels/hosts/protocol.ts';
import { type FaultKind, KernelFault, STAGES, type Stage } from '../../src/kernels/kernel.ts';
import { dtypeOf, type Floats, floats, MATRICES, type StepInput } from '../../src/model/stepInput.ts';
import { someInput, stepInputs } from './inputs.ts';

const inputs = fc.oneof(stepInputs('float32'), stepInputs('float64'));

/** The result of decoding an answer. */
function fault(line: string, input: StepInput = someInput(), id = 1): { kind: FaultKind; message: string } {
  try {
    decodeAnswer(line, id, input);
  } catch (error) {
    if (error instanceof KernelFault) return error;
    throw error;
  }
  throw new Error('no fault');
}

const base64 = (array: Floats) =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
const output = ({ Y, Z, velocityY, velocityZ }: StepInput) => ({
  Y: base64(Y),
  Z: base64(Z),
  velocityY: base64(velocityY),
  velocityZ: base64(velocityZ),
  loss: 0.5 as unknown,
});

const encoded = (input: StepInput) => JSON.parse(encodeRequest(1, input)).input;
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64')).buffer;
/** The input in a request, as a kernel's process decodes it. */
function decodeInput({ dtype, ...fields }: Record<string, string>): StepInput {
  const Kind = dtype === 'float32' ? Float32Array : Float64Array;
  const ids = ['contexts', 'queries', 'targets'].map((name) => [name, new Int32Array(bytes(fields[name]))]);
  const matrices = MATRICES.map((name) => [name, new Kind(bytes(fields[name]))]);
  return { ...fields, ...Object.fromEntries([...ids, ...matrices]) } as unknown as StepInput;
}

describe('an encoded input', () => {
  it('is restored bit by bit from a line of JSON', () => {
    fc.assert(
      fc.property(inputs, fc.nat(), (input, id) => {
        const line = encodeRequest(id, input);
        expect(line).not.toContain('\n');
        const request = JSON.parse(line);
        expect(request.id).toBe(id);
        expect(decodeInput(request.input)).toStrictEqual(input);
      }),
    );
  });

  it('is encoded from views with any offset', () => {
    const input = someInput('float64');
    const shifted = (array: Floats) => {
      const room = new Float64Array(array.length + 3);
      room.set(array, 2);
      return room.subarray(2, 2 + array.length);
    };
    expect(encoded({ ...input, Y: shifted(input.Y) })).toStrictEqual(encoded(input));
  });
});

describe('an answer', () => {
  it('gives the encoded numbers, for any numbers', () => {
    fc.assert(
      fc.property(inputs, fc.double(), fc.subarray([...STAGES]), (input, loss, names) => {
        const lengths = outputLengths(input);
        const stage = (name: Stage) =>
          floats(dtypeOf(input), lengths[name]).map((_, i) => (i ? 1 / i : Infinity));
        const stages = Object.fromEntries(names.map((name) => [name, stage(name)]));
        const encoded = {
          ...output(input),
          loss: Number.isFinite(loss) ? loss : String(loss),
          stages: Object.fromEntries(names.map((name) => [name, base64(stages[name])])),
        };
        const { Y, Z, velocityY, velocityZ } = input;
        expect(decodeAnswer(JSON.stringify({ id: 1, output: encoded }), 1, input)).toStrictEqual({
          ...{ Y, Z, velocityY, velocityZ, stages },
          loss: Object.is(loss, -0) ? 0 : loss, // JSON.stringify drops the sign
        });
      }),
    );
  });

  it('may have a loss as Python prints it', () => {
    for (const loss of ['NaN', 'Infinity', '-Infinity', '"NaN"', '"-Infinity"']) {
      const encoded = JSON.stringify({ id: 1, output: output(someInput()) }).replace('0.5', ` ${loss} `);
      expect(decodeAnswer(encoded, 1, someInput()).loss).toBe(Number(loss.replaceAll('"', '')));
    }
  });

  it('that cannot be parsed is garbage, and is shown', () => {
    const long = `{"id":1,"output":{"Y":"${'A'.repeat(500)}`;
    expect(fault(long)).toMatchObject({ kind: 'garbage' });
    expect(fault(long).message).toContain(`${JSON.stringify(long.slice(0, 120))}...`);
    expect(excerpt('tab\t')).toBe('"tab\\t"');
    expect(fault('Epoch 1: loss 3.21').message).toContain('"Epoch 1: loss 3.21"');
    expect(fault('17')).toMatchObject({ kind: 'garbage' });
    expect(fault('')).toMatchObject({ kind: 'garbage' });
    expect(fault('{"id":2,"output":{}}')).toMatchObject({
      kind: 'garbage',
      message: 'expected the answer with id 1, got "{\\"id\\":2,\\"output\\":{}}"',
    });
  });

  it('with any text on its line is decoded, or is a fault', () => {
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"id":1,"output":${json}}`),
      fc.json().map((json) => `{"id":1,"error":${json}}`),
    );
    fc.assert(
      fc.property(line, (text) => {
        expect(['garbage', 'threw', 'wrong output']).toContain(fault(text).kind);
      }),
    );
  });

  it('is garbage if its base64 is not canonical', () => {
    const input = someInput();
    const Y = base64(input.Y);
    // Sixteen float32 are 64 bytes: the text ends with one character of 4 idle bits, and two of padding.
    const slips = [
      `${Y}=`,
      Y.slice(0, -1),
      Y.replace(/==$/, ''),
      `${Y} `,
      `\n${Y}`,
      `-${Y.slice(1)}`,
      `*${Y}`,
    ];
    const idle = Y.replace(/.==$/, 'B==');
    for (const slip of [...slips, idle])
      expect(fault(JSON.stringify({ id: 1, output: { ...output(input), Y: slip } }))).toMatchObject({
        kind: 'garbage',
        message: expect.stringContaining('expected Y in base64'),
      });
  });

  it('with wrong number types or lengths is refused with all faults', () => {
    const input = someInput();
    const double = base64(Float64Array.from(input.Y));
    const answer = { ...output(input), velocityZ: double, Y: 'AAAAAA==', Z: 'AAAA', loss: null };
    expect(fault(JSON.stringify({ id: 1, output: answer }))).toMatchObject({
      kind: 'wrong output',
      message: [
        'Y: expected a Float32Array of 16 numbers, got a Float32Array of 1',
        'Z: expected a Float32Array of 16 numbers, got a Uint8Array of 3',
        'velocityZ: expected a Float32Array of 16 numbers, got a Float64Array of 16',
        'loss: expected a number, got null',
      ].join('; '),
    });
  });

  it('may report an error of the kernel', () => {
    expect(fault('{"id":1,"error":"ValueError: shapes"}')).toMatchObject({
      kind: 'threw',
      message: 'ValueError: shapes',
    });
  });
});

describe('checkOutput', () => {
  const whole = (input: StepInput) => {
    const lengths = outputLengths(input);
    const field = (name: Stage | (typeof MATRICES)[number]) => floats(dtypeOf(input), lengths[name]);
    return {
      ...Object.fromEntries(MATRICES.map((name) => [name, field(name)])),
      loss: Number.NaN as unknown,
      stages: Object.fromEntries(STAGES.map((name) => [name, field(name)])) as Record<string, unknown>,
    };
  };

  it('names the faults and nothing else', () => {
    fc.assert(
      fc.property(
        inputs,
        fc.subarray([...MATRICES, 'loss']),
        fc.subarray([...STAGES, 'softmax']),
        fc.constantFrom(null, 'text', 3n, [1, 2], new Float64Array(1000), new Int32Array(1)),
        (input, fields, stages, wrong) => {
          const given = whole(input);
          for (const name of fields) Object.assign(given, { [name]: wrong });
          for (const name of stages) given.stages[name] = wrong;
          let told: string[] = [];
          try {
            expect(checkOutput(input, given)).toStrictEqual(given);
          } catch (error) {
            expect(error).toMatchObject({ kind: 'wrong output' });
            told = (error as Error).message.split('; ').map((text) => text.split(':')[0]);
          }
          expect(told).toStrictEqual([...fields, ...stages.map((name) => `stages.${name}`)]);
        },
      ),
    );
  });

  it("does not accept the input's arrays or undefined", () => {
    const input = someInput();
    const { Y, Z } = input;
    expect(() =>
      checkOutput(input, { ...whole(input), Y, Z: Y, stages: { gradientZ: Z.subarray(0) } }),
    ).toThrow(
      [
        "Y: expected a new array, got the input's own",
        "Z: expected a new array, got the input's own Y",
        "stages.gradientZ: expected a new array, got the input's own Z",
      ].join('; '),
    );
    expect(() => checkOutput(input, undefined)).toThrow('expected an object with Y, Z, ..., got nothing');
  });
});
