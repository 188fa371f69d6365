/** The worlds that the rungs take: a problem, and where its parameters stand or how they are trained. */
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';

/** A problem with attention logits in its reduced layout: a state of the rungs where z alone moves. */
export interface PointWorld {
  readonly problem: Problem;
  readonly Z: Matrix<number>;
}

/** A training run from the zero start, long enough to see every stage at moderate rates. */
export interface RunWorld {
  readonly problem: Problem;
  readonly rates: Rates;
  readonly steps: number;
}

/** A stochastic run: the batches are drawn from `seed`. */
export interface SampledWorld extends RunWorld {
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
}

/** A trajectory from the zero start up to t = `end`; momentum is 0. */
export interface FlowWorld {
  readonly problem: Problem;
  readonly rates: Rates;
  readonly end: number;
}

/** Attention stands still at a random place, and the decoder learns from one class a step. */
export interface FrozenWorld {
  readonly problem: Problem;
  /** Where attention stands, queries x tokens. */
  readonly Z: Matrix<number>;
  readonly etaY: number;
  readonly steps: number;
  /** The classes of the steps are drawn from it. */
  readonly seed: number;
  /** The one class of every step, where there is but one. */
  readonly only?: number;
  /** Classes are drawn in proportion to these, uniformly where they are left out. */
  readonly weights?: readonly number[];
  /** Set where Assumption 2 holds by construction. */
  readonly assumption2?: true;
}
