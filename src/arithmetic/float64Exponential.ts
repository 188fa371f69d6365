/**
 * exp and ln of doubles, rounded down or up by a proven bound of the error, from + - * / of doubles alone: the exp and log of
 * engines differ, and promise nothing. A result is the double next to the exact value on its side, or, where the value is closer
 * to a double than the bound (1 time in 40 for exp, 1 in 8 for ln), the one after it.
 *
 * Errors are in units of u = 2^-53: the result of an operation, if it is below 2^k, is rounded by at most 2^(k-1) u.
 */
import { nextAbove, nextBelow, productError } from './directed.ts';
import { powerOfTwo, ROOT_HIGH, ROOT_LOW, STEP, STEPS } from './powersOfTwo.ts';

/** Results of `exponential`: the significand in two parts, v + w; and the exponent. */
const scratch = new Float64Array(3);
const PER_UNIT = STEPS / Math.LN2;

/**
 * exp(x) = 2^k (v + w + d), |d| < EXP_ERROR, v = fl(v + w) in [0.99, 2.01], for -746 <= x <= 710.
 *
 * x = n ln 2/64 + r, exp(x) = 2^k 2^(j/64) (1 + p) with n = 64 k + j and p = exp(r) - 1:
 *
 *     r   x - n STEP[0] is exact (the two are within a factor of 2 of each other, or n is 0), |r| < 0.00542 < 2^-7. The next
 *         difference is rounded by 2^-8 u; n STEP[2], left out, is below 2^16.2 2^-84 < 2^-14 u. p has exp(r) < 1.006 times
 *         both errors: 2^-8 1.022 u.
 *     p   the series after r^6/720: |r|^7/5040 1.001 < 2^-11.9 u. r^2 (1/2 + ..) has three relative errors of u at most:
 *         3 u r^2/2 < 2^-14.4 u. The last sum: 2^-8 u. Together with that of r: 2^-8 2.11 u.
 *     v   with 2^(j/64) = hi + lo < 2, up to 2^-53 u: v + w = hi + (lo + hi p) without error, since |hi| is larger (Dekker). hi p
 *         has 2 2^-8 2.11 u from p, and its rounding, below 2^-6: 2^-7 u. lo p, left out: 0.0055 u < 2^-7 0.71 u. The sum with lo,
 *         below 2^-6 too: 2^-7 u.
 *
 * Sum: 2^-7 (2.11 + 1 + 0.71 + 1) u < 2^-7 4.83 u < 2^-4.7 u.
 */
function exponential(x: number): void {
  const n = Math.round(x * PER_UNIT) | 0;
  const r = x - n * STEP[0] - n * STEP[1];
  const p = r + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r / 720))));
  const j = n & (STEPS - 1);
  const hi = ROOT_HIGH[j];
  const s = ROOT_LOW[j] + hi * p;
  const v = hi + s;
  scratch[0] = v;
  scratch[1] = s - (v - hi);
  scratch[2] = (n - j) / STEPS;
}
const EXP_ERROR = 2 ** -57.5;

/** v 2^k for v in [0.99, 2.01]; the first factor of two is exact, so that the result is rounded once, and not at all where it is normal. */
const scaled = (v: number, k: number): number => {
  if (k > -1022 && k < 1024) return v * powerOfTwo(k);
  const half = Math.trunc(k / 2);
  return v * powerOfTwo(half) * powerOfTwo(k - half);
};

/** exp(x) rounded down; x may be -Infinity. */
export function exponentialBelow(x: number): number {
  if (x === 0) return 1;
  if (x < -746) return 0; // exp(-746) < 2^-1074
  if (x > 710) return Number.MAX_VALUE; // exp(710) > 2^1024
  exponential(x);
  const v = scratch[0];
  const k = scratch[2];
  // |w| is at most half the distance to the next double, and EXP_ERROR a 16th of it: v + w + d lies above the one below v.
  const low = scaled(scratch[1] >= EXP_ERROR ? v : nextBelow(v), k);
  // A subnormal result was rounded to nearest.
  return k <= -1022 ? Math.max(0, nextBelow(low)) : Math.min(low, Number.MAX_VALUE);
}

