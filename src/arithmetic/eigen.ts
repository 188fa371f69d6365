import { dot, type Field } from './field.ts';
import { inverse } from './linear.ts';

export interface Eigen {
  /** In decreasing modulus, as in the paper. */
  readonly values: readonly number[];
  /** vectors[i] belongs to values[i]; unit length up to rounding. */
  readonly vectors: readonly (readonly number[])[];
}

/** Cyclic Jacobi rotations in float64: A becomes diagonal, V is multiplied by the rotations. */
function rotate(A: number[][], V: number[][]): void {
  const n = A.length;
  const off = () => A.reduce((s, row, i) => s + row.reduce((t, x, j) => (i === j ? t : t + x * x), 0), 0);
  const size = Math.max(...A.flat().map(Math.abs));
  // Convergence is quadratic: a dozen sweeps reach far below rounding; the limit of 30 stops the loop on NaN.
  for (let sweep = 0; sweep < 30 && off() > (1e-18 * size) ** 2; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (A[p][q] === 0) continue;
        const theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (const M of [A, V])
          for (const row of M) {
            const x = row[p];
            const y = row[q];
            row[p] = c * x - s * y;
            row[q] = s * x + c * y;
          }
        const P = A[p];
        const Q = A[q];
        for (let k = 0; k < n; k++) {
          const x = P[k];
          const y = Q[k];
          P[k] = c * x - s * y;
          Q[k] = s * x + c * y;
        }
      }
}

/** Eigenvalues and eigenvectors of a symmetric matrix (float64; no verdict depends on them). */
export function jacobi(symmetric: readonly (readonly number[])[]): Eigen {
  const A = symmetric.map((row) => [...row]);
  const V = A.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  rotate(A, V);
  const order = A.map((_, i) => i).sort((i, j) => Math.abs(A[j][j]) - Math.abs(A[i][i]));
  return { values: order.map((i) => A[i][i]), vectors: order.map((i) => V.map((row) => row[i])) };
}

/** The moduli of the eigenvalues alone, those of `jacobi`, in decreasing order. */
export function moduli(symmetric: readonly (readonly number[])[]): number[] {
  const A = symmetric.map((row) => [...row]);
  rotate(A, []);
  return A.map((row, i) => Math.abs(row[i])).sort((a, b) => b - a);
}

/** |x|; where the sign of an enclosure is open, an enclosure of |x| of the same largest modulus. */
export const modulus = <T>(F: Field<T>, x: T): T => {
  const s = F.sign(x);
  return s === undefined ? F.sqrt(F.mul(x, x)) : s < 0 ? F.neg(x) : x;
};

export interface Disc<T> {
  readonly centre: T;
  readonly radius: T;
}

/**
 * Gershgorin's discs of V^-1 E V, V the float64 eigenvectors of E, in the order of |lambda_i|: every eigenvalue of
 * the symmetric matrix E lies in one of them, for any error of V, because V^-1 E V is similar to E. In intervals
 * the enclosures are rigorous; their radii are about 1e-16 |lambda_1|, at any number of digits.
 */
export function eigenDiscs<T>(F: Field<T>, E: readonly (readonly T[])[]): Disc<T>[] {
  const { vectors } = jacobi(E.map((row) => row.map(F.toNumber)));
  const V = vectors.map((v) => v.map(F.of));
  const EV = V.map((v) => E.map((row) => dot(F, row, v)));
  // With the eigenvectors as the rows of V: (V V^T)^-1 (V E V^T), and V V^T = I up to rounding.
  const gram = inverse(
    F,
    V.map((a) => V.map((b) => dot(F, a, b))),
  );
  const almost = V.map((a) => EV.map((b) => dot(F, a, b)));
  return gram.map((row, i) => {
    const S = almost.map((_, j) =>
      dot(
        F,
        row,
        almost.map((r) => r[j]),
      ),
    );
    const radius = S.reduce((r, x, j) => (j === i ? r : F.add(r, modulus(F, x))), F.of(0));
    return { centre: S[i], radius };
  });
}

/** v^T E v / v^T v: between the extreme eigenvalues of a symmetric E, so its modulus is at most |lambda_1|. */
export function rayleigh<T>(F: Field<T>, E: readonly (readonly T[])[], v: readonly T[]): T {
  const image = E.map((row) => dot(F, row, v));
  return F.div(dot(F, v, image), dot(F, v, v));
}

/** A determinant by elimination with the largest pivot of each column; wide where a pivot's enclosure contains 0. */
export function determinant<T>(F: Field<T>, A: readonly (readonly T[])[]): T {
  const rows = A.map((row) => [...row]);
  let product = F.of(1);
  for (let k = 0; k < rows.length; k++) {
    const size = (i: number) => Math.abs(F.toNumber(rows[i][k]));
    const best = rows.reduce((b, _, i) => (i > b && size(i) > size(b) ? i : b), k);
    if (best !== k) {
      [rows[k], rows[best]] = [rows[best], rows[k]];
      product = F.neg(product);
    }
    product = F.mul(product, rows[k][k]);
    for (let i = k + 1; i < rows.length; i++) {
      if (F.sign(rows[i][k]) === 0) continue;
      const factor = F.div(rows[i][k], rows[k][k]);
      rows[i] = rows[i].map((x, j) => (j <= k ? x : F.sub(x, F.mul(factor, rows[k][j]))));
    }
  }
  return product;
}
