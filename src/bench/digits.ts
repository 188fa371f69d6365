/** Correct digits of a trajectory, as a norm-wise error against a reference. */
import { contains, type Decimal, decimal, exactDecimal, type Interval } from '../arithmetic/decimal.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';
import type { Digits } from './document.ts';
import type { Look } from './trajectory.ts';

/** What a backend has after some steps, exactly as it holds it; a point is an interval without width. */
export interface Snapshot extends Parameters<Interval> {
  readonly steps: number;
  /** The objective before the last step. */
  readonly J: Interval;
}

export const point = (x: Decimal): Interval => ({ lo: x, hi: x });

const mapped = <A, B>(m: Matrix<A>, f: (x: A) => B): Matrix<B> => m.map((row) => row.map(f));

export const snapshot = <T>(
  { steps, Y, Z, J }: Parameters<T> & { steps: number; J: T },
  exact: (x: T) => Interval,
): Snapshot => ({ steps, Y: mapped(Y, exact), Z: mapped(Z, exact), J: exact(J) });

export const ofDoubles = (look: Look): Snapshot => snapshot(look, (x) => point(exactDecimal(x)));

/** Digits of the differences: more than any backend has, so that none is lost here. */
const F = decimal(250);
const size = (x: Decimal): number => Math.abs(F.toNumber(x));

const norm = (xs: readonly Interval[]): number => Math.max(...xs.map(({ lo }) => size(lo)));

/** max |x - r|, x the point of each enclosure that is farthest from the reference r. */
const farthest = (got: readonly Interval[], reference: readonly Interval[]): number =>
  Math.max(
    ...got.map(({ lo, hi }, i) => {
      const r = reference[i].lo;
      return Math.max(size(F.sub(lo, r)), size(F.sub(hi, r)));
    }),
  );

/** -log10(error / scale); an error of 0 counts whatever it is relative to (Z has not moved after one step from zero). */
const digitsOf = (error: number, scale: number): number =>
  error === 0 ? Number.POSITIVE_INFINITY : -Math.log10(error / scale);

/**
 * The correct decimal digits after each look at a trajectory: the fewest of those of Y, Z and J, between 0 and what the
 * backend carries; NaN where something is not a number. Those of a matrix are -log10(max |x - r| / max |r|), those of J
 * the same with max |r| over the looks.
 *
 * By norm, not entry by entry: the entries of a gradient are sums of terms of either sign, whose rounding is relative to
 * the terms. An entry that nearly cancels has no relative accuracy in any arithmetic, and one such entry would hide what
 * the others have. So with J = o_n - log sum_j exp(o_j): as it tends to 0, its terms do not.
 *
 * The reference's own error does not show while it has twice the digits: where a backend has lost d digits, so has the
 * reference, about, and 2p - d correct ones are more than the p - d that it is to count as long as p > 0.
 */
export function correctDigits(
  got: readonly Snapshot[],
  reference: readonly Snapshot[],
  carried: number,
): number[] {
  const scale = norm(reference.map(({ J }) => J));
  return got.map((look, i) => {
    const right = reference[i];
    const found = (['Y', 'Z'] as const).map((name) => {
      const r = right[name].flat();
      return digitsOf(farthest(look[name].flat(), r), norm(r));
    });
    found.push(digitsOf(farthest([look.J], [right.J]), scale));
    return Math.min(carried, ...found.map((digits) => Math.max(0, digits)));
  });
}

/** Whether every enclosure contains its reference. */
export const containsAll = (got: Snapshot, reference: Snapshot): boolean => {
  const inside = (a: readonly Interval[], b: readonly Interval[]) => a.every((x, i) => contains(x, b[i].lo));
  return (
    inside(got.Y.flat(), reference.Y.flat()) &&
    inside(got.Z.flat(), reference.Z.flat()) &&
    inside([got.J], [reference.J])
  );
};

/** Worst and median over worlds; both null where a world has none. */
export function summary(steps: number, digits: readonly number[]): Digits {
  if (digits.some(Number.isNaN)) return { steps, worst: null, median: null };
  const sorted = [...digits].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return { steps, worst: sorted[0], median: (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2 };
}
