/** Logarithmic norms of enclosed Jacobians: how fast two solutions of a differential equation can part. */
import { dot, type IntervalField } from '../arithmetic/field.ts';

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

/** Whether Cholesky's decomposition of shift I - A ends in float64: every pivot is positive. */
function decomposes(A: readonly (readonly number[])[], shift: number): boolean {
  const R: number[][] = [];
  for (const [i, row] of A.entries()) {
    const r: number[] = [];
    for (let j = 0; j <= i; j++) {
      let value = i === j ? shift - row[i] : -row[j];
      for (let k = 0; k < j; k++) value -= r[k] * (j < i ? R[j][k] : r[k]);
      r.push(j < i ? value / R[j][j] : Math.sqrt(value));
    }
    if (!(r[i] > 0)) return false;
    R.push(r);
  }
  return true;
}

/** Halvings of the range of the largest eigenvalue: it is found to 2^-13 of the largest row sum. */
const HALVINGS = 14;

/**
 * An upper bound of the largest eigenvalue of a symmetric matrix A of doubles. It is at most the largest row sum of moduli, `size`
 * (Gershgorin). If Cholesky's decomposition of H = shift I - A ends in float64, then H + D = R^T R with |D_ij| <= e sqrt(H_ii H_jj),
 * e = g/(1 - g), g = (n + 1) u/(1 - (n + 1) u), u = 2^-53 (Demmel 1989; Higham, Accuracy and Stability, theorem 10.3): no eigenvalue of H is below
 * -e tr H >= -e n (|shift| + size), and none of A above shift + e n (|shift| + size). Eight times (n + 2) u in place of e covers the rounding of H's
 * diagonal, of row sums and of this sum too, and 1e-290 what underflows.
 */
function largestEigenvalue(A: readonly (readonly number[])[]): number {
  const n = A.length;
  const size = Math.max(...A.map((row) => row.reduce((s, x) => s + Math.abs(x), 0)));
  let [low, high] = [-size, size];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    if (decomposes(A, middle)) high = middle;
    else low = middle;
  }
  return high + 8 * (n + 2) * 2 ** -53 * n * (Math.abs(high) + size) + 1e-290;
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
 * W^(1/2); undefined where J is unbounded. The symmetric part is A + D with A a matrix of doubles and D enclosed, and its largest eigenvalue is
 * at most that of A plus the norm of D.
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
      // `toNumber` rounds to the digits of the field, at least 14, and to a double.
      const off = F.sub(x, F.of(A[i][j]));
      const modulus = Math.max(F.toNumber(upper(F, off)), F.toNumber(upper(F, F.neg(off))));
      D[i][j] = modulus * (1 + 1e-12) + Number.MIN_VALUE;
      D[j][i] = D[i][j];
    }
  return upper(F, F.add(F.of(largestEigenvalue(A)), perron(F, D)));
}
