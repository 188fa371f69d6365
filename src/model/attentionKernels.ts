/** What multiplies the counts in attention, v_l = C_l phi(z_l) / sum_k C_k phi(z_k): softmax is one choice of several. */
import type { Field } from '../arithmetic/field.ts';

/** The operations that phi may use: on one number of a field, or on every number of a tensor. */
export interface Elementwise<T> {
  /** The double `value`. */
  of(value: number): T;
  /** a + b. */
  add(a: T, b: T): T;
  /** a b. */
  mul(a: T, b: T): T;
  /** a / b. */
  div(a: T, b: T): T;
  /** -a. */
  neg(a: T): T;
  /** e^a. */
  exp(a: T): T;
  /** x where it is positive, else 0. */
  positivePart(a: T): T;
}

/** A nondecreasing function phi >= 0. A new one is an entry of `attentionKernels`, and nothing else. */
export interface AttentionKernel {
  readonly id: string;
  /** phi(z) in TeX. */
  readonly formula: string;
  /** phi(z + s) = phi(z) e^s: attention depends on differences of logits, so that they may be shifted. */
  readonly shifts: boolean;
  /** phi(z), of a number of a field or of all entries of a tensor. */
  phi<T>(A: Elementwise<T>, z: T): T;
  /** phi'(z). Automatic differentiation finds it from phi. */
  slope<T>(F: Field<T>, z: T): T;
}

/** The operations of a field. Where the sign is not known the positive part is NaN, or unbounded. */
export const elementwise = <T>(F: Field<T>): Elementwise<T> => ({
  of: F.of,
  add: F.add,
  mul: F.mul,
  div: F.div,
  neg: F.neg,
  exp: F.exp,
  positivePart: (x) => choose(F, x, x, F.of(0)),
});

/** `positive` where x > 0, `other` where x <= 0, and NaN or unbounded where that is not known. */
function choose<T>(F: Field<T>, x: T, positive: T, other: T): T {
  const sign = F.sign(x);
  if (sign === undefined) return F.div(F.of(0), F.of(0));
  return sign > 0 ? positive : other;
}

const onePlus = <T>(A: Elementwise<T>, z: T): T => A.add(A.of(1), z);
const sigmoid = <T>(A: Elementwise<T>, z: T): T => A.div(A.of(1), onePlus(A, A.exp(A.neg(z))));

/** The kernels that trainers know by name; the first is the paper's. */
export const attentionKernels: readonly AttentionKernel[] = [
  {
    id: 'exp',
    formula: 'e^z',
    shifts: true,
    phi: (A, z) => A.exp(z),
    slope: (F, z) => F.exp(z),
  },
  {
    id: 'linear',
    formula: '(1 + z)_+',
    shifts: false,
    phi: (A, z) => A.positivePart(onePlus(A, z)),
    slope: (F, z) => choose(F, F.add(F.of(1), z), F.of(1), F.of(0)),
  },
  {
    id: 'sigmoid',
    formula: '1 / (1 + e^{-z})',
    shifts: false,
    phi: sigmoid,
    // phi(-z) is 1 - phi(z) without cancellation.
    slope: (F, z) => F.mul(sigmoid(elementwise(F), z), sigmoid(elementwise(F), F.neg(z))),
  },
  {
    id: 'squared-relu',
    formula: '(1 + z)_+^2',
    shifts: false,
    phi: (A, z) => {
      const x = A.positivePart(onePlus(A, z));
      return A.mul(x, x);
    },
    slope: (F, z) => {
      const x = elementwise(F).positivePart(F.add(F.of(1), z));
      return F.add(x, x);
    },
  },
];
