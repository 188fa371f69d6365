/**
 * The one file that imports decimal.js: decimals of any precision, and intervals of them.
 *
 * What decimal.js promises under directed rounding, and what it does not: `+ - * / sqrt` are correctly rounded
 * in every mode; `exp` and `ln` are within one unit in the last place but may fall on the wrong side of it,
 * chiefly when the operand carries more digits than the precision; overflow and underflow ignore the direction.
 * The interval field therefore never lets an operand exceed the precision, widens `exp` and `ln` by one ulp
 * outward, and replaces a bound that overflowed or underflowed to the wrong side.
 */
import { Decimal } from 'decimal.js';
import type { Field } from './field.ts';

export type { Decimal };

/** An interval with decimal end points, lo <= hi; either end may be infinite. */
export interface Interval {
  readonly lo: Decimal;
  readonly hi: Decimal;
}

/** Precision of the constructor that holds exact values; it is never used to compute. */
const Exact = Decimal.clone({ defaults: true, precision: 1e6 });

/**
 * The exact decimal expansion of a finite double: m 2^e with e < 0 is m 5^-e 10^e.
 * (`new Decimal(0.1)` is the decimal 0.1, not the double.)
 */
export function exactDecimal(x: number): Decimal {
  if (!Number.isFinite(x) || Number.isInteger(x))
    return new Exact(Number.isInteger(x) ? BigInt(x).toString() : x);
  let exponent = 0;
  let mantissa = x;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent += 1;
  }
  return new Exact(`${BigInt(mantissa) * 5n ** BigInt(exponent)}e-${exponent}`);
}

function checkDigits(digits: number): void {
  if (!Number.isInteger(digits) || digits < 2 || digits > 1000)
    throw new RangeError(`digits must be an integer from 2 to 1000 (ln is exact to no more), got ${digits}`);
}

/**
 * Decimals of `digits` significant digits, rounded half to even. `of` rounds too, so that no operand
 * ever carries more digits than the field has.
 * @throws RangeError when digits is not an integer in [2, 1000]
 */
export function decimal(digits: number): Field<Decimal> {
  checkDigits(digits);
  const D = Decimal.clone({ defaults: true, precision: digits, rounding: Decimal.ROUND_HALF_EVEN });
  return {
    name: `decimal${digits}`,
    digits,
    of: (x) => new D(exactDecimal(x)).toSignificantDigits(digits, D.rounding),
    add: (a, b) => a.plus(b),
    sub: (a, b) => a.minus(b),
    mul: (a, b) => a.times(b),
    div: (a, b) => a.dividedBy(b),
    neg: (a) => a.negated(),
    sqrt: (a) => a.sqrt(),
    exp: (a) => a.exp(),
    ln: (a) => a.ln(),
    toNumber: (a) => a.toNumber(),
    sign: (a) => (a.isNaN() ? undefined : a.isZero() ? 0 : a.isNegative() ? -1 : 1),
    radius: () => 0,
  };
}

/** The rounding primitives an interval field is made of; replaceable so that a test can break one on purpose. */
export interface OutwardRounding {
  down: Decimal.Constructor;
  up: Decimal.Constructor;
  /** Units in the last place by which exp and ln are widened outward. */
  guardUlps: number;
}

const outward = (digits: number): OutwardRounding => ({
  down: Decimal.clone({ defaults: true, precision: digits, rounding: Decimal.ROUND_FLOOR }),
  up: Decimal.clone({ defaults: true, precision: digits, rounding: Decimal.ROUND_CEIL }),
  guardUlps: 1,
});

/**
 * Intervals with outward-rounded decimal ends of `digits` significant digits. Every operation returns an
 * interval that contains the exact result for every choice of points in its operands.
 * @throws RangeError when digits is not an integer in [2, 1000]
 */
