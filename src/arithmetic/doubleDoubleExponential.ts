/**
 * exp of a double-double with a proven bound of its error, from + - * / of doubles alone. Errors are in units of u^2, u = 2^-53.
 */
import { productError } from './directed.ts';
import { powerOfTwo, ROOT_HIGH, ROOT_LOW, STEP, STEPS } from './powersOfTwo.ts';

const PER_UNIT = STEPS / Math.LN2;
const FACTORIALS = [1, 1, 2, 6, 24, 120];
/** 1/k! = high + low, k = 0 .. 5, up to u^2 of it: the remainder of the first division is exact. */
const HIGH = Float64Array.from(FACTORIALS, (f) => 1 / f);
const LOW = Float64Array.from(FACTORIALS, (f) => {
  const product = f * (1 / f);
  return (1 - product - productError(f, 1 / f, product)) / f;
});

/** |exp(x) - (high + low)| is at most so much of |high|. */
export const EXPONENTIAL_ERROR = 2 ** -102;
/** The largest |x| whose exponential, and its low part, are normal doubles. */
export const EXPONENTIAL_RANGE = 600;

/**
 * exp(hi + lo) as a double-double in `into`, for |hi| <= 600 and |lo| <= ulp(hi)/2: 2^k 2^(j/64) exp(r), 64 k + j = n the integer next to
 * x 64/ln 2, r = x - n ln 2/64, |r| < 0.00542.
 *
 *     r   hi - n STEP[0] and n STEP[1] are exact (see `exponential` in float64Exponential.ts), their difference is a + b and lo - n STEP[2]
 *         is c + d without error (the product is rounded by 2^-121), a + c = x + t too; t + (b + d) is rounded by 2^-113 or
 *         less. n times what STEP leaves out is below 2^-119. Sum: 2^-112, 0.02 units.
 *     S_k = 1/k! + r S_(k+1), exp(r) = S_0. S_5 is 1/120 + x (..)/720, whose second term has the terms to r^10/10! and an error of
 *         4.2 u of 7.6e-6: times r^5, 1.4 units; their sum is kept in two doubles. The rest of the series, after r^10/10!, is below 0.25 units. A step is a product
 *         with an error below 12 |r| S_(k+1) and a sum: x s is exact as p + e; e has four roundings and x s' + x' s in it and is below
 *         4 u |p|; 1/k! + p is exact as two doubles; the low parts, of 1 u/k! each and e, are added with 3.2/k!, and the
 *         constant has 1/k!. For k = 0: 4.2 and 0.066; the steps before are multiplied by |r|: 0.03. Sum: 4.3.
 *     2^(j/64) is known up to 1 unit, and the product has 7 (Joldes, Muller & Popescu 2017, Algorithm 10, DWTimesDW1).
 *
 * Sum: (0.02 + 1.4 + 0.25 + 4.3) / 0.9946 + 1 + 7 < 14, and 2^-102 is 16.
 */
export function exponentialInto(into: Float64Array, hi: number, lo: number): void {
  const n = Math.round(hi * PER_UNIT) | 0;
  const first = hi - n * STEP[0];
  const second = n * STEP[1];
  const a = first - second;
  const v = a - first;
  const b = first - (a - v) - (second + v);
  const third = n * STEP[2];
  const c = lo - third;
  const w = c - lo;
  const d = lo - (c - w) - (third + w);
  const x0 = a + c;
  const y = x0 - a;
  const t = a - (x0 - y) + (c - y) + (b + d);
  const x = x0 + t;
  const xl = t - (x - x0);
  const tail = (x * (1 + (x / 7) * (1 + (x / 8) * (1 + (x / 9) * (1 + x / 10))))) / 720;
  let s = HIGH[5] + tail;
  let sl = tail - (s - HIGH[5]) + LOW[5];
  for (let k = 4; k >= 0; k--) {
    const p = x * s;
    const e = productError(x, s, p) + (x * sl + xl * s);
    const head = HIGH[k] + p;
    sl = p - (head - HIGH[k]) + (LOW[k] + e);
    s = head;
  }
  const h = s + sl;
  const l = sl - (h - s);
  const j = n & (STEPS - 1);
  const scale = powerOfTwo((n - j) / STEPS);
  const p = h * ROOT_HIGH[j];
  const rest = productError(h, ROOT_HIGH[j], p) + (h * ROOT_LOW[j] + l * ROOT_HIGH[j]);
  const high = p + rest;
  into[0] = high * scale;
  into[1] = (rest - (high - p)) * scale;
}
