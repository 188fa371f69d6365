/**
 * + - * / and sqrt of doubles, rounded down or up. JavaScript rounds to nearest only; the exact rounding error of an operation
 * tells on which side of the exact result the rounded one lies.
 *
 * Notation: u = 2^-53, eta = 2^-1074 (the least positive double). Every function takes ends of intervals: a lower end is
 * never +Infinity, an upper end never -Infinity, and none is NaN. Each gives the largest double below the exact result, or
 * the least above; where the rounded result has a modulus in [2^-1022, 2^-1020) and is not exact, it may be one further.
 */

/** u (1 + 2u) */
const PHI = 2 ** -53 * (1 + 2 ** -52);
const ETA = Number.MIN_VALUE;
const MOST = Number.MAX_VALUE;
/** 2^27 + 1 splits a double into two halves whose products are exact. */
const SPLITTER = 134217729;
/** Between these bounds of a product `productError` is exact. */
export const LEAST_PRODUCT = 2 ** -968;
export const MOST_PRODUCT = 2 ** 1020;
const RAISE = 2 ** 600;
const LOWER = 2 ** -600;

/**
 * A double above c; MAX_VALUE and +Infinity give +Infinity, and -Infinity, a result that overflowed, gives -MAX_VALUE.
 *
 * Rump, Zimmermann, Boldo & Melquiond, "Computing predecessor and successor in rounding to nearest" (BIT 2009): with
 * e = fl(fl(PHI |c|) + eta), fl(c + e) is at least the successor of c. Proof, for 2^k <= |c| < 2^(k+1): the midpoint of c and
 * its successor is at most c + u 2^k (c + eta/2 where numbers are eta apart), so that e > u 2^k suffices. PHI 2^k is a double
 * for k >= -969, and fl is monotone: e >= PHI 2^k > u 2^k. For -1021 <= k < -969, PHI 2^k rounds to at least u 2^k, a multiple of
 * eta; with eta, added without error, e > u 2^k. For smaller k, e >= eta. It is the successor itself where e < 3/2 of the
 * distance to it: not for 2^-1022 <= |c| < 2^-1020, where fl(c + e) may be the next one.
 */
export const nextAbove = (c: number): number => (c === -Infinity ? -MOST : c + (Math.abs(c) * PHI + ETA));
/** A double below c, by the same rule; +Infinity, a result that overflowed, gives MAX_VALUE. */
export const nextBelow = (c: number): number => (c === Infinity ? MOST : c - (Math.abs(c) * PHI + ETA));

/**
 * a + b - s for s = fl(a + b), exactly (Knuth's TwoSum); NaN where s is infinite. Sums are exact in the subnormal range, and no
 * other operation overflows (Boldo, Graillat & Muller 2017) unless |a| = MAX_VALUE: then it may give NaN.
 */
export const sumError = (a: number, b: number, s: number): number => {
  const v = s - a;
  return a - (s - v) + (b - v);
};
/** a + b rounded down. A comparison with NaN is false, so that an unknown error widens. */
export const sumBelow = (a: number, b: number): number => {
  const s = a + b;
  return sumError(a, b, s) >= 0 ? s : nextBelow(s);
};
/** a + b rounded up. */
export const sumAbove = (a: number, b: number): number => {
  const s = a + b;
  return sumError(a, b, s) <= 0 ? s : nextAbove(s);
};

/**
 * a b - p for p = fl(a b), exactly (Dekker's product by Veltkamp's halves), where 2^-968 <= |p| <= 2^1020 and |a|, |b| < 2^996:
 * every term is a multiple of ulp(a) ulp(b) >= 2^-1074, and none overflows. NaN for larger factors.
 */
export const productError = (a: number, b: number, p: number): number => {
  const c = SPLITTER * a;
  const ah = c - (c - a);
  const al = a - ah;
  const d = SPLITTER * b;
  const bh = d - (d - b);
  const bl = b - bh;
  return ah * bh - p + ah * bl + al * bh + al * bl;
};

const isPlain = (p: number): boolean => {
  const size = Math.abs(p);
  return size >= LEAST_PRODUCT && size <= MOST_PRODUCT;
};
/** The power of 2 that brings x next to 1: |x| times it lies between 2^-474 and 2^424. */
const balance = (x: number): number => (Math.abs(x) < 2 ** -300 ? RAISE : Math.abs(x) > 2 ** 300 ? LOWER : 1);

/**
 * A number with the sign of c - a b, where a = fl(c / b) or c = fl(a b), of any size; c, a and b are finite. The factors are scaled
 * by powers of 2, so that P = fl(a b) lies between 2^-948 and 2^848 and has an exact error E. c is scaled alike, without
 * error: by 2^600 or 2^1200 only where c is below 2, by 2^-600 or 2^-1200 only where it is above 1/2. c - P is exact where the
 * two are within a factor of 2 (Sterbenz); elsewhere its modulus is larger than |E|. So the rounded difference of c - P
 * and E has the sign of the exact one.
 */
export function productGap(a: number, b: number, c: number): number {
  const [s, t] = [balance(a), balance(b)];
  const [x, y] = [a * s, b * t];
  const P = x * y;
  return (s * t === 1 ? c : c * s * t) - P - productError(x, y, P);
}

/** x y rounded down; 0 times an infinite end is 0, because ends are limits. */
export const productBelow = (x: number, y: number): number => {
  const p = x * y;
  if (isPlain(p)) {
    const e = productError(x, y, p);
    if (e >= 0) return p;
    if (e < 0) return nextBelow(p);
  }
  if (x === 0 || y === 0) return 0;
  return Number.isFinite(p) && productGap(x, y, p) <= 0 ? p : nextBelow(p);
};
/** x y rounded up. */
export const productAbove = (x: number, y: number): number => -productBelow(-x, y);

/** x / y rounded down, for y > 0. */
export const quotientBelow = (x: number, y: number): number => {
  if (x === 0) return 0;
  const q = x / y;
  // Of an infinite end: 0 or infinite, with the sign of x.
  if (y === Infinity) return x > 0 ? 0 : -ETA;
  return Number.isFinite(q) && productGap(q, y, x) >= 0 ? q : nextBelow(q);
};
/** x / y rounded up, for y > 0. */
export const quotientAbove = (x: number, y: number): number => -quotientBelow(-x, y);

/** sqrt(x) rounded down, for x >= 0. */
export const rootBelow = (x: number): number => {
  const s = Math.sqrt(x);
  return s === Infinity || productGap(s, s, x) >= 0 ? s : nextBelow(s);
};
/** sqrt(x) rounded up, for x >= 0. */
export const rootAbove = (x: number): number => {
  const s = Math.sqrt(x);
  return s === Infinity || productGap(s, s, x) <= 0 ? s : nextAbove(s);
};
