/** A recorded training run: the problem, and the parameters after some of its steps. Who trained it, and how, does not matter. */
import type { Optimiser } from '../model/optimiser.ts';
import type { Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';

/** How a run was trained, as far as its record says. */
export interface RecordedRates {
  readonly etaY?: number;
  readonly etaZ?: number;
  readonly momentum?: number;
  /** Sequences of a step. */
  readonly batch?: number;
  /** T: the tokens of a sequence, the query among them. */
  readonly length?: number;
  readonly optimiser?: Optimiser;
}

/** The arithmetic that the parameters were kept in. */
export type RecordedType = 'float32' | 'float64';

/** Unit roundoff: half an ulp of a number is at most this times its size. */
export const UNITS: Readonly<Record<RecordedType, number>> = { float32: 2 ** -24, float64: 2 ** -53 };

/** A run as a record holds it. Every number is finite. */
export interface RecordedRun {
  readonly problem: Problem;
  /** Updates done before each recorded state: whole numbers that rise; the first is the start of what is judged. */
  readonly steps: readonly number[];
  /** Z of each recorded state: query tokens x contextual tokens, in the order of `reducedLayout(problem)`. */
  readonly Z: readonly Matrix<number>[];
  /** Y of each recorded state: contextual tokens (in that order) x all M tokens. */
  readonly Y?: readonly Matrix<number>[];
  /** What is not given is not known. */
  readonly rates?: RecordedRates;
  readonly type: RecordedType;
}
