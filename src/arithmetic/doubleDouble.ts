/**
 * Unevaluated sums of two doubles: about 31 digits at a few tens of nanoseconds per operation, a thousandth of the cost
 * of decimals of that size. The reference for float64 kernels, evaluated once per case; verdicts use decimals.
 *
 * Error-free transformations after Dekker and Knuth. The relative error of every operation, exp included, is at most
 * 2^-98 (tested against decimals), where nothing overflows and no product of low parts is below 1e-290. That of ln a is
 * relative to max(1, |ln a|).
 */
import { productError } from './directed.ts';
import type { Field } from './field.ts';
import { STEP, STEPS } from './powersOfTwo.ts';

/** hi + lo, |lo| <= ulp(hi)/2. */
export interface DoubleDouble {
  readonly hi: number;
  readonly lo: number;
}

/** Larger factors, whose halves overflow, are first scaled by a power of 2. */
const SPLIT_LIMIT = 2 ** 996;
const SCALE = 2 ** 53;

const point = (hi: number): DoubleDouble => ({ hi, lo: 0 });
/** a + b as hi + lo for |a| >= |b|. The low part of an infinite sum is 0. */
const fast = (a: number, b: number): DoubleDouble => {
  const hi = a + b;
  return { hi, lo: Number.isFinite(hi) ? b - (hi - a) : 0 };
};

const add = (a: DoubleDouble, b: DoubleDouble): DoubleDouble => {
  const s = a.hi + b.hi;
  if (!Number.isFinite(s)) return point(s);
  const v = s - a.hi;
  const e = a.hi - (s - v) + (b.hi - v);
  // The low parts are also summed without error, so that cancellation of the high parts loses no digits.
  const t = a.lo + b.lo;
  const w = t - a.lo;
  const f = a.lo - (t - w) + (b.lo - w);
  const first = fast(s, e + t);
  return fast(first.hi, first.lo + f);
};
const neg = ({ hi, lo }: DoubleDouble): DoubleDouble => ({ hi: -hi, lo: -lo });
const sub = (a: DoubleDouble, b: DoubleDouble): DoubleDouble => add(a, neg(b));

/** a b - fl(a b), exactly. */
function lowOf(a: number, b: number, product: number): number {
  if (Math.abs(a) > SPLIT_LIMIT) return SCALE * lowOf(a / SCALE, b, product / SCALE);
  if (Math.abs(b) > SPLIT_LIMIT) return lowOf(b, a, product);
  return productError(a, b, product);
}

const mul = (a: DoubleDouble, b: DoubleDouble): DoubleDouble => {
  const p = a.hi * b.hi;
  if (p === 0 || !Number.isFinite(p)) return point(p);
  return fast(p, lowOf(a.hi, b.hi, p) + (a.hi * b.lo + a.lo * b.hi));
};

const times = (a: DoubleDouble, x: number): DoubleDouble => mul(a, point(x));

/** Long division in two digits of 53 bits: the remainder of the first is exact to 2^-105 |a|. */
const div = (a: DoubleDouble, b: DoubleDouble): DoubleDouble => {
  const q = a.hi / b.hi;
  if (!Number.isFinite(q) || q === 0 || !Number.isFinite(b.hi)) return point(q);
  return fast(q, sub(a, times(b, q)).hi / b.hi);
};

/** One Newton step from the double square root x: the relative error of x, at most 2^-53, becomes 2^-107. */
const sqrt = (a: DoubleDouble): DoubleDouble => {
  if (!(a.hi > 0) || !Number.isFinite(a.hi)) return point(Math.sqrt(a.hi));
  const x = Math.sqrt(a.hi);
  return fast(x, sub(a, mul(point(x), point(x))).hi / (2 * x));
};

/** 2^(j/64), j < 64: for each bit of j, a repeated square root of 2. */
const POWERS: readonly DoubleDouble[] = Array.from({ length: STEPS }, (_, j) => {
  let power = point(1);
  let root = point(2);
  for (let bit = STEPS / 2; bit >= 1; bit /= 2) {
    root = sqrt(root);
    if (j & bit) power = mul(power, root);
  }
  return power;
});
/** 1/k!, k = 0 .. 5. Terms from r^6/6! on are below 2^-54, and double precision is enough for them. */
const RECIPROCALS: readonly DoubleDouble[] = [1, 1, 2, 6, 24, 120].map((k) => div(point(1), point(k)));

/** The argument is n ln 2/64 + r, |r| <= ln 2/128 = 2^-7.5. */
const exp = (a: DoubleDouble): DoubleDouble => {
  if (a.hi === 0) return point(1);
  if (!(Math.abs(a.hi) < 800)) return point(Math.exp(a.hi));
  const n = Math.round(a.hi * (STEPS / Math.LN2));
  // The first difference is exact: the two are within a factor of 2 of each other, or n is 0.
  const r = add(add(point(a.hi - n * STEP[0]), { hi: -n * STEP[1], lo: -n * STEP[2] }), point(a.lo));
  const x = r.hi;
  const rest = (1 + (x / 7) * (1 + (x / 8) * (1 + (x / 9) * (1 + x / 10)))) / 720;
  let sum = add(RECIPROCALS[5], point(x * rest));
  for (let k = 4; k >= 0; k--) sum = add(RECIPROCALS[k], mul(r, sum));
  const k = Math.floor(n / STEPS);
  const { hi, lo } = mul(sum, POWERS[n - k * STEPS]);
  // 2^k in two factors: 2^k alone may overflow or underflow where the result does not.
  const [p, q] = [2 ** Math.trunc(k / 2), 2 ** (k - Math.trunc(k / 2))];
  return fast(hi * p * q, lo * p * q);
};

/** x + ln(1 + d) for the double logarithm x and d = a exp(-x) - 1: |d| < 2^-42, so that two terms are enough. */
const ln = (a: DoubleDouble): DoubleDouble => {
  if (!(a.hi > 0) || !Number.isFinite(a.hi)) return point(Math.log(a.hi));
  if (a.hi === 1 && a.lo === 0) return point(0);
  const x = point(Math.log(a.hi));
  const d = sub(mul(a, exp(neg(x))), point(1));
  return add(x, sub(d, point((d.hi * d.hi) / 2)));
};

export const doubleDouble: Field<DoubleDouble> = {
  name: 'doubleDouble',
  digits: 29,
  of: point,
  add,
  sub,
  mul,
  div,
  neg,
  sqrt,
  exp,
  ln,
  toNumber: ({ hi }) => hi,
  sign: ({ hi }) => (hi > 0 ? 1 : hi < 0 ? -1 : hi === 0 ? 0 : undefined),
  radius: () => 0,
};
