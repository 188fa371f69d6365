/** Plain data through JSON and back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, canonicalAnswer, fromWire, toWire } from '../../src/workers/fleet/wire.ts';

const special = fc.constantFrom(
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  0,
  5e-324,
);
const leaf = fc.oneof(
  ...[fc.double(), special, fc.string(), fc.boolean(), fc.constant(null), fc.bigInt()],
  ...[fc.float64Array(), fc.float32Array(), fc.int32Array(), fc.uint8Array()],
);
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(fc.oneof(tie('data'), fc.constant(undefined))),
    // Keys that mean something: to us, to the language, and numbers, which come first.
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('$', 'is', '__proto__', '7', 'seconds')),
      tie('data'),
      { noNullPrototype: true },
    ),
  ),
}));

describe('what goes over the wire', () => {
  it('comes back the same, with the order of its keys', () => {
    fc.assert(
      fc.property(data, (value) => {
        const back = fromWire(JSON.parse(JSON.stringify(toWire(value))));
        expect(back).toStrictEqual(value);
        expect(canonical(toWire(back))).toBe(canonical(toWire(value)));
      }),
    );
    expect(Object.keys(fromWire(toWire({ b: 1, a: 2 })) as object)).toEqual(['b', 'a']);
  });

  it('leaves out properties without a value', () => {
    expect(fromWire(toWire({ a: undefined, b: [undefined] }))).toStrictEqual({ b: [undefined] });
  });

  it('has a view of a larger buffer alone', () => {
    const part = new Float64Array([1, 2, 3, 4]).subarray(1, 3);
    expect(fromWire(toWire(part))).toEqual(new Float64Array([2, 3]));
  });

  it.each([
    [() => 0],
    [new Map()],
    [new Date(0)],
    [Symbol('s')],
    [new (class A {})()],
    [new DataView(new ArrayBuffer(8))],
  ])('refuses what is no plain data: %o', (value) =>
    expect(() => toWire({ value })).toThrow('expected plain data'),
  );
});

describe('the canonical text', () => {
  it('does not depend on the order of keys, and tells different data apart', () => {
    const text = (value: unknown) => canonical(toWire(value));
    expect(text({ b: 1, a: [2, { d: 3, c: 4 }] })).toBe(text({ a: [2, { c: 4, d: 3 }], b: 1 }));
    const different = [
      0,
      -0,
      Number.NaN,
      'NaN',
      { $: 'NaN' },
      null,
      [],
      {},
      [[]],
      '0',
      { a: 1, b: 2 },
      { a: 1, b: '2' },
      0n,
    ];
    expect(new Set(different.map(text)).size).toBe(different.length);
    expect(text({ seconds: 1 })).not.toBe(text({ seconds: 2 }));
  });

  it('of an answer leaves out seconds of work, at any depth, and nothing else', () => {
    const text = (value: unknown) => canonicalAnswer(toWire(value));
    expect(text({ seconds: 1, rows: [{ startSeconds: 2, n: 3 }] })).toBe(
      text({ seconds: 4, rows: [{ startSeconds: 5, n: 3 }] }),
    );
    expect(text({ n: 1 })).not.toBe(text({ n: 2 }));
    expect(text({ milliseconds: 1 })).not.toBe(text({ milliseconds: 2 }));
  });
});
