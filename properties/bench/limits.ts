/** Lower and upper limits of the digits of a correct trainer after its first step, from the derived bounds. */
import { type Decimal, exactDecimal } from '../../src/arithmetic/decimal.ts';
import type { Work } from '../../src/bench/work.ts';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import { exactStep } from '../trainers/exactStep.ts';
import { stepBounds } from '../trainers/stepBounds.ts';

const zeros = (m: readonly (readonly number[])[]) => m.map((row) => row.map(() => 0));
const largest = (xs: readonly number[]) => Math.max(...xs.map(Math.abs));
/** Digits of a norm-wise error as in the bench, implemented independently. */
const digitsOf = (error: number, scale: number) =>
  error === 0 ? Infinity : Math.max(0, -Math.log10(error / scale));

/** One step from the start of a world: the exact result and its derived error bounds. */
function firstStep({ layout, start, rates, examples }: Work, arithmetic: Roundoff) {
  const before = { ...start, velocityY: zeros(start.Y), velocityZ: zeros(start.Z) };
  const exact = exactStep(layout, before, examples, rates);
  return { exact, bounds: stepBounds(layout, exact, rates, arithmetic) };
}

/** Fewest digits of a correct trainer in this arithmetic after one step. */
export function floor(work: Work, arithmetic: Roundoff): number {
  const { exact, bounds } = firstStep(work, arithmetic);
  const { Y, Z } = exact.after;
  // From Y = 0, g = Y (e_n - alpha) is 0 in every arithmetic, and Z stays at 0 without an error.
  const still = work.start.Y.flat().every((y) => y === 0);
  return Math.min(
    digitsOf(largest(bounds.Y.flat()), largest(Y.flat())),
    digitsOf(still ? 0 : largest(bounds.Z.flat()), largest(Z.flat())),
    digitsOf(bounds.loss, Math.abs(exact.J.toNumber())),
  );
}

/** Most digits of a trainer with this representation: those of the rounded exact result. */
export function ceiling(work: Work, arithmetic: Roundoff, round: (x: number) => number): number {
  const { exact } = firstStep(work, arithmetic);
  const rounding = (xs: readonly Decimal[]) => {
    const sizes = xs.map((x) => x.abs().toNumber());
    const errors = xs.map((x) =>
      x
        .minus(exactDecimal(round(x.toNumber())))
        .abs()
        .toNumber(),
    );
    return digitsOf(Math.max(...errors), Math.max(...sizes));
  };
  return Math.min(rounding(exact.exact.Y.flat()), rounding(exact.exact.Z.flat()), rounding([exact.J]));
}
