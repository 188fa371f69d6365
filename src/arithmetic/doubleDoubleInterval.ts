/**
 * Intervals of about 30 digits as balls: a double-double centre and the radius, a double. A product of balls is one product of
 * double-doubles, one of ends would be two to four.
 *
 * Errors of the centre's operations, u = 2^-53, are those of Joldes, Muller & Popescu, "Tight and rigorous error bounds for basic
 * building blocks of double-word arithmetic" (ACM TOMS 44, 2017), or proven where they stand; they hold where no product is
 * subnormal, and elsewhere the centre is one double with a coarser error. A result that is exact for certain has radius 0 for
 * points. Radii are computed from nonnegative terms, each rounded at most eight times: GROWTH outweighs that.
 *
 * The contract is that of `interval` in decimal.ts, but there are no half-lines: an interval with one infinite end is the unbounded
 * one, and so is the logarithm of one that contains 0.
 */
import { nextAbove, nextBelow, productError, sumAbove, sumBelow } from './directed.ts';
import { EXPONENTIAL_ERROR, EXPONENTIAL_RANGE, exponentialInto } from './doubleDoubleExponential.ts';
import { productsInto } from './doubleDoubleProducts.ts';
import type { IntervalField } from './field.ts';
import { exponentialAbove, exponentialBelow, logarithmAbove, logarithmBelow } from './float64Exponential.ts';

/** All numbers at a distance of at most `radius` from hi + lo, |lo| <= ulp(hi)/2. Unbounded: 0 and Infinity. */
export class DoubleDoubleBall {
  readonly hi: number;
  readonly lo: number;
  readonly radius: number;

  constructor(hi: number, lo: number, radius: number) {
    this.hi = hi;
    this.lo = lo;
    this.radius = radius;
  }
}

const whole = () => new DoubleDoubleBall(0, 0, Infinity);
const point = (x: number) => new DoubleDoubleBall(x, 0, 0);
/** Of parts that may have overflowed, or are NaN for that reason. */
const make = (hi: number, lo: number, radius: number): DoubleDoubleBall =>
  Math.abs(hi) + Math.abs(lo) + radius < Infinity ? new DoubleDoubleBall(hi, lo, radius) : whole();

/** 1 + 16 u */
const GROWTH = 1 + 2 ** -49;
/** More than the errors of four products that are subnormal. */
const TINY = 4 * Number.MIN_VALUE;
/** Sizes between which no operation on high or low parts has a subnormal product whose error counts, nor overflows. */
const LEAST = 2 ** -800;
const MOST = 2 ** 990;
const isPlain = (x: number): boolean => Math.abs(x) >= LEAST && Math.abs(x) <= MOST;

/** The sum: 3 u^2 + 13 u^3 of it (Algorithm 6, AccurateDWPlusDW); formally proven by Muller & Rideau (ACM TOMS 48, 2022). */
const SUM_ERROR = 2 ** -104;
/** The product: 7 u^2 of it (Algorithm 10, DWTimesDW1). */
const PRODUCT_ERROR = 2 ** -103;
const QUOTIENT_ERROR = 2 ** -102;
const ROOT_ERROR = 2 ** -103;
/** Of a result of which one double is computed from the high parts: 4 u, and what is subnormal. */
const coarse = (x: number): DoubleDoubleBall => make(x, 0, Math.abs(x) * 2 ** -50 + TINY);
/** A ball with more radius, computed from products that may be subnormal. */
const widened = (a: DoubleDoubleBall, by: number) => make(a.hi, a.lo, (a.radius + by) * GROWTH + TINY);

/** a + b with the second centre as (hi, lo), so that a difference needs no negative of it. Sums are exact in the subnormal range. */
const plus = (a: DoubleDoubleBall, hi: number, lo: number, radius: number): DoubleDoubleBall => {
  const s = a.hi + hi;
  const v = s - a.hi;
  const e = a.hi - (s - v) + (hi - v);
  const t = a.lo + lo;
  const w = t - a.lo;
  const f = a.lo - (t - w) + (lo - w);
  const c = e + t;
  const first = s + c;
  const rest = c - (first - s) + f;
  const high = first + rest;
  // Without low parts, or with one that is added to an exact sum, nothing was rounded.
  const error = f === 0 && (t === 0 || e === 0) ? 0 : Math.abs(high) * SUM_ERROR;
  const spread = a.radius + radius;
  return make(high, rest - (high - first), spread === 0 ? error : (spread + error) * GROWTH);
};
const add = (a: DoubleDoubleBall, b: DoubleDoubleBall) => plus(a, b.hi, b.lo, b.radius);
const sub = (a: DoubleDoubleBall, b: DoubleDoubleBall) => plus(a, -b.hi, -b.lo, b.radius);
const neg = ({ hi, lo, radius }: DoubleDoubleBall) => new DoubleDoubleBall(-hi, -lo, radius);

/** Whether x y = p without error, for a p that is 0 or far from the subnormal numbers. */
const isExact = (x: number, y: number, p: number): boolean =>
  p === 0 ? x === 0 || y === 0 : isPlain(p) && productError(x, y, p) === 0;