/** exp(x) rounded up; x may be +Infinity. */
export function exponentialAbove(x: number): number {
  if (x === 0) return 1;
  if (x < -746) return Number.MIN_VALUE;
  if (x > 710) return Infinity;
  exponential(x);
  const v = scratch[0];
  const k = scratch[2];
  const high = scaled(scratch[1] <= -EXP_ERROR ? v : nextAbove(v), k);
  return k <= -1022 ? nextAbove(high) : high;
}

/** ln 2 in a part of 42 bits, whose products with |k| < 2^11 are exact, and the rest to 2^-102. */
const LN2_HIGH = 0.6931471805598903;
const LN2_LOW = 5.497923018708371e-14;
/** 2/(2j + 1), j = 1 .. 10 */
const ODD = Float64Array.from({ length: 10 }, (_, i) => 2 / (2 * i + 3));
const bits = new DataView(new ArrayBuffer(8));
/** Of ln, relative to v. */
const LN_ERROR = 2 ** -56;

/**
 * ln(x) = v + w + d, |d| < LN_ERROR |v|, v = fl(v + w), for 0 < x < Infinity, x not 1.
 *
 * x = 2^k m with 0.71 < m <= 1.42; m and f = m - 1 are exact. ln m = 2 atanh(s), s = f / (2 + f), |s| < 0.1736:
 *
 *     ln m = 2 s + s z Q(z),   z = s^2 < 0.03014,   Q = sum_j 2/(2j + 1) z^(j-1),   |s z Q| < 0.0103 2|s|.
 *
 *     s   as s + t: 2 + f is g + h without error, the remainder f - s g is exact, and t = (f - s g - s h) / g has |t| < 2u |s| and an
 *         error below 8 u |t|.
 *     Q   the terms after j = 10 are below z^11/23 1.04 2|s| < 0.008 u 2|s|. In s z Q: s for s + t, to the third power, 3 u; one u each for z,
 *         s z and the product; Q has the errors of its first term and its last sum, and small parts of the others: 2.2 u.
 *         Together 8.2 u of |s z Q|: 0.085 u 2|s|.
 *     c   = 2 t + s z Q is rounded by 0.011 u 2|s|.
 *
 * The sum is 0.104 u 2|s|. For k = 0, v = fl(2 s + c), |v| >= 2|s| (1 - u), since all terms have one sign. Else k LN2_HIGH is exact,
 * its sum with 2 s is v' + e' without error, and c + (e' + k LN2_LOW) is rounded by less than 0.004 u: with the above, where 2|s|
 * < 0.348, 0.041 u; and |ln x| > ln 2 - ln 1.42 > 0.342. Both are below 2^-3 u |v|.
 */
function logarithm64(x: number): void {
  const tiny = x < 2 ** -1022;
  let m = tiny ? x * 2 ** 64 : x;
  bits.setFloat64(0, m);
  let k = (bits.getUint16(0) >> 4) - 1023;
  m *= powerOfTwo(-k);
  if (m > 1.42) {
    m /= 2;
    k += 1;
  }
  if (tiny) k -= 64;
  const f = m - 1;
  const g = m + 1;
  const h = m > 1 ? 1 - (g - m) : m - (g - 1);
  const s = f / g;
  const product = s * g;
  const t = (f - product - productError(s, g, product) - s * h) / g;
  const z = s * s;
  let Q = ODD[9];
  for (let i = 8; i >= 0; i--) Q = Q * z + ODD[i];
  const c = 2 * t + s * z * Q;
  const first = k * LN2_HIGH;
  const head = first + 2 * s;
  const rest = k === 0 ? c : c + (2 * s - (head - first) + k * LN2_LOW);
  const v = head + rest;
  scratch[0] = v;
  scratch[1] = rest - (v - head);
}

/** ln(x) rounded down, for a finite x > 0. */
export function logarithmBelow(x: number): number {
  if (x === 1) return 0;
  logarithm64(x);
  const v = scratch[0];
  return scratch[1] >= LN_ERROR * Math.abs(v) ? v : nextBelow(v);
}

/** ln(x) rounded up, for x > 0; x may be +Infinity. */
export function logarithmAbove(x: number): number {
  if (x === 1) return 0;
  if (x === Infinity) return Infinity;
  logarithm64(x);
  const v = scratch[0];
  return scratch[1] <= -LN_ERROR * Math.abs(v) ? v : nextAbove(v);
}
