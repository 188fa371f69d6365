/** The error of a computed step relative to its error bounds. */
import { type Decimal, exactDecimal } from '../../arithmetic/decimal.ts';
import type { Field } from '../../arithmetic/field.ts';
import type { Matrix } from '../../model/transformer.ts';
import type { StepBounds } from './bounds.ts';
import type { DoubleState, ExactStep } from './exactStep.ts';

/** The bounds are first-order; this factor covers products of two errors. */
export const SECOND_ORDER = 1.05;

/**
 * One element's error and error/bound.
 * @param largest finite number of the kernel's dtype; if the exact value exceeds it, every result is accepted
 */
export function elementDefect<T>(F: Field<T>, got: number, exact: T, bound: number, largest: number) {
  const value = F.toNumber(exact);
  const beyond = Math.abs(value) > largest;
  const error = beyond ? 0 : Number.isFinite(got) ? Math.abs(F.toNumber(F.sub(F.of(got), exact))) : Infinity;
  // A result that is not finite is a fault for any bound. A bound of NaN (0 times infinity) counts as infinite.
  const ratio = !Number.isFinite(error) ? Infinity : error > 0 && bound < Infinity ? error / bound : 0;
  return { got, exact: value, error, bound, ratio };
}

/** An element of a step with its error and error/bound. */
export interface Defect {
  /** `loss`, `Y[3][0]`, `velocityZ[0][2]`: indices are the layout's. */
  readonly where: string;
  readonly got: number;
  readonly exact: number;
  readonly error: number;
  readonly bound: number;
  /** error / bound; 0 if both are 0, infinite if the result is not finite. */
  readonly ratio: number;
}

const defect = (where: string, got: number, exact: Decimal, bound: number): Defect => {
  const error = Number.isFinite(got) ? exactDecimal(got).minus(exact).abs().toNumber() : Infinity;
  return { where, got, exact: exact.toNumber(), error, bound, ratio: error === 0 ? 0 : error / bound };
};

const parts = ['velocityY', 'velocityZ', 'Y', 'Z'] as const;

/** The defects of all elements of a computed step, the loss first. */
export function defects(exact: ExactStep, bounds: StepBounds, loss: number, after: DoubleState): Defect[] {
  const matrix = (name: (typeof parts)[number], got: Matrix<number>) =>
    got.flatMap((row, i) =>
      row.map((x, j) => defect(`${name}[${i}][${j}]`, x, exact.exact[name][i][j], bounds[name][i][j])),
    );
  return [
    defect('loss', loss, exact.J.negated(), bounds.loss),
    ...parts.flatMap((name) => matrix(name, after[name])),
  ];
}

/** The defect with the largest ratio. */
export const worst = (all: readonly Defect[]): Defect => all.reduce((a, b) => (b.ratio > a.ratio ? b : a));
