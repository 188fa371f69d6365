/** Sums of products of balls of double-doubles, in local variables: a third of the time of a chain of `mul` and `add`, whose results are objects. */
import { productError } from './directed.ts';

/** A centre hi + lo, |lo| <= ulp(hi)/2, and a radius. */
interface Ball {
  readonly hi: number;
  readonly lo: number;
  readonly radius: number;
}

/** Products between these sizes have errors that are doubles, and none of their terms is subnormal where it counts. */
const [LEAST, MOST] = [2 ** -800, 2 ** 990];
/** u and 9 u^2 for u = 2^-53. */
const [UNIT, PRODUCT_ERROR] = [2 ** -53, 9 * 2 ** -106];
/** More than the errors of the three products of a term's spread where they are subnormal. */
const TINY = 4 * Number.MIN_VALUE;

const isZero = ({ hi, radius }: Ball): boolean => hi === 0 && radius === 0;

/**
 * sum over 0 <= j < n of a[i + j] b[k + s j] as [hi, lo, radius] in `into`; false where a product is too small or too large, or nothing is finite.
 *
 * A product of centres is p + e exactly, p = fl(a.hi b.hi), and r = fl(e + fl(fl(a.hi b.lo) + fl(a.lo b.hi))) is what it has beyond p but for 8 u^2 |p|:
 * |lo| <= u |hi|, so the two products err by u^2 |p| each, their sum by 2 u^2 |p|, the sum with e by 3 u^2 |p|, and a.lo b.lo, left out, is u^2 |p|. If
 * both low parts are 0, it is exact.
 *
 * The sum of the p is s with the exact errors t of its additions. v = fl(t + r) errs by u |v|, and c, the sum of the v, by u |c| in each addition. The
 * result is s + c, exactly. So its distance from the sum of the products of centres is at most
 *
 *     u sum_j (|v_j| + |c_j|) + 8 u^2 sum_j |p_j|,
 *
 * and the products of points of the balls differ from those of the centres by |a| r_b + |b| r_a + r_a r_b. |a.hi| stands for |a| = |a.hi + a.lo|, too small by
 * a factor of at most 1 + u. Each term of the radius is nonnegative and rounded at most n + 9 times, counting that factor.
 */
export function productsInto(
  into: Float64Array,
  a: readonly Ball[],
  i: number,
  b: readonly Ball[],
  k: number,
  s: 1 | -1,
  n: number,
): boolean {
  let [sum, low, wobble, size, spread, tiny] = [0, 0, 0, 0, 0, 0];
  for (let j = 0; j < n; j++) {
    const x = a[i + j];
    const y = b[k + s * j];
    const p = x.hi * y.hi;
    const most = Math.abs(p);
    let r = 0;
    if (most >= LEAST && most <= MOST) {
      const e = productError(x.hi, y.hi, p);
      if (x.lo === 0 && y.lo === 0) r = e;
      else {
        r = e + (x.hi * y.lo + x.lo * y.hi);
        size += most;
      }
    } else if (isZero(x) || isZero(y)) continue;
    else if (x.hi !== 0 && y.hi !== 0) return false;
    if (x.radius !== 0 || y.radius !== 0) {
      spread += Math.abs(x.hi) * y.radius + Math.abs(y.hi) * x.radius + x.radius * y.radius;
      tiny += TINY;
    }
    const next = sum + p;
    const part = next - sum;
    const v = sum - (next - part) + (p - part) + r;
    low += v;
    sum = next;
    wobble += Math.abs(v) + Math.abs(low);
  }
  const hi = sum + low;
  const part = hi - sum;
  into[0] = hi;
  into[1] = sum - (hi - part) + (low - part);
  into[2] = (spread + UNIT * wobble + PRODUCT_ERROR * size) * (1 + (n + 16) * 2 * UNIT) + tiny;
  return Math.abs(hi) + into[2] < Infinity;
}
