import { type Field, sum } from './field.ts';

/**
 * The inverse of a symmetric positive definite matrix by Gauss-Jordan elimination without pivoting (stable for such
 * matrices). Where a pivot's enclosure contains 0 the result is unbounded.
 */
export function inverse<T>(F: Field<T>, G: readonly (readonly T[])[]): T[][] {
  const n = G.length;
  const rows = G.map((row, i) => [...row, ...row.map((_, j) => F.of(i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    const row = rows[k];
    const pivot = row[k];
    // Columns up to k are not read again, and those of the inverse beyond k are still zero: n of 2 n - k remain.
    for (let j = k + 1; j <= n + k; j++) row[j] = F.div(row[j], pivot);
    for (let i = 0; i < n; i++) {
      const other = rows[i];
      const factor = other[k];
      if (i === k || F.sign(factor) === 0) continue;
      for (let j = k + 1; j <= n + k; j++) other[j] = F.sub(other[j], F.mul(factor, row[j]));
    }
  }
  return rows.map((row) => row.slice(n));
}

/** Row sums of a matrix. */
export const rowSums = <T>(F: Field<T>, A: readonly (readonly T[])[]): T[] => A.map((row) => sum(F, row));
