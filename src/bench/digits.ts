/** Correct digits of a trajectory: norm-wise error relative to a reference. */
import { contains, type Decimal, decimal, exactDecimal, type Interval } from '../arithmetic/decimal.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';
import type { Digits } from './document.ts';
import type { Observation } from './trajectory.ts';

/** The exact state of a backend after some steps. Numbers that are not intervals are intervals of width 0. */
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

export const ofDoubles = (state: Observation): Snapshot => snapshot(state, (x) => point(exactDecimal(x)));

/** The differences are computed with more digits than any backend has, so that they are exact. */
const F = decimal(250);
const size = (x: Decimal): number => Math.abs(F.toNumber(x));

const norm = (xs: readonly Interval[]): number => Math.max(...xs.map(({ lo }) => size(lo)));

/** max |x - r|, where x is the point of each interval that is farthest from the reference r. */
const farthest = (got: readonly Interval[], reference: readonly Interval[]): number =>
  Math.max(
    ...got.map(({ lo, hi }, i) => {
      const r = reference[i].lo;
      return Math.max(size(F.sub(lo, r)), size(F.sub(hi, r)));
    }),
  );

/** -log10(error / scale); infinite for an error of 0, also if scale = 0 (Z = 0 after one step from zero). */
const digitsOf = (error: number, scale: number): number =>
  error === 0 ? Number.POSITIVE_INFINITY : -Math.log10(error / scale);

/**
 * Whether some logit of attention is large enough for e^z to differ from 1 in numbers of so many digits: |z| >= 10^-carried.
 */
export const attentionMoves = ({ Z }: Pick<Snapshot, 'Z'>, carried: number): boolean =>
  norm(Z.flat()) >= 10 ** -carried;

/**
 * The correct decimal digits at each observed step: the minimum over Y, Z and J, clipped to [0, digits of the
 * backend]; NaN if a value is not a number. For a matrix: -log10(max |x - r| / max |r|); for J the same, with max |r|
 * over the observed steps.
 *
 * Norm-wise, not entry-wise: the entries of a gradient are sums of terms of both signs, with rounding errors relative
 * to the terms. An entry that nearly cancels has no relative accuracy in any arithmetic, and one such entry would
 * hide the accuracy of the others. The same holds for J = o_n - log sum_j exp(o_j): J tends to 0, its terms do not.
 *
 * One exception: Z is judged absolutely, 1 in place of max |r|, where attention does not move (`attentionMoves`). Attention depends
 * on z through e^z alone, and e^(z + dz) = e^z (1 + dz + ..): an absolute error of a logit is the relative error of a weight. Where
 * every |r| is below 10^-carried, e^z is 1 in the numbers of the backend, so that the weights have -log10(max |x - r|) digits. And
 * then max |r| measures nothing: where classes share no token, Y on the tokens of a class is f a^T with its one f, so that P_f removes
 * all of Y g = f (a.g), and the exact Z stays 0; the reference's is rounding. That rounding lies below 10^-carried: the reference has twice the
 * digits, so where cancellation makes it larger, by a factor of 10^carried, the backend's own exceeds 1, and it has no digit by either
 * scale. Elsewhere max |r| stays, also below 1, as in early steps: it is stricter, and judges the gradient as well.
 *
 * The error of the reference is negligible if it has twice the digits: if a backend with p digits has lost d, the
 * reference has lost about d too, and its 2p - d correct digits exceed the p - d that are measured.
 */
export function correctDigits(
  got: readonly Snapshot[],
  reference: readonly Snapshot[],
  carried: number,
): number[] {
  const scale = norm(reference.map(({ J }) => J));
  return got.map((state, i) => {
    const right = reference[i];
    const [Y, Z] = [right.Y.flat(), right.Z.flat()];
    const found = [
      digitsOf(farthest(state.Y.flat(), Y), norm(Y)),
      digitsOf(farthest(state.Z.flat(), Z), attentionMoves(right, carried) ? norm(Z) : 1),
      digitsOf(farthest([state.J], [right.J]), scale),
    ];
    return Math.min(carried, ...found.map((digits) => Math.max(0, digits)));
  });
}

/** Whether every interval contains its reference. */
export const containsAll = (got: Snapshot, reference: Snapshot): boolean => {
  const inside = (a: readonly Interval[], b: readonly Interval[]) => a.every((x, i) => contains(x, b[i].lo));
  return (
    inside(got.Y.flat(), reference.Y.flat()) &&
    inside(got.Z.flat(), reference.Z.flat()) &&
    inside([got.J], [reference.J])
  );
};

/** Worst and median over worlds; both null if a world has NaN. */
export function summary(steps: number, digits: readonly number[]): Digits {
  if (digits.some(Number.isNaN)) return { steps, worst: null, median: null };
  const sorted = [...digits].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return { steps, worst: sorted[0], median: (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2 };
}
