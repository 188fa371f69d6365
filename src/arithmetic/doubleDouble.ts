/**
 * Unevaluated sums of two doubles: about 31 digits at a few tens of nanoseconds per operation, a thousandth of the cost
 * of decimals of that size. The reference for float64 kernels, evaluated once per case; verdicts use decimals.
 *
 * Error-free transformations after Dekker and Knuth; the relative error of every operation, exp and ln included, is at
 * most 2^-98 (tested against decimals), where nothing overflows and no product of low parts is below 1e-290.
 */
import type { Field } from './field.ts';

/** hi + lo, |lo| <= ulp(hi)/2. */
export interface DoubleDouble {
  readonly hi: number;
  readonly lo: number;
}

/** 2^27 + 1 splits a double into two halves whose products are exact. */
const SPLITTER = 134217729;
/** For larger factors the splitter overflows; they are first scaled by a power of 2. */
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
function productError(a: number, b: number, product: number): number {
  if (Math.abs(a) > SPLIT_LIMIT) return SCALE * productError(a / SCALE, b, product / SCALE);
  if (Math.abs(b) > SPLIT_LIMIT) return productError(b, a, product);
  const c = SPLITTER * a;
  const ah = c - (c - a);
  const al = a - ah;
  const d = SPLITTER * b;
  const bh = d - (d - b);
  const bl = b - bh;
  return ah * bh - product + ah * bl + al * bh + al * bl;
}

const mul = (a: DoubleDouble, b: DoubleDouble): DoubleDouble => {
  const p = a.hi * b.hi;
  if (p === 0 || !Number.isFinite(p)) return point(p);
  return fast(p, productError(a.hi, b.hi, p) + (a.hi * b.lo + a.lo * b.hi));
};

const times = (a: DoubleDouble, x: number): DoubleDouble => mul(a, point(x));

/** Long division in three digits of 53 bits. */
const div = (a: DoubleDouble, b: DoubleDouble): DoubleDouble => {
  const q1 = a.hi / b.hi;
  if (!Number.isFinite(q1) || q1 === 0 || !Number.isFinite(b.hi)) return point(q1);
  const r1 = sub(a, times(b, q1));
  const q2 = r1.hi / b.hi;
  const q3 = sub(r1, times(b, q2)).hi / b.hi;
  return add(fast(q1, q2), point(q3));
};

/** Two Newton steps from the double square root. */
const sqrt = (a: DoubleDouble): DoubleDouble => {
  if (!(a.hi > 0) || !Number.isFinite(a.hi)) return point(Math.sqrt(a.hi));
  let x = point(Math.sqrt(a.hi));
  for (let i = 0; i < 2; i++) x = times(add(x, div(a, x)), 0.5);
  return x;
};

const LN2: DoubleDouble = { hi: Math.LN2, lo: 2.3190468138462996e-17 };
/** exp's argument is divided by 2^9, so that twelve terms of its series are enough. */
const HALVINGS = 9;
const RECIPROCALS: readonly DoubleDouble[] = Array.from({ length: 13 }, (_, k) =>
  div(point(1), point(k || 1)),
);

/** exp(a) - 1 for |a| < ln 2: series at a/512, then nine times (1 + x)^2 - 1 = x (2 + x), which loses no low bits. */
function expm1(a: DoubleDouble): DoubleDouble {
  const r = times(a, 2 ** -HALVINGS);
  let term = r;
  let x = r;
  for (let k = 2; k <= 12; k++) {
    term = mul(mul(term, r), RECIPROCALS[k]);
    x = add(x, term);
  }
  for (let i = 0; i < HALVINGS; i++) x = mul(x, add(point(2), x));
  return x;
}

const exp = (a: DoubleDouble): DoubleDouble => {
  if (a.hi === 0) return point(1);
  if (!(Math.abs(a.hi) < 800)) return point(Math.exp(a.hi));
  const k = Math.round(a.hi / Math.LN2);
  const { hi, lo } = add(expm1(sub(a, times(LN2, k))), point(1));
  // 2^k in two factors: 2^k alone may overflow or underflow where the result does not.
  const [p, q] = [2 ** Math.trunc(k / 2), 2 ** (k - Math.trunc(k / 2))];
  return fast(hi * p * q, lo * p * q);
};

/** Two Newton steps on exp: x + a exp(-x) - 1. */
const ln = (a: DoubleDouble): DoubleDouble => {
  if (!(a.hi > 0) || !Number.isFinite(a.hi)) return point(Math.log(a.hi));
  if (a.hi === 1 && a.lo === 0) return point(0);
  let x = point(Math.log(a.hi));
  for (let i = 0; i < 2; i++) x = add(x, sub(mul(a, exp(neg(x))), point(1)));
  return x;
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
