import { type Field, type IntervalField, sum } from '../arithmetic/field.ts';
import { elementwise } from '../model/attentionKernels.ts';
import type { Layout } from '../model/layout.ts';
import { type Problem, probabilities } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import { attention, type Matrix, normalise } from '../model/transformer.ts';
import type { RungInfo } from './tree.ts';

/**
 * The data of a rung that claims use: the attention logits and their change. It does not contain the trainer or the
 * precision that produced the numbers.
 */
export interface Motion<T> {
  readonly problem: Problem;
  readonly layout: Layout;
  /** Steps before this motion (discrete rungs), t on the flows; 0 for a single state. */
  readonly time: number;
  /** The learning rates of a discrete rung or a flow. */
  readonly rates?: Rates;
  /** Z, queries x tokens. */
  readonly Z: Matrix<T>;
  /** Z(t+1) - Z(t) on the discrete rungs, dZ/dt on the flows; dZ/dt up to a common positive factor elsewhere. */
  readonly dZ: Matrix<T>;
  /** f_n over each class's support, in the limit T -> inf: c_n / ||c_n||. */
  readonly f: readonly (readonly T[])[];
}

/** A version of the dynamics: a step from stochastic training to the theorems, or another model. */
export interface Rung<W> extends RungInfo {
  /** The motions of a world, in order; every exact formula is evaluated in `F`. */
  motions<T>(F: Field<T>, world: W): Iterable<Motion<T>>;
  /**
   * The same motions in enclosures that grow with the curvature of the objective alone, where the rung has them; undefined for a world that is not
   * of their kind (momentum). Throws EnclosureEnds where they become too wide.
   */
  enclosed?<T>(F: IntervalField<T>, world: W): Iterable<Motion<T>> | undefined;
}

/**
 * f_n = c_n / ||c_n||_2 with c~_l|n = P(l|n) exp(Z[m, l]) (Lemma 2), per class over its support; phi in place of exp where the
 * layout's model has another kernel. Of a model with other features it is their direction before the mean is subtracted.
 */
export function populationFeatures<T>(F: Field<T>, problem: Problem, layout: Layout, Z: Matrix<T>): T[][] {
  return problem.classes.map((c, n) => normalise(F, populationAttention(F, c, layout, Z, n)));
}

/** c_n over the support of class n (Eq. 5), by the kernel of the layout's model. */
export const populationAttention = <T>(
  F: Field<T>,
  c: Problem['classes'][number],
  layout: Layout,
  Z: Matrix<T>,
  n: number,
): T[] => {
  const { support, row } = layout.classes[n];
  const z = support.map((l) => Z[row][l]);
  const mass = probabilities(F, c);
  const kernel = layout.model?.attention;
  if (kernel === undefined || kernel.shifts) return attention(F, z, mass);
  const u = z.map((x, i) => F.mul(mass[i], kernel.phi(elementwise(F), x)));
  const total = sum(F, u);
  return u.map((x) => F.div(x, total));
};

/**
 * All of them have one getter: V8 keeps the getter of an object literal, and with it every Z of a run, until a full collection, which
 * takes more than half of the time of a run.
 */
class LazyMotion<T> {
  static readonly #f = {
    // `{ ...motion, dZ }` has f too.
    enumerable: true,
    get(this: LazyMotion<unknown>) {
      this.#features ??= populationFeatures(this.#F, this.problem, this.layout, this.Z);
      return this.#features;
    },
  };

  readonly #F: Field<T>;
  #features: T[][] | undefined;
  readonly problem: Problem;
  readonly layout: Layout;
  readonly rates?: Rates;
  readonly time: number;
  readonly Z: Matrix<T>;
  readonly dZ: Matrix<T>;
  declare readonly f: T[][];

  constructor(F: Field<T>, { problem, layout, rates, time, Z, dZ }: Omit<Motion<T>, 'f'>) {
    this.#F = F;
    this.problem = problem;
    this.layout = layout;
    this.rates = rates;
    this.time = time;
    this.Z = Z;
    this.dZ = dZ;
    Object.defineProperty(this, 'f', LazyMotion.#f);
  }
}

/** A motion with the features of its Z, in the limit T -> inf. They are computed when they are read: few claims read them. */
export const motionAt = <T>(F: Field<T>, parts: Omit<Motion<T>, 'f'>): Motion<T> => new LazyMotion(F, parts);
