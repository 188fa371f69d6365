import type { Field } from '../../src/arithmetic/field.ts';

/** x with G x = b by Cholesky's factorisation: independent of `inverse`. */
export function solve<T>(F: Field<T>, G: readonly (readonly T[])[], b: readonly T[]): T[] {
  const n = G.length;
  const L: T[][] = G.map(() => []);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let x = G[i][j];
      for (let k = 0; k < j; k++) x = F.sub(x, F.mul(L[i][k], L[j][k]));
      L[i][j] = i === j ? F.sqrt(x) : F.div(x, L[j][j]);
    }
  const y: T[] = [];
  for (let i = 0; i < n; i++) {
    let x = b[i];
    for (let k = 0; k < i; k++) x = F.sub(x, F.mul(L[i][k], y[k]));
    y[i] = F.div(x, L[i][i]);
  }
  for (let i = n - 1; i >= 0; i--) {
    let x = y[i];
    for (let k = i + 1; k < n; k++) x = F.sub(x, F.mul(L[k][i], y[k]));
    y[i] = F.div(x, L[i][i]);
  }
  return y;
}
