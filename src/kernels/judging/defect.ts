/** How far a computed step lies from the exact one, in units of its bounds. */
import { type Decimal, exactDecimal } from '../../arithmetic/decimal.ts';
import type { Field } from '../../arithmetic/field.ts';
import type { Matrix } from '../../model/transformer.ts';
import type { StepBounds } from './bounds.ts';
import type { DoubleState, ExactStep } from './exactStep.ts';

/** Bounds are of first order; products of two errors are covered by this factor. */
export const SECOND_ORDER = 1.05;

/**
 * One element's error against its bound, in a field that holds the exact value.
 * @param largest finite number of the kernel's dtype: where the exact value lies beyond, anything goes
 */
export function elementDefect<T>(F: Field<T>, got: number, exact: T, bound: number, largest: number) {
  const value = F.toNumber(exact);
  const beyond = Math.abs(value) > largest;
  const error = beyond ? 0 : Number.isFinite(got) ? Math.abs(F.toNumber(F.sub(F.of(got), exact))) : Infinity;
  // What is no number is a fault whatever the bound; a bound of 0 times infinity bounds as little as infinity does.
  const ratio = !Number.isFinite(error) ? Infinity : error > 0 && bound < Infinity ? error / bound : 0;
  return { got, exact: value, error, bound, ratio };
}

/** One element's error against its bound. */
export interface Defect {
  /** `loss`, `Y[3][0]`, `velocityZ[0][2]`: indices are the layout's. */
  readonly where: string;
  readonly got: number;
  readonly exact: number;
  readonly error: number;
  readonly bound: number;
  /** error / bound; 0 where both are 0, infinite where what came is not a number. */
  readonly ratio: number;
}

const defect = (where: string, got: number, exact: Decimal, bound: number): Defect => {
  const error = Number.isFinite(got) ? exactDecimal(got).minus(exact).abs().toNumber() : Infinity;
  return { where, got, exact: exact.toNumber(), error, bound, ratio: error === 0 ? 0 : error / bound };
};

const parts = ['velocityY', 'velocityZ', 'Y', 'Z'] as const;

/** Every element of a computed step, the loss first. */
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

/** The defect of greatest ratio. */
export const worst = (all: readonly Defect[]): Defect => all.reduce((a, b) => (b.ratio > a.ratio ? b : a));
