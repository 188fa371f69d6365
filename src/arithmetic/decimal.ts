/**
 * The one file that imports decimal.js: decimals of any precision, and intervals of them.
 *
 * decimal.js under directed rounding: `+ - * / sqrt` are correctly rounded in every mode; `exp` and `ln` are within one
 * unit in the last place, but where the operand has more digits than the precision the result may lie on the wrong side
 * of the exact value, by a small part of that unit; overflow and underflow ignore the rounding direction.
 * The interval field therefore widens `exp` and `ln` outward by one ulp, and replaces a bound that overflowed or
 * underflowed to the wrong side. Both fields take `exp` and `ln` from `exponential` and `logarithm`, which are faster, and
 * may be on the wrong side by 10^-6 of that unit.
 */
import { Decimal } from 'decimal.js';
import { exponential } from './exponential.ts';
import type { Field, IntervalField } from './field.ts';
import { logarithm } from './logarithm.ts';
import { squareRoot } from './squareRoot.ts';

export type { Decimal };

/** An interval with decimal end points, lo <= hi; either end may be infinite. */
export interface Interval {
  readonly lo: Decimal;
  readonly hi: Decimal;
}

/** Precision of the constructor that holds exact values; it is never used to compute. */
const Exact = Decimal.clone({ defaults: true, precision: 1e6 });

/** Integers of at most seven digits, which decimal.js takes without a text in between; -0, which becomes 0, is not among them. */
const isShort = (x: number): boolean => Number.isInteger(x) && Math.abs(x) < 1e7 && !Object.is(x, -0);

/**
 * The exact decimal expansion of a finite double: m 2^e with e < 0 is m 5^-e 10^e.
 * (`new Decimal(0.1)` is the decimal 0.1, not the double.)
 */
