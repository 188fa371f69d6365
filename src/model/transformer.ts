/** The 1-layer transformer of the paper (section 3), its objective and its gradient, over any field. */
import { dot, type Field, sum } from '../arithmetic/field.ts';
import type { Layout } from './layout.ts';

/** Row by row. */
export type Matrix<T> = T[][];

/** Y: tokens x columns, Z: queries x tokens, in the layout's order. */
export interface Parameters<T> {
  readonly Y: Matrix<T>;
  readonly Z: Matrix<T>;
}

/** A sequence of class `cls` (index n) as its token masses: counts C_l, or P(l|n) in the limit T -> inf. */
export interface Example<T> {
  readonly cls: number;
  /** Nonnegative, aligned with the class's support; any positive multiple gives the same sequence. */
  readonly mass: readonly T[];
  /** Its share of the objective; the shares of a step sum to 1. */
  readonly weight: T;
}

/** What the forward pass computes for one sequence. */
export interface Forward<T> {
  /** v (or c): attention over the class's support, sum 1. */
  readonly attention: T[];
  /** f = v / ||v||_2. */
  readonly f: T[];
  /** o = Y^T f, per column. */
  readonly logits: T[];
  /** alpha = softmax(o), per column (each of its `multiplicity` copies has this probability). */
  readonly alpha: T[];
  /** e_n - alpha per column; at n the sum of the other alphas, so that no digits cancel as alpha_n -> 1. */
  readonly residual: T[];
  /** J = o_n - log sum_j exp(o_j), to be maximised; the cross-entropy is -J. */
  readonly J: T;
}

export const zeros = <T>(F: Field<T>, rows: number, columns: number): Matrix<T> => {
  const zero = F.of(0);
  return Array.from({ length: rows }, () => new Array<T>(columns).fill(zero));
};

/** A double near the largest entry: exponentials are shifted by it, which changes no quotient. */
const shiftOf = <T>(F: Field<T>, xs: readonly T[]): T => {
  const shift = Math.max(...xs.map(F.toNumber));
  if (!Number.isFinite(shift)) return F.of(0);
  const near = F.of(shift);
  if (Math.abs(shift) < 2 ** 53) return near;
  // From 2^53 on a double may be so far from a number with more digits that the exponential of the difference overflows.
  return F.add(near, F.of(Math.max(...xs.map((x) => F.toNumber(F.sub(x, near))))));
};

/**
 * v_l = C_l exp(z_l) / sum_k C_k exp(z_k).
 * @param z logits Z[m, l] aligned with `mass`
 */
export function attention<T>(F: Field<T>, z: readonly T[], mass: readonly T[]): T[] {
  const shift = shiftOf(
    F,
    z.filter((_, i) => F.sign(mass[i]) !== 0),
  );
  const e = z.map((x, i) => (F.sign(mass[i]) === 0 ? F.of(0) : F.mul(mass[i], F.exp(F.sub(x, shift)))));
  const total = sum(F, e);
  return e.map((x) => F.div(x, total));
}

/** f = v / ||v||_2; there is no epsilon. */
export function normalise<T>(F: Field<T>, v: readonly T[]): T[] {
  const norm = F.sqrt(dot(F, v, v));
  return v.map((x) => F.div(x, norm));
}

/** o = Y^T f, with the rows of Y at `support`, per column. */
export const decoderLogits = <T>(
  F: Field<T>,
  Y: Matrix<T>,
  support: readonly number[],
  f: readonly T[],
): T[] =>
  Y[support[0]].map((first, j) => {
    let o = F.mul(f[0], first);
    for (let i = 1; i < f.length; i++) o = F.add(o, F.mul(f[i], Y[support[i]][j]));
    return o;
  });

/** Probabilities, residual and objective from logits; column j represents `multiplicity[j]` equal ones. */
export function softmax<T>(
  F: Field<T>,
  logits: readonly T[],
  target: number,
  multiplicity?: readonly number[],
): Pick<Forward<T>, 'alpha' | 'residual' | 'J'> {
  const shift = shiftOf(F, logits);
  const e = logits.map((o) => F.exp(F.sub(o, shift)));
  const copies = multiplicity ? multiplicity.map((k, j) => (k === 1 ? e[j] : F.mul(F.of(k), e[j]))) : e;
  const others = sum(
    F,
    copies.filter((_, j) => j !== target),
  );
  const total = F.add(others, copies[target]);
  const alpha = e.map((x) => F.div(x, total));
  const residual = alpha.map((a, j) => (j === target ? F.div(others, total) : F.neg(a)));
  return { alpha, residual, J: F.sub(F.sub(logits[target], shift), F.ln(total)) };
}

/** From attention over the support of class `cls` to logits, probabilities, residual and objective. */
export function decode<T>(F: Field<T>, layout: Layout, Y: Matrix<T>, cls: number, v: T[]): Forward<T> {
  const { support, target } = layout.classes[cls];
  const f = normalise(F, v);
  const logits = decoderLogits(F, Y, support, f);
  return { attention: v, f, logits, ...softmax(F, logits, target, layout.multiplicity) };
}

/** The forward pass of one sequence: attention of its query, features, logits, probabilities, objective. */
export function forward<T>(
  F: Field<T>,
  layout: Layout,
  { Y, Z }: Parameters<T>,
  { cls, mass }: Example<T>,
): Forward<T> {
  const { support, row } = layout.classes[cls];
  return decode(
    F,
    layout,
    Y,
    cls,
    attention(
      F,
      support.map((l) => Z[row][l]),
      mass,
    ),
  );
}

/** P_f g = g - f (f.g), the projection onto the complement of the unit vector f. */
export const project = <T>(F: Field<T>, f: readonly T[], g: readonly T[]): T[] => {
  const along = dot(F, f, g);
  return g.map((x, i) => F.sub(x, F.mul(f[i], along)));
};
