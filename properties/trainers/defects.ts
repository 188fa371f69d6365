/** The errors of all elements of a trainer's step, relative to their bounds. */
import { type Decimal, exactDecimal } from '../../src/arithmetic/decimal.ts';
import type { Matrix } from '../../src/model/transformer.ts';
import type { DoubleState, ExactStep } from './exactStep.ts';
import type { StepBounds } from './stepBounds.ts';

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