export function exactDecimal(x: number): Decimal {
  if (isShort(x)) return new Exact(x);
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

/** The same number as an object of C, so that operations on it round as C does. Constructors never round. */
const as = (C: Decimal.Constructor, x: Decimal) => ((x.constructor as unknown) === C ? x : new C(x));

/** The digits of a word of decimal.js. */
const WORD = 7;

/** A finite x as c 10^e, exactly. */
export function parts(x: Decimal): [c: bigint, e: number] {
  let c = 0n;
  for (const word of x.d) c = c * 10_000_000n + BigInt(word);
  const first = String(x.d[0]).length;
  return [x.s < 0 ? -c : c, x.e + 1 - first - WORD * (x.d.length - 1)];
}

/**
 * exp of x rounded as C does, within one unit in the last place and 10^-6 of it: by integers where |x| is between
 * 10^-digits and 1000, else by decimal.js.
 */
function exp(C: Decimal.Constructor, digits: number, x: Decimal): Decimal {
  if (!x.isFinite() || x.isZero() || x.e > 2 || x.e < -digits) return new C(x).exp();
  const [m, k] = exponential(...parts(x), digits);
  return new C(`${m}e${k}`).toSignificantDigits(digits, C.rounding);
}

/** A coefficient of so many words is below 10^300. */
const WORDS = 40;

/**
 * ln of x rounded as C does, within one unit in the last place and 10^-6 of it: by integers where x is between 10^-500 and
 * 10^500 and of few words, else by decimal.js.
 */
function ln(C: Decimal.Constructor, digits: number, x: Decimal): Decimal {
  const far = !x.isFinite() || x.s < 0 || x.isZero() || Math.abs(x.e) > 500;
  if (far || x.d.length > WORDS || x.equals(1)) return as(C, x).ln();
  const [m, k] = logarithm(...parts(x), digits);
  return new C(`${m}e${k}`).toSignificantDigits(digits, C.rounding);
}

/** sqrt of x rounded as C does, correctly: by integers where x has few words, else by decimal.js. */
function sqrt(C: Decimal.Constructor, digits: number, x: Decimal): Decimal {
  if (!x.isFinite() || x.s < 0 || x.isZero() || x.d.length > WORDS) return as(C, x).sqrt();
  const [m, k] = squareRoot(...parts(x), digits);
  return new C(`${m}e${k}`).toSignificantDigits(digits, C.rounding);
}

function checkDigits(digits: number): void {
  if (!Number.isInteger(digits) || digits < 2 || digits > 1000)
    throw new RangeError(`digits must be an integer from 2 to 1000 (ln is exact to no more), got ${digits}`);
}

/**
 * Decimals of `digits` significant digits, rounded half to even. `of` rounds too, so that no operand
 * has more digits than the field.
 * @throws RangeError when digits is not an integer in [2, 1000]
 */
export function decimal(digits: number): Field<Decimal> {
  checkDigits(digits);
  const D = Decimal.clone({ defaults: true, precision: digits, rounding: Decimal.ROUND_HALF_EVEN });
  return {
    name: `decimal${digits}`,
    digits,
    of: (x) =>
      digits >= 7 && isShort(x) ? new D(x) : new D(exactDecimal(x)).toSignificantDigits(digits, D.rounding),
    add: (a, b) => a.plus(b),
    sub: (a, b) => a.minus(b),
    mul: (a, b) => a.times(b),
    div: (a, b) => a.dividedBy(b),
    neg: (a) => a.negated(),
    sqrt: (a) => sqrt(D, digits, a),
    exp: (a) => exp(D, digits, a),
    ln: (a) => ln(D, digits, a),
    toNumber: (a) => a.toNumber(),
    sign: (a) => (a.isZero() ? 0 : a.s > 0 ? 1 : a.s < 0 ? -1 : undefined),
    radius: () => 0,
  };
}

/** The rounding primitives of an interval field; a test can replace one to make it fail. */
export interface OutwardRounding {
  down: Decimal.Constructor;
  up: Decimal.Constructor;
  /** Units in the last place by which exp and ln are widened outward. */
  guardUlps: number;
}

function outward(digits: number): OutwardRounding {
  checkDigits(digits);
  return {
    down: Decimal.clone({ defaults: true, precision: digits, rounding: Decimal.ROUND_FLOOR }),
    up: Decimal.clone({ defaults: true, precision: digits, rounding: Decimal.ROUND_CEIL }),
    guardUlps: 1,
  };
}

/**
 * Intervals with outward-rounded decimal ends of `digits` significant digits. Every operation returns an
 * interval that contains the exact result for every choice of points in its operands; the operands' ends may have any
 * number of digits. Where the result does not exist for some choice (division by an interval that contains 0,
 * `ln` of 0) it is unbounded; `sqrt` takes the nonnegative part of its operand, and is unbounded where that is empty.
 * @throws RangeError when digits is not an integer in [2, 1000]
 */
export function interval(
  digits: number,
  rounding: OutwardRounding = outward(digits),
): IntervalField<Interval> {
  checkDigits(digits);
  const { down: Down, up: Up, guardUlps } = rounding;
  const huge = (s: number) => new Exact(`${s < 0 ? '-' : ''}9e${9e15 - 1}`);
  const tiny = (s: number) => new Exact(`${s < 0 ? '-' : ''}1e-${9e15}`);

  // A finite exact value may overflow or underflow to its wrong side; `exact` states that a zero is an exact zero.
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
  const positive = (x: Decimal) => !x.isNaN() && !x.isNegative() && !x.isZero();
  const negative = (x: Decimal) => x.isNegative() && !x.isZero();
  const neg = (a: Interval): Interval => ({ lo: new Down(a.hi.negated()), hi: new Up(a.lo.negated()) });

  // A sum or difference that underflows gives 0 although its terms do not cancel; x - x is exactly 0.
  const plus = (C: Decimal.Constructor, bound: typeof lower, x: Decimal, y: Decimal): Decimal => {
    const s = as(C, x).plus(y);
    return bound(s, s.isZero() && x.equals(y.negated()));
  };
  const minus = (C: Decimal.Constructor, bound: typeof lower, x: Decimal, y: Decimal): Decimal => {
    const s = as(C, x).minus(y);
    return bound(s, s.isZero() && x.equals(y));
  };

  // 0 times an unbounded end is 0: the ends are limits.
  const times = (C: Decimal.Constructor, bound: typeof lower, x: Decimal, y: Decimal): Decimal =>
    x.isZero() || y.isZero() ? new C(0) : bound(as(C, x).times(y));
  const over = (C: Decimal.Constructor, bound: typeof lower, x: Decimal, y: Decimal): Decimal =>
    x.isZero() ? new C(0) : bound(as(C, x).dividedBy(y));
  /** a b for a >= 0: the sign of each end of b determines which end of `a` gives that end of the product. */
  const scale = (a: Interval, b: Interval): Interval => ({
    lo: times(Down, lower, b.lo, negative(b.lo) ? a.hi : a.lo),
    hi: times(Up, upper, b.hi, negative(b.hi) ? a.lo : a.hi),
  });
  /** The same for a <= 0. */
  const fall = (a: Interval, b: Interval): Interval => ({
    lo: times(Down, lower, b.hi, negative(b.hi) ? a.hi : a.lo),
    hi: times(Up, upper, b.lo, negative(b.lo) ? a.lo : a.hi),
  });
  const least = (x: Decimal, y: Decimal) => (y.lessThan(x) ? y : x);
  const greatest = (x: Decimal, y: Decimal) => (y.greaterThan(x) ? y : x);
  const mul = (a: Interval, b: Interval): Interval => {
    if (!negative(a.lo)) return scale(a, b);
    if (!negative(b.lo)) return scale(b, a);
    if (!positive(a.hi)) return fall(a, b);
    if (!positive(b.hi)) return fall(b, a);
    return {
      lo: least(times(Down, lower, a.lo, b.hi), times(Down, lower, a.hi, b.lo)),
      hi: greatest(times(Up, upper, a.lo, b.lo), times(Up, upper, a.hi, b.hi)),
    };
  };
  /** a / b for b > 0. */
  const divide = (a: Interval, b: Interval): Interval => ({
    lo: over(Down, lower, a.lo, negative(a.lo) ? b.lo : b.hi),
    hi: over(Up, upper, a.hi, negative(a.hi) ? b.hi : b.lo),
  });

  /** So many ulps of x, or of the least positive exponent where an ulp underflows. */
  const ulps = (x: Decimal, n: number) => new Exact(`${n}e${Math.max(x.e - digits + 1, -9e15)}`);
  const isPlain = (x: Decimal) => x.isFinite() && !x.isZero();
  /** exp and ln are accurate to an ulp but may lie on the wrong side. `lower` and `upper` handle zeros and infinities. */
  const below = (lo: Decimal, n = guardUlps) =>
    isPlain(lo) ? lower(as(Down, lo).minus(ulps(lo, n))) : lower(lo);
  const above = (hi: Decimal) => (isPlain(hi) ? upper(as(Up, hi).plus(ulps(hi, guardUlps))) : upper(hi));
  /**
   * A lower bound of the value that decimal.js rounded up to `hi`, which may be on the wrong side by less than a guard:
   * one ulp for the rounding, and the guard.
   */
  const under = (hi: Decimal) => below(hi, 1 + guardUlps);
  /** The lower end from the upper one makes an interval wider by at most half this part of itself, and a few ulps. */
  const NARROW = 1e-3;

  const of = (x: number): Interval => {
    if (Number.isNaN(x)) return whole();
    if (digits >= 7 && isShort(x)) return point(x);
    const e = exactDecimal(x);
    return { lo: lower(Down.add(e, 0), true), hi: upper(Up.add(e, 0), true) };
  };

  return {
    name: `interval${digits}`,
    digits,
    of,
    between: (low, high) => ({ lo: of(low).lo, hi: of(high).hi }),
    lower: ({ lo }) => ({ lo, hi: lo }),
    add: (a, b) => ({ lo: plus(Down, lower, a.lo, b.lo), hi: plus(Up, upper, a.hi, b.hi) }),
    sub: (a, b) => ({ lo: minus(Down, lower, a.lo, b.hi), hi: minus(Up, upper, a.hi, b.lo) }),
    mul,
    div: (a, b) => (positive(b.lo) ? divide(a, b) : negative(b.hi) ? divide(neg(a), neg(b)) : whole()),
    neg,
    sqrt: (a) =>
      negative(a.hi)
        ? whole()
        : { lo: positive(a.lo) ? sqrt(Down, digits, a.lo) : new Down(0), hi: sqrt(Up, digits, a.hi) },
    exp: (a) => {
      if (a.lo.isZero() && a.hi.isZero()) return point(1);
      const high = exp(Up, digits, a.hi);
      const width = Up.sub(a.hi, a.lo);
      // exp(hi - w) >= exp(hi) (1 - w): a second series would take as long again.
      const lo =
        width.lessThan(NARROW) && isPlain(high)
          ? lower(under(high).times(Down.sub(1, width)))
          : below(exp(Down, digits, a.lo));
      return { lo: positive(lo) ? lo : new Down(0), hi: above(high) };
    },
    ln: (a) => {
      if (!positive(a.hi)) return whole();
      const high = ln(Up, digits, a.hi);
      const hi = a.hi.equals(1) ? new Up(0) : above(high);
      if (a.lo.equals(1)) return { lo: new Down(0), hi };
      if (!positive(a.lo)) return { lo: new Down(-Infinity), hi };
      // ln(hi) - ln(lo) = ln(1 + r) <= r for r = (hi - lo) / lo.
      const rise = Up.sub(a.hi, a.lo).dividedBy(a.lo);
      const near = rise.lessThan(NARROW) && isPlain(high);
      return { lo: near ? lower(under(high).minus(rise)) : below(ln(Down, digits, a.lo)), hi };
    },
    toNumber: (a) =>
      a.lo.isFinite() && a.hi.isFinite() ? a.lo.plus(a.hi).times(0.5).toNumber() : Number.NaN,
    sign: (a) => (positive(a.lo) ? 1 : negative(a.hi) ? -1 : a.lo.isZero() && a.hi.isZero() ? 0 : undefined),
    radius: (a) => {
      if (!a.lo.isFinite() || !a.hi.isFinite()) return Infinity;
      if (a.lo.equals(a.hi)) return 0;
      // toNumber rounds to nearest; one relative and one absolute unit more give an upper bound.
      return Up.sub(a.hi, a.lo).toNumber() * (1 + Number.EPSILON) + Number.MIN_VALUE;
    },
  };
}

/** Whether the exact decimal `x` lies in the interval. */
export const contains = (a: Interval, x: Decimal): boolean =>
  a.lo.lessThanOrEqualTo(x) && a.hi.greaterThanOrEqualTo(x);