const mul = (a: DoubleDoubleBall, b: DoubleDoubleBall): DoubleDoubleBall => {
  const p = a.hi * b.hi;
  const size = Math.abs(p);
  // (a + s)(b + t) - a b for |s|, |t| up to the radii.
  const spread = Math.abs(a.hi) * b.radius + Math.abs(b.hi) * a.radius + a.radius * b.radius;
  const isPoint = a.radius + b.radius === 0;
  const e = productError(a.hi, b.hi, p);
  if (!(size >= LEAST && size <= MOST) || Number.isNaN(e)) {
    if (isPoint && (a.hi === 0 || b.hi === 0)) return point(0);
    // 0 times unbounded: 0, because ends are limits.
    if ((a.hi === 0 && a.radius === 0) || (b.hi === 0 && b.radius === 0)) return point(0);
    const zero = a.hi === 0 || b.hi === 0;
    return isPoint ? coarse(p) : widened(zero ? point(0) : coarse(p), spread);
  }
  const x = a.hi * b.lo;
  const y = a.lo * b.hi;
  const rest = e + (x + y);
  const high = p + rest;
  const exact = e === 0 && (x === 0 || y === 0) && isExact(a.hi, b.lo, x) && isExact(a.lo, b.hi, y);
  const error = exact || (a.lo === 0 && b.lo === 0) ? 0 : size * PRODUCT_ERROR;
  return make(high, rest - (high - p), isPoint ? error : (spread + error) * GROWTH + TINY);
};

const total = new Float64Array(3);

const products: IntervalField<DoubleDoubleBall>['products'] = (a, i, b, k, s, n) => {
  if (n > 1 && productsInto(total, a, i, b, k, s, n))
    return new DoubleDoubleBall(total[0], total[1], total[2]);
  let value = mul(a[i], b[k]);
  for (let j = 1; j < n; j++) value = add(value, mul(a[i + j], b[k + s * j]));
  return value;
};

/** A lower bound of |x| over the ball, but for the rounding of the difference; positive only where that excludes 0. */
const least = ({ hi, lo, radius }: DoubleDoubleBall): number =>
  (lo === 0 ? Math.abs(hi) : nextBelow(Math.abs(hi))) - radius;
/** Doubles that enclose the ball. */
const floor = ({ hi, lo, radius }: DoubleDoubleBall) => sumBelow(sumBelow(hi, lo), -radius);
const ceiling = ({ hi, lo, radius }: DoubleDoubleBall) => sumAbove(sumAbove(hi, lo), radius);

/**
 * a / b by two digits: q = fl(a.hi / b.hi), whose remainder d = a.hi - q b.hi is exact, |d| <= u |a.hi|. a.lo - q b.lo has errors of u^2 |a.hi|
 * and 2 u^2 |a.hi| and is below 2.1 u |a.hi|; its sum with d has another 3.1 u^2 |a.hi|. The second digit, that sum by b.hi, has
 * two relative errors of u: 6.2 u^2 |q|. Sum: 12.4 u^2 |q|, and QUOTIENT_ERROR is 16 u^2.
 * The radius: |a'/b' - a/b| <= (s + |a/b| t) / |b'| for a', b' at distances s, t.
 */
const div = (a: DoubleDoubleBall, b: DoubleDoubleBall): DoubleDoubleBall => {
  const bound = least(b);
  if (!(bound > 0)) return whole();
  if (a.hi === 0 && a.radius === 0) return point(0);
  const q = a.hi / b.hi;
  const isPoint = a.radius + b.radius === 0;
  const spread = (a.radius + (Math.abs(q) * GROWTH + TINY) * b.radius + TINY) / bound;
  if (!isPlain(q) || !isPlain(a.hi) || !isPlain(b.hi))
    return isPoint ? coarse(q) : widened(coarse(q), spread);
  const product = q * b.hi;
  const d = a.hi - product - productError(q, b.hi, product);
  const second = (d + (a.lo - q * b.lo)) / b.hi;
  const high = q + second;
  const error = d === 0 && a.lo === 0 && b.lo === 0 ? 0 : Math.abs(q) * QUOTIENT_ERROR;
  return make(high, second - (high - q), isPoint ? error : (spread + error) * GROWTH + TINY);
};

/** The numbers from 0 to `most`. */
const upTo = (most: number) => make(most / 2, 0, nextAbove(most / 2));

/**
 * x + d/(2x) for x = fl(sqrt(a.hi)) and d = a - x^2, |d| < 3.1 u a. The remainder a.hi - x^2 is exact, its sum with a.lo has an
 * error of 3.1 u^2 a, hence 1.6 u^2 x in the result; the quotient has 1.6 u^2 x; the next term, d^2/(8 x^3), is below 1.3 u^2 x. ROOT_ERROR
 * is 8 u^2. The radius: |sqrt(a') - sqrt(a)| = |a' - a| / (sqrt(a') + sqrt(a)).
 */
