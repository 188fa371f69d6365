/** Records the worst element of each stage of one call. */
import type { Field } from '../../arithmetic/field.ts';
import { dtypeOf, LARGEST, type StepInput } from '../../model/stepInput.ts';
import { elementError, errorRatio, SECOND_ORDER } from './defect.ts';

/** All stages that are checked, in order of computation. The first that exceeds its bound is reported as the fault. */
export const JUDGED = [
  'attention',
  'features',
  'logits',
  'probabilities',
  'loss',
  'gradientY',
  'gradientZ',
  'velocityY',
  'velocityZ',
  'Y',
  'Z',
] as const;
/** A stage, or an output of the step: what has an error bound. */
export type JudgedStage = (typeof JUDGED)[number];

/** The worst element of a stage. */
export interface StageDefect {
  readonly stage: JudgedStage;
  /** Row and column of the stage's matrix; empty for the loss. */
  readonly at: readonly number[];
  readonly got: number;
  readonly exact: number;
  readonly error: number;
  readonly bound: number;
  /** error / bound: above 1 is a fault. 0 if there is no error, infinite if the result is not finite. */
  readonly ratio: number;
}

export const atFault = ({ ratio }: { readonly ratio: number }): boolean => !(ratio <= 1);

export class Ledger<T> {
  readonly #F: Field<T>;
  readonly #largest: number;
  readonly #found = new Map<JudgedStage, StageDefect>();

  constructor(F: Field<T>, input: StepInput) {
    this.#F = F;
    this.#largest = LARGEST[dtypeOf(input)];
  }

  /** Records an element with its exact value and its first-order bound. */
  record(stage: JudgedStage, got: number, exact: T, firstOrder: number, i?: number, j?: number): void {
    const error = elementError(this.#F, got, exact, this.#largest);
    const bound = SECOND_ORDER * firstOrder;
    const ratio = errorRatio(error, bound);
    const most = this.#found.get(stage);
    if (most && ratio <= most.ratio) return;
    const at = i === undefined ? [] : [i, j!];
    this.#found.set(stage, { stage, at, got, exact: this.#F.toNumber(exact), error, bound, ratio });
  }

  /** The worst element of each recorded stage, in order of computation. */
  worst(): StageDefect[] {
    return JUDGED.flatMap((stage) => this.#found.get(stage) ?? []);
  }
}
