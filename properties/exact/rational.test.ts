import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { rational as F, gcd, NotRational, type Rational, rationalOf, written } from './rational.ts';

const part = fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n });
const small = fc.bigInt({ min: -50n, max: 50n });
const any = fc
  .tuple(fc.oneof(part, small), fc.oneof(part, small))
  .map(([p, q]) => rationalOf(p, q === 0n ? 1n : q));
const double = fc.double({ noNaN: true, noDefaultInfinity: true });

const equal = (a: Rational, b: Rational) => a.p * b.q === b.p * a.q;
const reduced = ({ p, q }: Rational) => q > 0n && gcd(p, q) === 1n;

describe('rational', () => {
  it('computes + - * / by their definitions, in lowest terms', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(equal(F.add(a, b), { p: a.p * b.q + b.p * a.q, q: a.q * b.q })).toBe(true);
        expect(equal(F.sub(a, b), { p: a.p * b.q - b.p * a.q, q: a.q * b.q })).toBe(true);
        expect(equal(F.mul(a, b), { p: a.p * b.p, q: a.q * b.q })).toBe(true);
        const results = [a, F.add(a, b), F.sub(a, b), F.mul(a, b), F.neg(a)];
        if (b.p !== 0n) {
          expect(equal(F.mul(F.div(a, b), b), a)).toBe(true);
          results.push(F.div(a, b));
        }
        expect(results.every(reduced)).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('has the sign and the order of p/q', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const difference = a.p * b.q - b.p * a.q;
        expect(F.sign(F.sub(a, b))).toBe(difference > 0n ? 1 : difference < 0n ? -1 : 0);
      }),
      { seed: 2 },
    );
  });

  it('takes every double exactly, and gives it back', () => {
    fc.assert(
      fc.property(double, (x) => {
        const r = F.of(x);
        expect(reduced(r)).toBe(true);
        // -0 is the rational number 0.
        expect(F.toNumber(r)).toBe(x === 0 ? 0 : x);
        // Decimals of 800 digits hold every double.
        const D = decimal(800);
        if (Math.abs(x) > 1e-30 && Math.abs(x) < 1e30) {
          const quotient = D.div(integer(D, r.p), integer(D, r.q));
          expect(D.sign(D.sub(quotient, D.of(x)))).toBe(0);
        }
      }),
      { seed: 3, numRuns: 1000 },
    );
    expect(F.of(0.1)).toEqual({ p: 3602879701896397n, q: 36028797018963968n });
    for (const x of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => F.of(x)).toThrow(NotRational);
  });

  it('is rounded to the nearest double, ties to even, also where doubles are subnormal or end', () => {
    fc.assert(
      fc.property(double, fc.bigInt({ min: -8n, max: 8n }), (x, eighths) => {
        const next = nextUp(Math.abs(x));
        if (!Number.isFinite(next)) return;
        const [low, high] = [F.of(Math.abs(x)), F.of(next)];
        const at = rationalOf(eighths + 8n, 16n);
        const r = F.add(low, F.mul(at, F.sub(high, low)));
        const isEven = new BigUint64Array(new Float64Array([Math.abs(x)]).buffer)[0] % 2n === 0n;
        const expected = eighths < 0n || (eighths === 0n && isEven) ? Math.abs(x) : next;
        expect(F.toNumber(r)).toBe(expected);
        expect(F.toNumber(F.neg(r))).toBe(r.p === 0n ? 0 : -expected);
      }),
      { seed: 4, numRuns: 2000 },
    );
    // Just above and below the middle of two subnormal doubles, nearer to it than 53 bits tell.
    const little = rationalOf(1n, 2n ** 1300n);
    for (const odd of [1n, 3n, 5n]) {
      const middle = rationalOf(odd, 2n ** 1075n);
      const below = ((Number(odd) - 1) / 2) * Number.MIN_VALUE;
      expect(F.toNumber(F.sub(middle, little))).toBe(below);
      expect(F.toNumber(F.add(middle, little))).toBe(below + Number.MIN_VALUE);
    }
    const most = F.of(Number.MAX_VALUE);
    const half = rationalOf(2n ** 970n);
    expect(F.toNumber(F.add(most, half))).toBe(Number.POSITIVE_INFINITY);
    expect(F.toNumber(F.sub(F.add(most, half), F.of(1)))).toBe(Number.MAX_VALUE);
    expect(F.toNumber(rationalOf(1n, 2n ** 1075n))).toBe(0);
    expect(F.toNumber(rationalOf(3n, 2n ** 1076n))).toBe(Number.MIN_VALUE);
    expect(F.toNumber(rationalOf(10n ** 400n))).toBe(Number.POSITIVE_INFINITY);
    expect(F.toNumber(rationalOf(1n, 10n ** 400n))).toBe(0);
  });

  it('has the roots of squares, and of nothing else', () => {
    fc.assert(
      fc.property(any, (a) => {
        const square = F.mul(a, a);
        expect(F.sqrt(square)).toEqual(a.p < 0n ? F.neg(a) : a);
        // Between x^2 and (x+1)^2 there is no square.
        const beside = rationalOf(square.p + 1n, 1n);
        if (a.p !== 0n) expect(() => F.sqrt(beside)).toThrow(NotRational);
      }),
      { seed: 5, numRuns: 300 },
    );
    expect(() => F.sqrt(F.of(-4))).toThrow('sqrt(-4) is not rational');
    expect(() => F.sqrt(rationalOf(4n, 3n))).toThrow('sqrt(4/3) is not rational');
  });

  it('says what cannot be exact', () => {
    expect(F.exp(F.of(0))).toEqual(F.of(1));
    expect(F.ln(F.of(1))).toEqual(F.of(0));
    expect(() => F.exp(rationalOf(1n, 2n))).toThrow('exp(1/2) is not rational: only exp(0) = 1 is');
    expect(() => F.ln(F.of(2))).toThrow('ln(2) is not rational: only ln(1) = 0 is');
    expect(() => F.div(F.of(3), F.of(0))).toThrow('3 divided by 0 is no rational number');
    expect(() => rationalOf(1n, 0n)).toThrow(NotRational);
  });

  it('writes long parts short', () => {
    expect(written(rationalOf(-6n, 4n))).toBe('-3/2');
    expect(written(rationalOf(10n ** 60n))).toBe('10000000000000000000..(61 digits)');
  });
});

/** The next double above x >= 0. */
function nextUp(x: number): number {
  const word = new BigUint64Array(new Float64Array([x]).buffer);
  word[0] += 1n;
  return new Float64Array(word.buffer)[0];
}

/** A whole number in a field, by Horner's scheme on words of 32 bits. */
function integer<T>(
  D: { of(x: number): T; add(a: T, b: T): T; mul(a: T, b: T): T; neg(a: T): T },
  x: bigint,
): T {
  if (x < 0n) return D.neg(integer(D, -x));
  if (x < 2n ** 32n) return D.of(Number(x));
  return D.add(D.mul(integer(D, x >> 32n), D.of(2 ** 32)), D.of(Number(x & 0xffffffffn)));
}
