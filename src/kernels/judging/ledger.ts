/** Records the worst element of each stage of one call. */
import type { Field } from '../../arithmetic/field.ts';
import { type Dtype, dtypeOf, LARGEST, type StepInput } from '../../model/stepInput.ts';
import { elementError, elementUnit, errorRatio, inUnits, mayExceed, SECOND_ORDER } from './defect.ts';
import type { Spread } from './spread.ts';
import { JUDGED, type JudgedStage } from './stages.ts';

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
  /** Worst error of any element of the stage, in units in the last place of its exact value (see `elementUnit`). */
  readonly worstUlp: number;
  /** Only where a second answer is at hand. */
  readonly spread?: Spread;
}

export const atFault = ({ ratio }: { readonly ratio: number }): boolean => !(ratio <= 1);

type Element = Omit<StageDefect, 'worstUlp' | 'spread'>;

export class Ledger<T> {
  readonly #F: Field<T>;
  readonly #dtype: Dtype;
  readonly #largest: number;
  readonly #found = new Map<JudgedStage, { worst: Element; ulp: number }>();

  constructor(F: Field<T>, input: StepInput) {
    this.#F = F;
    this.#dtype = dtypeOf(input);
    this.#largest = LARGEST[this.#dtype];
  }

  /** Records an element with its exact value and its first-order bound. */
  record(stage: JudgedStage, got: number, exact: T, firstOrder: number, i?: number, j?: number): void {
    let most = this.#found.get(stage);
    // Of a field of doubles most are equal, as the zeros of what does not move.
    if (most && got === exact) return;
    const error = elementError(this.#F, got, exact, this.#largest);
    // Its ratio and its units are 0: the first element is recorded, and no other exceeds.
    if (error === 0 && most) return;
    const size = typeof exact === 'number' ? exact : this.#F.toNumber(exact);
    const bound = SECOND_ORDER * firstOrder;
    const ratio = errorRatio(error, bound);
    if (!most || ratio > most.worst.ratio) {
      const at = i === undefined ? [] : [i, j!];
      const worst = { stage, at, got, exact: size, error, bound, ratio };
      most = { ...(most ?? { ulp: 0 }), worst };
      this.#found.set(stage, most);
    }
    if (error > 0 && mayExceed(error, most.ulp, size, this.#dtype)) {
      const units = inUnits(error, elementUnit(size, bound, this.#dtype));
      if (units > most.ulp) most.ulp = units;
    }
  }

  /** The worst element of each recorded stage, in order of computation. */
  worst(): StageDefect[] {
    return JUDGED.flatMap((stage) => {
      const found = this.#found.get(stage);
      if (!found) return [];
      return { ...found.worst, worstUlp: found.ulp };
    });
  }
}
