/** Logarithmic norms of enclosed Jacobians: how fast two solutions of a differential equation can part. */
import { jacobi } from '../arithmetic/eigen.ts';
import { dot, type Field, type IntervalField } from '../arithmetic/field.ts';

/** The upper end, as a point interval. */
export const upper = <T>(F: IntervalField<T>, a: T): T => F.neg(F.lower(F.neg(a)));

/** Powers of the matrix in `perron`: heuristic, any number of them gives a bound. */
const POWERS = 5;

/** ||e||^2 = sum_i w_i e_i^2, in intervals. */
export function metric<T>(F: IntervalField<T>, weights: readonly number[]) {
  const roots = weights.map((w) => F.sqrt(F.of(w)));
  return {
    roots,
    /** An upper bound of ||e|| for every e in the box. */
    norm: (e: readonly T[]): T => {
      let total = F.of(0);
      for (const [i, x] of e.entries()) {
        const scaled = F.mul(roots[i], x);
        total = F.add(total, F.mul(scaled, scaled));
      }
      return upper(F, F.sqrt(total));
    },
    /** The box around the ball of this radius. */
    ball: (radius: T): T[] => roots.map((root) => F.mul(F.between(-1, 1), F.div(radius, root))),
  };
}

/** Whether the symmetric matrix shift I - A is positive definite: all pivots are positive. */
function below<T>(F: Field<T>, A: readonly (readonly number[])[], shift: T): boolean {
  const rows = A.map((row, i) => row.map((x, j) => (i === j ? F.sub(shift, F.of(x)) : F.of(-x))));
  for (let k = 0; k < rows.length; k++) {
    if (F.sign(rows[k][k]) !== 1) return false;
    for (let i = k + 1; i < rows.length; i++) {
      const factor = F.div(rows[i][k], rows[k][k]);
      for (let j = k + 1; j < rows.length; j++) rows[i][j] = F.sub(rows[i][j], F.mul(factor, rows[k][j]));
    }
  }
  return true;
}

/**
 * An upper bound of the norm of a symmetric matrix whose entries have moduli of at most `most`: the largest quotient (most x)_i / x_i for any
 * positive x (Collatz), here a few powers of the matrix applied to ones, which is nearly the best x.
 */
function perron<T>(F: IntervalField<T>, most: readonly (readonly number[])[]): T {
  let x = most.map(() => 1);
  for (let k = 0; k < POWERS; k++) {
    const y = most.map((row) => row.reduce((s, d, j) => s + d * x[j], 0));
    const size = Math.max(...y);
    // Never 0, so that the quotients exist.
    x = y.map((v) => Math.max(v / size || 0, 1e-3));
  }
  const quotients = most.map((row, i) => upper(F, F.div(dot(F, row.map(F.of), x.map(F.of)), F.of(x[i]))));
  return quotients.reduce((a, b) => (F.sign(F.sub(b, a)) === 1 ? b : a));
}

/**
 * An upper bound of the logarithmic norm of J, the largest eigenvalue of the symmetric part of W^(1/2) J W^(-1/2), `roots` the diagonal of
 * W^(1/2); undefined where J is unbounded. The symmetric part of W^(1/2) J W^(-1/2) is A + D with A a matrix of doubles and D enclosed, and its largest eigenvalue is at
 * most that of A plus the norm of D. A's is found in float64 and verified by the pivots of mu I - A.
 */
export function logarithmicNorm<T>(
  F: IntervalField<T>,
  J: readonly (readonly T[])[],
  roots: readonly T[],
): T | undefined {
  const scaled = J.map((row, i) => row.map((x, j) => F.div(F.mul(roots[i], x), roots[j])));
  const A = J.map(() => J.map(() => 0));
  const D = J.map(() => J.map(() => 0));
  for (let i = 0; i < J.length; i++)
    for (let j = 0; j <= i; j++) {
      const x = F.div(F.add(scaled[i][j], scaled[j][i]), F.of(2));
      A[i][j] = F.toNumber(x);
      A[j][i] = A[i][j];
      if (!Number.isFinite(A[i][j])) return undefined;
      // The double nearest to an upper bound is at most half an ulp below it.
      const off = F.sub(x, F.of(A[i][j]));
      const modulus = Math.max(F.toNumber(upper(F, off)), F.toNumber(upper(F, F.neg(off))));
      D[i][j] = modulus * (1 + Number.EPSILON) + Number.MIN_VALUE;
      D[j][i] = D[i][j];
    }
  const values = jacobi(A).values;
  const size = Math.max(...values.map(Math.abs));
  for (let slack = 1e-12; slack < 1; slack *= 100) {
    const shift = F.of(Math.max(...values) + slack * size + Number.MIN_VALUE);
    if (below(F, A, shift)) return upper(F, F.add(shift, perron(F, D)));
  }
  return undefined;
}
