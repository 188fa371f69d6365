import { describe, expect, it } from 'vitest';
import { callKernel, checkAbout, checkKernel } from '../../src/kernels/hosts/call.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { NoKernel } from '../../src/kernels/kernel.ts';
import type { StepInput } from '../../src/model/stepInput.ts';
import { copyInput } from './copyInput.ts';
import { calm, closesHosts, echo, expectServing, faultOf, kernel, patient } from './hosting.ts';

closesHosts();

describe('callKernel', () => {
  it('gives the kernel a copy, and reports the arrays that a call changed', async () => {
    const kept = copyInput(calm);
    const changes = kernel((input) => {
      (input.Z as Float32Array)[3] += 1;
      input.queries.fill(0);
      return echo(input);
    });
    expect(await faultOf(callKernel(changes, calm))).toMatchObject({
      kind: 'changed its input',
      message: 'the call changed queries, Z',
    });
    expect(calm).toStrictEqual(kept);
  });

  it('detects a changed sign of zero, a replaced field and a detached array', async () => {
    const zero = { ...calm, Y: new Float32Array(16) };
    const change = (f: (input: { -readonly [K in keyof StepInput]: StepInput[K] }) => void) =>
      kernel((input) => {
        const output = echo(input);
        f(input);
        return output;
      });
    const changes = [
      change(({ Y }) => Y.fill(-0)),
      change((input) => {
        input.etaY = 9;
      }),
      change(({ Z }) => structuredClone(Z, { transfer: [Z.buffer as ArrayBuffer] })),
    ];
    const messages = await Promise.all(changes.map((changing) => faultOf(callKernel(changing, zero))));
    expect(messages.map(({ message }) => message)).toStrictEqual([
      'the call changed Y',
      'the call changed etaY',
      'the call changed Z',
    ]);
  });

  it('refuses arrays that an earlier call returned, and keeps the earlier output', async () => {
    const output = echo(calm);
    const stages = { logits: new Float32Array(8) };
    const reusing = kernel((input) => {
      output.Y.fill(input.etaY);
      stages.logits.fill(input.etaY);
      return { ...output, stages };
    });
    const first = await callKernel(reusing, calm);
    await expect(callKernel(reusing, { ...calm, etaY: 17 })).rejects.toThrow(
      'logits: expected new arrays, got memory that an earlier call returned',
    );
    expect(first.Y).toStrictEqual(new Float32Array(16).fill(0.5));
    expect(first.stages).toStrictEqual({ logits: new Float32Array(8).fill(0.5) });
  });

  it.each([
    ['an error', new RangeError('out of range'), 'out of range'],
    ['an error without a message', new TypeError(), 'TypeError'],
    ['a text', 'just a text', "'just a text'"],
    ['nothing', undefined, 'undefined'],
    ['an object without a prototype', Object.create(null), '[Object: null prototype] {}'],
  ])('reports a thrown %s as a fault', async (_, thrown, message) => {
    const throwing = kernel(() => {
      throw thrown;
    });
    const rejecting = kernel(() => Promise.reject(thrown));
    const getter = kernel(() => ({
      get Y() {
        throw thrown;
      },
    }));
    for (const each of [throwing, rejecting, getter])
      expect(await faultOf(callKernel(each, calm))).toMatchObject({ kind: 'threw', message });
  });
});

describe('checkKernel', () => {
  it('accepts an object, an instance and a class, and binds the method to it', async () => {
    class Classy {
      readonly name = 'classy';
      readonly dtype = 'float32';
      readonly #echo = echo;
      step(input: StepInput) {
        return this.#echo(input);
      }
    }
    for (const value of [Classy, new Classy(), kernel(echo)])
      await expectServing(inThread(checkKernel(value, 'here'), patient));
  });

  it('refuses a factory function', () => {
    expect(() => checkKernel(() => kernel(echo), 'k.mjs')).toThrow(
      'k.mjs: expected a kernel (an object or a class with name, dtype and step), got a function',
    );
  });

  it('refuses a class that needs arguments, with the message of its constructor', () => {
    class Wants {
      readonly size: number;
      constructor({ size }: { size: number }) {
        this.size = size;
      }
    }
    expect(() => checkKernel(Wants, 'k.mjs')).toThrow(
      /k.mjs: its class cannot be constructed without arguments: .*undefined/,
    );
  });

  it.each([
    [
      'a step',
      {
        ...kernel(echo),
        get step() {
          throw { reason: 'no' };
        },
      },
      "but reading one throws { reason: 'no' }",
    ],
    [
      'a name',
      {
        ...kernel(echo),
        get name() {
          throw new Error('nameless');
        },
      },
      'but reading one throws nameless',
    ],
    [
      'a declaration',
      {
        ...kernel(echo),
        declares: {
          get expError() {
            throw 3;
          },
        },
      },
      'but reading one throws 3',
    ],
    [
      'whatever',
      new Proxy(
        {},
        {
          get: () => {
            throw 'all';
          },
        },
      ),
      "but reading one throws 'all'",
    ],
  ])('refuses %s that cannot be read, and names the place', (_, value, words) => {
    expect(() => checkKernel(value, 'k.mjs')).toThrow(
      new NoKernel(`k.mjs: name, dtype, declares and step: expected readable fields, ${words}`),
    );
  });

  it('reports all faults', () => {
    const declares = {
      expError: Number.NaN,
      stagePrecision: { attention: 'float8', logit: 'tf32' },
      accumulate: { logits: 'float128' },
      exp: 4,
    };
    expect(() => checkKernel({ name: 3, dtype: 'double', declares }, 'k.mjs')).toThrow(
      new NoKernel(
        [
          'k.mjs: name: expected a text of 1 to 200 characters, got 3',
          "dtype: expected 'float32' or 'float64', got 'double'",
          'declares.expError: expected a positive number of units u up to 131072, or { ulps, perUnit }, got NaN',
          'declares.exp: expected only expError, stagePrecision and accumulate here',
          "declares.stagePrecision.attention: expected one of bfloat16, float16, tf32, got 'float8'",
          'declares.stagePrecision.logit: no such stage; expected one of attention, features, logits, ' +
            'probabilities, residual, backpropagated, gradientY, gradientZ',
          'declares.accumulate.logits: expected one of bfloat16, float16, tf32, float32, float64, ' +
            "got 'float128'",
          'step: expected a function, got nothing',
        ].join('; '),
      ),
    );
  });
});

describe('the description of a kernel in another process', () => {
  it('has its name, its dtype and its declaration, which may be empty', () => {
    const declares = { expError: 4 };
    expect(checkAbout(JSON.stringify({ name: 'mine', dtype: 'float64' }), 'here')).toEqual({
      ...{ name: 'mine', dtype: 'float64', declares: {} },
    });
    expect(checkAbout(JSON.stringify({ name: 'mine', dtype: 'float32', declares }), 'here')).toEqual({
      ...{ name: 'mine', dtype: 'float32', declares },
    });
  });
  it('is refused with all faults and its origin', () => {
    const refused = () => checkAbout(JSON.stringify({ name: '', dtype: 'float16' }), 'here');
    expect(refused).toThrow(NoKernel);
    expect(refused).toThrow(
      /^here, default export: name: expected a text .*; dtype: expected 'float32' or 'float64', got 'float16'$/,
    );
  });
});
