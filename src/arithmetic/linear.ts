import { type Field, sum } from './field.ts';

/**
 * The inverse of a symmetric positive definite matrix by Gauss-Jordan elimination without pivoting (stable for such
 * matrices). Where a pivot's enclosure contains 0 the result is unbounded.
 */
export function inverse<T>(F: Field<T>, G: readonly (readonly T[])[]): T[][] {
  const n = G.length;
  const rows = G.map((row, i) => [...row, ...row.map((_, j) => F.of(i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    const pivot = rows[k][k];
    rows[k] = rows[k].map((x) => F.div(x, pivot));
    for (let i = 0; i < n; i++) {
      if (i === k || F.sign(rows[i][k]) === 0) continue;
      const factor = rows[i][k];
      rows[i] = rows[i].map((x, j) => (j < k ? x : F.sub(x, F.mul(factor, rows[k][j]))));
      rows[i][k] = F.of(0);
    }
  }
  return rows.map((row) => row.slice(n));
}

/** Row sums of a matrix. */
export const rowSums = <T>(F: Field<T>, A: readonly (readonly T[])[]): T[] => A.map((row) => sum(F, row));