const sqrt = (a: DoubleDoubleBall): DoubleDoubleBall => {
  const bound = least(a);
  if (!(a.hi > 0 && bound > 0)) {
    if (a.hi === 0 && a.radius === 0) return point(0);
    const most = ceiling(a);
    return most < 0 || most === Infinity ? whole() : upTo(nextAbove(Math.sqrt(most)));
  }
  const x = Math.sqrt(a.hi);
  const spread = a.radius === 0 ? 0 : a.radius / (nextBelow(x) + nextBelow(Math.sqrt(bound)));
  if (!isPlain(a.hi)) return a.radius === 0 ? coarse(x) : widened(coarse(x), spread);
  const square = x * x;
  const d = a.hi - square - productError(x, x, square);
  const second = (d + a.lo) / (2 * x);
  const high = x + second;
  const error = d === 0 && a.lo === 0 ? 0 : x * ROOT_ERROR;
  return make(high, second - (high - x), a.radius === 0 ? error : (spread + error) * GROWTH + TINY);
};

const between = (low: number, high: number): DoubleDoubleBall => {
  if (!(low - low === 0 && high - high === 0)) return whole();
  if (low === high) return point(low);
  // The sum of the halves, exactly; a half of a subnormal number is rounded.
  const [l, h] = [low / 2, high / 2];
  const s = l + h;
  const v = s - l;
  return make(s, l - (s - v) + (h - v), sumAbove(sumAbove(h, -l), TINY));
};
/** A ball that is so wide, for exp absolutely, for ln in relation to its centre, has its image from its ends in doubles. */
const WIDE = 2 ** -10;
const scratch = new Float64Array(2);

/** |exp(a') - exp(a)| <= exp(a) (s + s^2) for |a' - a| <= s <= 1. */
const exp = (a: DoubleDoubleBall): DoubleDoubleBall => {
  if (a.hi === 0 && a.radius === 0) return point(1);
  if (a.radius === Infinity) return whole();
  if (!(a.radius <= WIDE && Math.abs(a.hi) <= EXPONENTIAL_RANGE))
    return between(exponentialBelow(floor(a)), exponentialAbove(ceiling(a)));
  exponentialInto(scratch, a.hi, a.lo);
  const high = scratch[0];
  return make(high, scratch[1], high * (EXPONENTIAL_ERROR + a.radius * (1 + a.radius)) * GROWTH + TINY);
};

/**
 * y + ln(1 + d) for the engine's logarithm y, a guess, and the ball 1 + d = a exp(-y), in which all operations count their errors.
 * For |d| <= t < 2^-8, |ln(1 + d) - (d - d^2/2)| <= t^3/2; at the centre of the ball d^2/2 is subtracted, which is off by up to t s elsewhere, s the radius.
 */
const ln = (a: DoubleDoubleBall): DoubleDoubleBall => {
  const bound = least(a);
  if (!(a.hi > 0 && bound > 0)) return whole();
  if (a.hi === 1 && a.lo === 0 && a.radius === 0) return point(0);
  const y = Math.log(a.hi);
  const isNear = a.radius <= WIDE * a.hi && Math.abs(y) <= EXPONENTIAL_RANGE;
  const d = isNear ? sub(mul(a, exp(point(-y))), point(1)) : whole();
  const t = Math.abs(d.hi) * GROWTH + d.radius;
  if (!(t < 2 ** -8)) return between(logarithmBelow(floor(a)), logarithmAbove(ceiling(a)));
  const half = (d.hi * d.hi) / 2;
  // d.hi^2 for the square of the centre, 4 u of it, is the third term.
  const error = (t * t * t) / 2 + t * d.radius + half * 2 ** -50;
  return widened(add(point(y), sub(d, point(half))), error);
};

/** The sign of hi + lo - radius and hi + lo + radius: hi - radius is exact where it may be as small as lo (Sterbenz). */
const sign = ({ hi, lo, radius }: DoubleDoubleBall): -1 | 0 | 1 | undefined =>
  hi - radius > -lo ? 1 : hi + radius < -lo ? -1 : hi === 0 && radius === 0 ? 0 : undefined;

/** The lower end, or a double-double below it. */
const lower = ({ hi, lo, radius }: DoubleDoubleBall): DoubleDoubleBall => {
  const end = plus(new DoubleDoubleBall(hi, lo, 0), -radius, 0, 0);
  if (end.radius === 0 || end.radius === Infinity) return end;
  const low = nextBelow(end.lo - end.radius);
  const first = end.hi + low;
  return make(first, low - (first - end.hi), 0);
};

export const doubleDoubleIntervals: IntervalField<DoubleDoubleBall> = {
  name: 'doubleDoubleIntervals',
  digits: 30,
  of: (x) => between(x, x),
  between,
  lower,
  add,
  sub,
  mul,
  div,
  products,
  neg,
  sqrt,
  exp,
  ln,
  toNumber: ({ hi, radius }) => (radius === Infinity ? Number.NaN : hi),
  sign,
  radius: ({ radius }) => 2 * radius,
};
