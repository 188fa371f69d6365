import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, exactDecimal, interval } from '../../src/arithmetic/decimal.ts';

/** The value of a finite double as m 2^e, from its bits. */
function bits(x: number): { m: bigint; e: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const fraction = word & ((1n << 52n) - 1n);
  const biased = Number((word >> 52n) & 0x7ffn);
  const m = biased === 0 ? fraction : fraction | (1n << 52n);
  return { m: word >> 63n ? -m : m, e: Math.max(biased, 1) - 1075 };
}

/** Whether the decimal written as `text` equals m 2^e. */
function equals(text: string, { m, e }: { m: bigint; e: number }): boolean {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)\.?(\d*)(?:e([+-]\d+))?$/.exec(text)!;
  const digits = BigInt(sign + whole + fraction);
  const ten = Number(exponent) - fraction.length;
  const left = digits * 10n ** BigInt(Math.max(ten, 0)) * 2n ** BigInt(Math.max(-e, 0));
  return left === m * 2n ** BigInt(Math.max(e, 0)) * 10n ** BigInt(Math.max(-ten, 0));
}

const doubles = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 1, max: 2 ** 40 }).map((k) => k * Number.MIN_VALUE),
  fc.constantFrom(0, -0, 0.1, -0.1, 1 / 3, Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 2 ** -1022),
);

describe('exactDecimal', () => {
  it('is the double, bit for bit', () => {
    fc.assert(
      fc.property(doubles, (x) => equals(exactDecimal(x).toString(), bits(x))),
      { seed: 1, numRuns: 2000 },
    );
  });
  it('control: the decimal that prints like the double is not the double', () => {
    expect(equals('0.1', bits(0.1))).toBe(false);
    expect(
      fc.check(
        fc.property(doubles, (x) => equals(String(x), bits(x))),
        { seed: 1 },
      ).failed,
    ).toBe(true);
  });
  it('returns infinities and NaN unchanged', () => {
    expect(exactDecimal(Infinity).equals(Infinity)).toBe(true);
    expect(exactDecimal(-Infinity).equals(-Infinity)).toBe(true);
    expect(exactDecimal(NaN).isNaN()).toBe(true);
  });
  it('is the value in fields of at least 767 digits: no double has more', () => {
    const [D, I] = [decimal(770), interval(770)];
    fc.assert(
      fc.property(doubles, (x) => {
        const exact = exactDecimal(x);
        expect(D.of(x).equals(exact)).toBe(true);
        expect(I.of(x).lo.equals(exact) && I.of(x).hi.equals(exact)).toBe(true);
      }),
      { seed: 2, numRuns: 200 },
    );
  });
  it('is enclosed by fields of few digits, and converts back to the same double from 17 digits on', () => {
    fc.assert(
      fc.property(doubles, fc.integer({ min: 17, max: 40 }), (x, digits) => {
        const { lo, hi } = interval(digits).of(x);
        const exact = exactDecimal(x);
        expect(lo.lessThanOrEqualTo(exact) && hi.greaterThanOrEqualTo(exact)).toBe(true);
        expect(decimal(digits).toNumber(decimal(digits).of(x))).toBe(x + 0); // -0 becomes 0
      }),
      { seed: 3, numRuns: 1000 },
    );
  });
});

describe('digits', () => {
  it('outside 2 to 1000 are refused', () => {
    for (const digits of [2, 1000]) {
      expect(decimal(digits).digits).toBe(digits);
      expect(interval(digits).digits).toBe(digits);
    }
    for (const digits of [1, 0, -5, 2.5, 1001, NaN, Infinity]) {
      expect(() => decimal(digits)).toThrow(RangeError);
      expect(() => interval(digits)).toThrow(RangeError);
    }
  });
});