export function interval(digits: number, rounding: OutwardRounding = outward(digits)): Field<Interval> {
  checkDigits(digits);
  const { down: Down, up: Up, guardUlps } = rounding;
  const huge = (s: number) => new Exact(`${s < 0 ? '-' : ''}9e${9e15 - 1}`);
  const tiny = (s: number) => new Exact(`${s < 0 ? '-' : ''}1e-${9e15}`);

  // A finite exact value may overflow or underflow to the wrong side of itself; `exact` says a zero is a true zero.
  const lower = (x: Decimal, exact = false): Decimal => {
    if (x.isNaN()) return new Down(-Infinity);
    if (!x.isFinite() && x.isPositive()) return new Down(huge(1));
    if (x.isZero() && x.isNegative() && !exact) return new Down(tiny(-1));
    return x;
  };
  const upper = (x: Decimal, exact = false): Decimal => {
    if (x.isNaN()) return new Up(Infinity);
    if (!x.isFinite() && x.isNegative()) return new Up(huge(-1));
    if (x.isZero() && x.isPositive() && !exact) return new Up(tiny(1));
    return x;
  };
  const whole = (): Interval => ({ lo: new Down(-Infinity), hi: new Up(Infinity) });
  const point = (x: number): Interval => ({ lo: new Down(x), hi: new Up(x) });
  const ulp = (x: Decimal) => new Exact(`${guardUlps}e${x.e - digits + 1}`);
  const widen = (lo: Decimal, hi: Decimal): Interval => ({
    lo: lo.isFinite() && !lo.isZero() ? lower(lo.minus(ulp(lo))) : lower(lo),
    hi: hi.isFinite() && !hi.isZero() ? upper(hi.plus(ulp(hi))) : upper(hi),
  });
  const positive = (x: Decimal) => !x.isNaN() && !x.isNegative() && !x.isZero();
  const times = (C: Decimal.Constructor, a: Decimal, b: Decimal): Decimal =>
    a.isZero() || b.isZero() ? new C(0) : C.mul(a, b); // 0 times an unbounded end is 0: the ends are limits
  const product = (a: Interval, b: Interval, op: typeof times, exact: boolean): Interval => {
    const lo = (x: Decimal, y: Decimal) => lower(op(Down, x, y), exact || x.isZero() || y.isZero());
    const hi = (x: Decimal, y: Decimal) => upper(op(Up, x, y), exact || x.isZero() || y.isZero());
    const ends = [a.lo, a.hi].flatMap((x) => [b.lo, b.hi].map((y) => [x, y] as const));
    return {
      lo: ends.map(([x, y]) => lo(x, y)).reduce((p, q) => (q.lessThan(p) ? q : p)),
      hi: ends.map(([x, y]) => hi(x, y)).reduce((p, q) => (q.greaterThan(p) ? q : p)),
    };
  };
  const nonnegative = (a: Interval) => !a.lo.isNegative() || a.lo.isZero();

  return {
    name: `interval${digits}`,
    digits,
    of: (x) => {
      if (Number.isNaN(x)) return whole();
      const e = exactDecimal(x);
      return { lo: Down.add(e, 0), hi: Up.add(e, 0) };
    },
    add: (a, b) => ({ lo: lower(a.lo.plus(b.lo), true), hi: upper(a.hi.plus(b.hi), true) }),
    sub: (a, b) => ({ lo: lower(a.lo.minus(b.hi), true), hi: upper(a.hi.minus(b.lo), true) }),
    mul: (a, b) =>
      nonnegative(a) && nonnegative(b)
        ? {
            lo: lower(times(Down, a.lo, b.lo), a.lo.isZero() || b.lo.isZero()),
            hi: upper(times(Up, a.hi, b.hi), a.hi.isZero() || b.hi.isZero()),
          }
        : product(a, b, times, false),
    div: (a, b) => {
      if (!positive(b.lo) && !positive(b.hi.negated())) return whole();
      return product(a, b, (C, x, y) => (x.isZero() ? new C(0) : C.div(x, y)), false);
    },
    neg: (a) => ({ lo: new Down(a.hi.negated()), hi: new Up(a.lo.negated()) }),
    sqrt: (a) => ({
      lo: a.lo.isNegative() ? new Down(0) : a.lo.sqrt(),
      hi: a.hi.isNegative() && !a.hi.isZero() ? new Up(Infinity) : a.hi.sqrt(),
    }),
    exp: (a) => {
      if (a.lo.isZero() && a.hi.isZero()) return point(1);
      const { lo, hi } = widen(a.lo.exp(), a.hi.exp());
      return { lo: positive(lo) ? lo : new Down(0), hi };
    },
    ln: (a) => {
      if (a.lo.equals(1) && a.hi.equals(1)) return point(0);
      if (!positive(a.hi)) return whole();
      return widen(positive(a.lo) ? a.lo.ln() : new Down(-Infinity), a.hi.ln());
    },
    toNumber: (a) =>
      a.lo.isFinite() && a.hi.isFinite() ? a.lo.plus(a.hi).times(0.5).toNumber() : Number.NaN,
    sign: (a) =>
      positive(a.lo) ? 1 : positive(a.hi.negated()) ? -1 : a.lo.isZero() && a.hi.isZero() ? 0 : undefined,
    radius: (a) => (a.lo.isFinite() && a.hi.isFinite() ? Up.sub(a.hi, a.lo).toNumber() : Infinity),
  };
}

/** Whether the exact decimal `x` lies in the interval. */
export const contains = (a: Interval, x: Decimal): boolean =>
  a.lo.lessThanOrEqualTo(x) && a.hi.greaterThanOrEqualTo(x);
