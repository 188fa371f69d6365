/** The tails of the binomial distribution in any field: sums of positive terms, so that nothing cancels. */
import { type Field, ratio } from '../arithmetic/field.ts';

/** C(n, 0), .., C(n, n). */
export function choices<T>(F: Field<T>, n: number): T[] {
  const all = [F.of(1)];
  for (let i = 1; i <= n; i++) all.push(F.mul(all[i - 1], ratio(F, n - i + 1, i)));
  return all;
}

/** a^k for an integer k >= 0, by squaring. */
function power<T>(F: Field<T>, a: T, k: number): T {
  let [result, square] = [F.of(1), a];
  for (let left = k; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = F.mul(result, square);
    square = F.mul(square, square);
  }
  return result;
}

/**
 * Pr(X >= k) for X of n draws with probability p in [0, 1], by Horner's rule in p/q <= 1 or q/p < 1, q = 1 - p:
 * p^k q^(n-k) sum_{i >= k} C(n,i) (p/q)^(i-k) = p^n sum_{i >= k} C(n,i) (q/p)^(n-i).
 * @param choose C(n, 0), .., C(n, n)
 */
export function upperTail<T>(F: Field<T>, choose: readonly T[], k: number, p: T): T {
  const n = choose.length - 1;
  if (k <= 0) return F.of(1);
  if (k > n) return F.of(0);
  const q = F.sub(F.of(1), p);
  const likely = F.toNumber(p) > 1 / 2;
  const x = likely ? F.div(q, p) : F.div(p, q);
  const terms = choose.slice(k);
  // The highest power of x first.
  if (!likely) terms.reverse();
  let total = terms[0];
  for (let i = 1; i < terms.length; i++) total = F.add(F.mul(total, x), terms[i]);
  const factor = likely ? power(F, p, n) : F.mul(power(F, p, k), power(F, q, n - k));
  return F.mul(factor, total);
}

/** Pr(X <= k): the upper tail Pr(n - X >= n - k) of the failures. */
export const lowerTail = <T>(F: Field<T>, choose: readonly T[], k: number, p: T): T =>
  upperTail(F, choose, choose.length - 1 - k, F.sub(F.of(1), p));

/** The least and the greatest value of a count over the points of an enclosure. */
type Counts = readonly [least: number, greatest: number];

/**
 * The least integer above x. Where the enclosure of x contains an integer m, it is m (x < m) or m + 1 (x >= m).
 * @throws RangeError when x is unbounded or NaN
 */
export function integerAbove<T>(F: Field<T>, x: T): Counts {
  const side = (k: number) => F.sign(F.sub(F.of(k), x));
  let greatest = Math.floor(F.toNumber(x)) + 1;
  if (!Number.isSafeInteger(greatest))
    throw new RangeError(`expected a number below 2^53 in size, got about ${F.toNumber(x)}`);
  while (side(greatest) !== 1) greatest += 1;
  while (side(greatest - 1) === 1) greatest -= 1;
  let least = greatest;
  while (side(least - 1) === undefined) least -= 1;
  return [least, greatest];
}

/** The greatest integer below x, minus the least one above -x: m - 1 (x <= m) or m (x > m) where the enclosure contains m. */
export function integerBelow<T>(F: Field<T>, x: T): Counts {
  const [least, greatest] = integerAbove(F, F.neg(x));
  return [-greatest, -least];
}

/**
 * d - Pr(X <= j or X >= k). Where j or k has several possible values: positive if d > Pr for the largest event, else not
 * positive if d <= Pr for the smallest event, else NaN.
 */
export function roomBelow<T>(
  F: Field<T>,
  d: T,
  choose: readonly T[],
  [j, k]: readonly [Counts, Counts],
  p: T,
): T {
  const room = (low: number, high: number) =>
    F.sub(d, F.add(upperTail(F, choose, high, p), lowerTail(F, choose, low, p)));
  const worst = room(j[1], k[0]);
  if ((j[0] === j[1] && k[0] === k[1]) || F.sign(worst) === 1) return worst;
  const best = room(j[0], k[1]);
  return F.sign(best) === -1 || F.sign(best) === 0 ? best : F.of(Number.NaN);
}
