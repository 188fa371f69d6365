/** The worlds of the rungs: a problem, with a state of its parameters or the rates and length of a training. */

import type { Normaliser } from '../model/model.ts';
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';

/** A problem with attention logits in its reduced layout: a state of the rungs on which only z moves. */
export interface PointWorld {
  readonly problem: Problem;
  readonly Z: Matrix<number>;
}

/** A training run from the zero start, long enough to reach every stage at moderate rates. */
export interface RunWorld {
  readonly problem: Problem;
  readonly rates: Rates;
  readonly steps: number;
}

/** A run of another model, or with another optimiser (in `rates`); what is left out is the paper's. */
export interface ModelWorld extends RunWorld {
  /** The name of an attention kernel. */
  readonly kernel?: string;
  readonly normaliser?: Normaliser;
  /** lambda. */
  readonly residual?: number;
  readonly heads?: number;
  /** Set where Z starts uniform on [-1/sqrt(M), 1/sqrt(M)], drawn from it, because heads that start equal stay equal. */
  readonly seed?: number;
}

/** A state of attention of another model. */
export interface ModelPointWorld
  extends PointWorld,
    Pick<ModelWorld, 'kernel' | 'normaliser' | 'residual' | 'heads'> {}

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

/** Attention is fixed at random logits, and the decoder learns from one class per step. */
export interface FrozenWorld {
  readonly problem: Problem;
  /** The fixed attention logits, queries x tokens. */
  readonly Z: Matrix<number>;
  readonly etaY: number;
  readonly steps: number;
  /** Seed of the classes of the steps. */
  readonly seed: number;
  /** If set, the class of every step. */
  readonly only?: number;
  /** Classes are drawn in proportion to these, uniformly without them. */
  readonly weights?: readonly number[];
  /** Set where Assumption 2 holds by construction. */
  readonly assumption2?: true;
}
