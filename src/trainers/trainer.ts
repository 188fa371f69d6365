/** The types that the trainers share; they share no formula. */
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';

/** One sequence of a step: a sampled one (mass = token counts) or a class in the limit T -> inf (mass = P(.|n)). */
export interface TrainingExample {
  /** Index of its class n. */
  readonly cls: number;
  /** Nonnegative, not all 0, aligned with the class's support; any positive multiple gives the same sequence. */
  readonly mass: ArrayLike<number>;
  /** Its share of the objective; the shares of a step sum to 1. */
  readonly weight: number;
}

/** The start of a training; velocities are 0 unless given. */
export interface Start extends Parameters<number> {
  readonly velocityY?: Matrix<number>;
  readonly velocityZ?: Matrix<number>;
}

/** A training: it owns the parameters Y, Z and their velocities. */
export interface Session {
  /**
   * One step of gradient ascent on J = sum weight J(example): velocity' = momentum velocity + dJ, and
   * parameter' = parameter + eta velocity'. Returns the loss -J before the step.
   */
  step(examples: readonly TrainingExample[]): number | Promise<number>;
  /** The current Y and Z in the layout's shape, rounded to doubles where the trainer has more digits. */
  read(): Parameters<number>;
  /** The current velocities of Y and Z; the last step added eta times them. */
  readVelocity(): Parameters<number>;
  /** Frees the session's memory; it cannot be used afterwards. */
  dispose(): void;
}

/** An implementation of training steps in some arithmetic. */
export interface Trainer {
  readonly name: string;
  /** Unit roundoff of the state between steps: 2^-24, 2^-53 or 10^(1-digits)/2. */
  readonly unit: number;
  /** Starts from `start` (layout's shape; a trainer of lower precision rounds the doubles). */
  start(layout: Layout, start: Start, rates: Rates): Promise<Session>;
}

/** A world with the same examples at every step, as in population descent. */
export interface World {
  readonly layout: Layout;
  readonly start: Start;
  readonly rates: Rates;
  readonly examples: readonly TrainingExample[];
}

/** A training of many worlds, with the results of one session each. */
export interface Worlds {
  /** Takes `steps` steps in every world. Returns the loss of each before the last of them. */
  advance(steps: number): number[] | Promise<number[]>;
  /** The current Y and Z of each world, in its layout's shape. */
  read(): Parameters<number>[];
  /** As `Session.readVelocity`, for each world. */
  readVelocity(): Parameters<number>[];
  /** Frees the worlds' memory; they cannot be used afterwards. */
  dispose(): void;
}

/** Trains worlds of any sizes, each with its own rates. */
export interface WorldsTrainer {
  readonly name: string;
  /** As `Trainer.unit`. */
  readonly unit: number;
  /** Starts all of them. @throws BadInput with every fault of what they start from */
  start(worlds: readonly World[]): Promise<Worlds>;
}
