/**
 * Intervals with float64 ends, each rounded outward: a thousand times faster than intervals of decimals.
 *
 * + - * / and sqrt of the ends are directed.ts's, exact where the result is a double; exp and ln are those of
 * float64Exponential.ts, which trusts no function of the engine. The contract is that of `interval` in decimal.ts: where a
 * result does not exist for some choice of points (`sqrt`: for all choices) it is unbounded; no lower end is +Infinity, no upper end
 * -Infinity, no end is NaN.
 */
import {
  LEAST_PRODUCT,
  MOST_PRODUCT,
  nextAbove,
  nextBelow,
  productAbove,
  productBelow,
  productError,
  quotientAbove,
  quotientBelow,
  rootAbove,
  rootBelow,
  sumAbove,
  sumBelow,
} from './directed.ts';
import type { IntervalField } from './field.ts';
import { exponentialAbove, exponentialBelow, logarithmAbove, logarithmBelow } from './float64Exponential.ts';

/** [lo, hi], lo <= hi. A class, so that all values have one shape. */
export class Float64Interval {
  readonly lo: number;
  readonly hi: number;

  constructor(lo: number, hi: number) {
    this.lo = lo;
    this.hi = hi;
  }
}

const make = (lo: number, hi: number) => new Float64Interval(lo, hi);
const whole = () => make(-Infinity, Infinity);

/** Of a and b with 0 inside both: the least of lower times upper, the greatest of lower times lower and upper times upper. */
const mixed = (a: Float64Interval, b: Float64Interval) =>
  make(
    Math.min(productBelow(a.lo, b.hi), productBelow(a.hi, b.lo)),
    Math.max(productAbove(a.lo, b.lo), productAbove(a.hi, b.hi)),
  );

/** a b for points a and b: one product gives both ends. */
const pointProduct = (a: number, b: number): Float64Interval => {
  const p = a * b;
  const size = Math.abs(p);
  const e = productError(a, b, p);
  if (Number.isNaN(e) || size < LEAST_PRODUCT || size > MOST_PRODUCT)
    return make(productBelow(a, b), productAbove(a, b));
  return make(e >= 0 ? p : nextBelow(p), e <= 0 ? p : nextAbove(p));
};

/**
 * a b. The ends of a product of two proper intervals are not tested for exactness, which would take half as long again: they are
 * one double further out than need be where they are. Few calls, since V8 allocates every double that crosses one.
 */
const mul = (a: Float64Interval, b: Float64Interval): Float64Interval => {
  const isProper = a.lo < a.hi && b.lo < b.hi;
  if (a.lo === a.hi && b.lo === b.hi) return pointProduct(a.lo, b.lo);
  // The lower end is x y, the upper one v w: the sign of an end of one factor determines which end of the other goes with it.
  let x = a.lo;
  let y = b.lo;
  let v = a.hi;
  let w = b.hi;
  if (x >= 0) {
    if (y < 0) x = a.hi;
    if (w < 0) v = a.lo;
  } else if (y >= 0) {
    y = b.hi;
    if (v < 0) w = b.lo;
  } else if (v <= 0) {
    if (w < 0) x = v;
    y = w;
    v = a.lo;
    w = b.lo;
  } else if (w <= 0) {
    x = a.hi;
    v = a.lo;
    w = b.lo;
  } else return mixed(a, b);
  const p = x * y;
  const q = v * w;
  const size = Math.abs(p);
  const other = Math.abs(q);
  // Neither 0 nor of an infinite end.
  if (isProper && size > 0 && other > 0 && size + other < Infinity) return make(nextBelow(p), nextAbove(q));
  return make(productBelow(x, y), productAbove(v, w));
};
const neg = ({ lo, hi }: Float64Interval) => make(-hi, -lo);
/** a / b for b > 0. */
const divide = (a: Float64Interval, b: Float64Interval) =>
  make(quotientBelow(a.lo, a.lo < 0 ? b.lo : b.hi), quotientAbove(a.hi, a.hi < 0 ? b.hi : b.lo));

/** An infinite `x` becomes the interval of all numbers beyond the doubles. */
const of = (x: number): Float64Interval =>
  Number.isFinite(x)
    ? make(x, x)
    : Number.isNaN(x)
      ? whole()
      : make(Math.min(x, Number.MAX_VALUE), Math.max(x, -Number.MAX_VALUE));

export const float64Intervals: IntervalField<Float64Interval> = {
  name: 'float64Intervals',
  digits: 15.95,
  of,
  between: (low, high) => make(of(low).lo, of(high).hi),
  lower: ({ lo }) => make(lo, lo),
  add: (a, b) => make(sumBelow(a.lo, b.lo), sumAbove(a.hi, b.hi)),
  sub: (a, b) => make(sumBelow(a.lo, -b.hi), sumAbove(a.hi, -b.lo)),
  mul,
  div: (a, b) => (b.lo > 0 ? divide(a, b) : b.hi < 0 ? divide(neg(a), neg(b)) : whole()),
  neg,
  sqrt: (a) => (a.hi < 0 ? whole() : make(a.lo > 0 ? rootBelow(a.lo) : 0, rootAbove(a.hi))),
  exp: (a) => make(exponentialBelow(a.lo), exponentialAbove(a.hi)),
  ln: (a) => (a.hi > 0 ? make(a.lo > 0 ? logarithmBelow(a.lo) : -Infinity, logarithmAbove(a.hi)) : whole()),
  toNumber({ lo, hi }) {
    if (lo === hi) return lo;
    const sum = lo + hi;
    // The halves, where the sum overflows; NaN where an end is infinite.
    return Number.isFinite(sum)
      ? sum / 2
      : lo === -Infinity || hi === Infinity
        ? Number.NaN
        : lo / 2 + hi / 2;
  },
  sign: ({ lo, hi }) => (lo > 0 ? 1 : hi < 0 ? -1 : lo === 0 && hi === 0 ? 0 : undefined),
  radius: ({ lo, hi }) => (lo === hi ? 0 : sumAbove(hi, -lo)),
};
