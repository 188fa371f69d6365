/** What the trainers have in common: types, no formulas. */
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

/** Where training starts: at rest, unless velocities are given. */
export interface Start extends Parameters<number> {
  readonly velocityY?: Matrix<number>;
  readonly velocityZ?: Matrix<number>;
}

/** Training under way: it owns parameters Y, Z and their velocities. */
export interface Session {
  /**
   * One step of gradient ascent on J = sum weight J(example): velocity' = momentum velocity + dJ, and
   * parameter' = parameter + eta velocity'. Returns the loss -J before the step.
   */
  step(examples: readonly TrainingExample[]): number | Promise<number>;
  /** Y and Z now, in the layout's shape (rounded to doubles where the trainer carries more). */
  read(): Parameters<number>;
  /** The velocities of Y and Z now; what the last step added is eta times them. */
  readVelocity(): Parameters<number>;
  /** Frees what the session holds; it cannot be used afterwards. */
  dispose(): void;
}

/** One way of computing training steps: an arithmetic and an implementation. */
export interface Trainer {
  readonly name: string;
  /** Unit roundoff of what it carries between steps: 2^-24 or 2^-53, or 10^(1-digits)/2. */
  readonly unit: number;
  /** Starts from `start` (layout's shape, doubles; a trainer of less precision rounds them). */
  start(layout: Layout, start: Start, rates: Rates): Promise<Session>;
}

/** A world that sees the same examples at every step, as in population descent. */
export interface World {
  readonly layout: Layout;
  readonly start: Start;
  readonly rates: Rates;
  readonly examples: readonly TrainingExample[];
}

/** Many worlds under way: each as it would be in a session of its own. */
export interface Worlds {
  /** Takes `steps` steps in every world. Returns the loss of each before the last of them. */
  advance(steps: number): number[] | Promise<number[]>;
  /** Y and Z of each now, in its own layout's shape. */
  read(): Parameters<number>[];
  /** As `Session.readVelocity`, of each. */
  readVelocity(): Parameters<number>[];
  /** Frees what the worlds hold; they cannot be used afterwards. */
  dispose(): void;
}

/** Trains worlds of any sizes side by side, each with rates of its own. */
export interface WorldsTrainer {
  readonly name: string;
  /** As of `Trainer`. */
  readonly unit: number;
  start(worlds: readonly World[]): Promise<Worlds>;
}
