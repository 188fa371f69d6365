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

/** Receives the elements of one stage. */
export interface StageRecorder<T> {
  /** Records an element with its exact value and its first-order bound. */
  record(got: number, exact: T, firstOrder: number, i?: number, j?: number): void;
}

/** The worst element of one stage so far. Loops over elements ask for it once: to find the stage takes as long as to record. */
class StageLedger<T> implements StageRecorder<T> {
  readonly #F: Field<T>;
  readonly #stage: JudgedStage;
  readonly #dtype: Dtype;
  readonly #largest: number;
  #worst: Element | undefined;
  #ulp = 0;

  constructor(F: Field<T>, stage: JudgedStage, dtype: Dtype) {
    this.#F = F;
    this.#stage = stage;
    this.#dtype = dtype;
    this.#largest = LARGEST[dtype];
  }

  record(got: number, exact: T, firstOrder: number, i?: number, j?: number): void {
    const worst = this.#worst;
    // Of a field of doubles most are equal, as the zeros of what does not move.
    if (worst && got === exact) return;
    const error = elementError(this.#F, got, exact, this.#largest);
    // Its ratio and its units are 0: the first element is recorded, and no other exceeds.
    if (error === 0 && worst) return;
    const size = typeof exact === 'number' ? exact : this.#F.toNumber(exact);
    const bound = SECOND_ORDER * firstOrder;
    const ratio = errorRatio(error, bound);
    if (!worst || ratio > worst.ratio) {
      const at = i === undefined ? [] : [i, j!];
      this.#worst = { stage: this.#stage, at, got, exact: size, error, bound, ratio };
    }
    if (error > 0 && mayExceed(error, this.#ulp, size, this.#dtype)) {
      const units = inUnits(error, elementUnit(size, bound, this.#dtype));
      if (units > this.#ulp) this.#ulp = units;
    }
  }

  defect(): StageDefect | undefined {
    return this.#worst && { ...this.#worst, worstUlp: this.#ulp };
  }
}

export class Ledger<T> {
  readonly #F: Field<T>;
  readonly #dtype: Dtype;
  readonly #stages = new Map<JudgedStage, StageLedger<T>>();

  constructor(F: Field<T>, input: StepInput) {
    this.#F = F;
    this.#dtype = dtypeOf(input);
  }

  /** What records the elements of a stage. */
  of(stage: JudgedStage): StageRecorder<T> {
    let found = this.#stages.get(stage);
    if (!found) {
      found = new StageLedger(this.#F, stage, this.#dtype);
      this.#stages.set(stage, found);
    }
    return found;
  }

  record(stage: JudgedStage, got: number, exact: T, firstOrder: number, i?: number, j?: number): void {
    this.of(stage).record(got, exact, firstOrder, i, j);
  }

  /** The worst element of each recorded stage, in order of computation. */
  worst(): StageDefect[] {
    return JUDGED.flatMap((stage) => this.#stages.get(stage)?.defect() ?? []);
  }
}
