/**
 * Intervals of MPFR numbers: the lower end is rounded down, the upper end up. MPFR also rounds exp and ln correctly,
 * and keeps the direction where a result overflows or underflows, so that nothing has to be widened.
 */
import type { IntervalField } from './field.ts';
import { bitsOf, DOWN, mpfrLibrary, NEAREST, type Scoped, UP } from './mpfr.ts';
import { type Address, Arena } from './mpfrArena.ts';

/** The rounding modes of the two ends; a test can replace one to make it fail. */
export interface Directions {
  readonly down: number;
  readonly up: number;
}

/**
 * Intervals with ends of at least `digits` decimal digits, with the contract of `interval` in decimal.ts: where a result
 * does not exist for some choice of points (`sqrt`: for all choices) it is unbounded, and 0 times an unbounded end is 0,
 * since ends are limits. No lower end is +Infinity, no upper end -Infinity, and no end is NaN.
 * @throws RangeError when digits is not an integer in [2, 1000]
 */
export function mpfrInterval(
  digits: number,
  { down, up }: Directions = { down: DOWN, up: UP },
): Scoped<IntervalField<Address>> {
  const lib = mpfrLibrary();
  const { mpfr_add: plus, mpfr_sub: minus, mpfr_mul: product, mpfr_div: quotient } = lib;
  const { mpfr_set_d: set, mpfr_set: copy, mpfr_neg: negate, mpfr_get_d: toDouble } = lib;
  const { mpfr_exp: exp, mpfr_log: ln, mpfr_sqrt: sqrt, mpfr_cmp: compare } = lib;
  const arena = new Arena(lib, bitsOf(digits), 2);
  /** The upper end is stored directly after the lower one. */
  const { size } = arena;
  const top = (a: Address) => (a + size) as Address;

  const interval = (low: number, high: number): Address => {
    const r = arena.take();
    set(r, low, down);
    set(r + size, high, up);
    return r;
  };
  const whole = () => interval(-Infinity, Infinity);
  const neg = (a: Address): Address => {
    const r = arena.take();
    negate(r, top(a), down);
    negate(r + size, a, up);
    return r;
  };

  /** rop = x y for ends; 0 times an unbounded end is 0, where MPFR returns NaN. */
  const times = (rop: Address, x: Address, y: Address, rounding: number) => {
    product(rop, x, y, rounding);
    if (arena.isNaN(rop)) set(rop, 0, rounding);
  };
  /** a b for a >= 0: the sign of each end of b determines which end of `a` gives that end of the product. */
  const scale = (a: Address, b: Address): Address => {
    const r = arena.take();
    times(r, b, arena.isNegative(b) ? top(a) : a, down);
    times(top(r), top(b), arena.isNegative(top(b)) ? a : top(a), up);
    return r;
  };
  const mul = (a: Address, b: Address): Address => {
    if (!arena.isNegative(a)) return scale(a, b);
    if (!arena.isNegative(b)) return scale(b, a);
    if (!arena.isPositive(top(a))) return neg(scale(neg(a), b));
    if (!arena.isPositive(top(b))) return neg(scale(neg(b), a));
    // 0 is inside both: the least of lower times upper, the greatest of lower times lower and upper times upper.
    const [r, other] = [arena.take(), arena.take()];
    times(r, a, top(b), down);
    times(other, top(a), b, down);
    if (compare(other, r) < 0) copy(r, other, down);
    times(top(r), a, b, up);
    times(top(other), top(a), top(b), up);
    if (compare(top(other), top(r)) > 0) copy(top(r), top(other), up);
    arena.giveBack(other);
    return r;
  };
  /** a / b for b > 0. */
  const divide = (a: Address, b: Address): Address => {
    const r = arena.take();
    quotient(r, a, arena.isNegative(a) ? b : top(b), down);
    quotient(top(r), top(a), arena.isNegative(top(a)) ? top(b) : b, up);
    return r;
  };
  const unbounded = (a: Address) => arena.isInfinite(a) || arena.isInfinite(top(a));

  return {
    name: `mpfrInterval${digits}`,
    digits,
    memory: arena,
    between: interval,
    lower(a) {
      const r = arena.take();
      copy(r, a, down);
      copy(r + size, a, up);
      return r;
    },
    of: (x) => {
      if (Number.isNaN(x)) return whole();
      // +-Infinity is a limit of numbers: it becomes the interval of all numbers beyond the doubles.
      const most = Number.MAX_VALUE;
      return interval(Math.min(x, most), Math.max(x, -most));
    },
    add(a, b) {
      const r = arena.take();
      plus(r, a, b, down);
      plus(r + size, top(a), top(b), up);
      return r;
    },
    sub(a, b) {
      const r = arena.take();
      minus(r, a, top(b), down);
      minus(r + size, top(a), b, up);
      return r;
    },
    mul,
    div: (a, b) =>
      arena.isPositive(b) ? divide(a, b) : arena.isNegative(top(b)) ? divide(neg(a), neg(b)) : whole(),
    neg,
    sqrt(a) {
      if (arena.isNegative(top(a))) return whole();
      const r = arena.take();
      if (arena.isPositive(a)) sqrt(r, a, down);
      else set(r, 0, down);
      sqrt(r + size, top(a), up);
      return r;
    },
    exp(a) {
      const r = arena.take();
      exp(r, a, down);
      exp(r + size, top(a), up);
      return r;
    },
    ln(a) {
      if (!arena.isPositive(top(a))) return whole();
      const r = arena.take();
      if (arena.isPositive(a)) ln(r, a, down);
      else set(r, -Infinity, down);
      ln(r + size, top(a), up);
      return r;
    },
    toNumber(a) {
      if (unbounded(a)) return Number.NaN;
      const middle = arena.take();
      plus(middle, a, top(a), NEAREST);
      lib.mpfr_div_2ui(middle, middle, 1, NEAREST);
      const x = toDouble(middle, NEAREST);
      arena.giveBack(middle);
      return x;
    },
    sign: (a) =>
      arena.isPositive(a)
        ? 1
        : arena.isNegative(top(a))
          ? -1
          : arena.isZero(a) && arena.isZero(top(a))
            ? 0
            : undefined,
    radius(a) {
      if (unbounded(a)) return Infinity;
      const width = arena.take();
      minus(width, top(a), a, UP);
      const x = toDouble(width, UP);
      arena.giveBack(width);
      return x;
    },
  };
}
