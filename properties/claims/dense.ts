/** Attention's velocity at a state, written out over all tokens in plain numbers: no layout, no field, no support. */
import type { Problem } from '../../src/model/problem.ts';

export interface Dense {
  /** Token ids that occur, in the order of the columns of Phi. */
  readonly tokens: readonly number[];
  readonly queries: readonly number[];
  /** f_n over `tokens`, rows of length 1. */
  readonly F: readonly (readonly number[])[];
  /** F F^T, K x K. */
  readonly G: readonly (readonly number[])[];
  readonly A: readonly (readonly number[])[];
  readonly xi: readonly number[];
  /** dz/dGamma by query and token. */
  readonly dZ: readonly (readonly number[])[];
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, x, i) => s + x * b[i], 0);

/** The solution of M x = b by Gauss's elimination with the largest pivot. */
export function solve(M: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = M.map((row, i) => [...row, b[i]]);
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows
      .slice(i)
      .reduce((p, row, k) => (Math.abs(row[i]) > Math.abs(rows[p][i]) ? i + k : p), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    for (let k = 0; k < rows.length; k++) {
      if (k === i) continue;
      const factor = rows[k][i] / rows[i][i];
      rows[k] = rows[k].map((x, j) => x - factor * rows[i][j]);
    }
  }
  return rows.map((row, i) => row[rows.length] / row[i]);
}

/** f_n of every class over all tokens: P e^z, of length 1. `logit(query, id)` is z. */
export function denseFeatures(
  problem: Problem,
  tokens: readonly number[],
  logit: (query: number, id: number) => number,
) {
  return problem.classes.map((c) => {
    const row = tokens.map((id) => {
      const i = c.tokens.indexOf(id);
      return i < 0 ? 0 : c.probabilities[i] * Math.exp(logit(c.query, id));
    });
    const norm = Math.sqrt(dot(row, row));
    return row.map((x) => x / norm);
  });
}

/**
 * Theorem 1 and Lemma 4 as they stand: g_n in the span of Phi with f_k.g_n = q_1 at k = n and q_0 elsewhere, z' of a query the
 * mean over all classes of diag(f_n) (g_n - f_n (f_n.g_n)) of those that it serves, in units of gamma.
 */
export function dense(
  problem: Problem,
  tokens: readonly number[],
  queries: readonly number[],
  Z: readonly (readonly number[])[],
): Dense {
  const { vocabulary: M } = problem;
  const K = problem.classes.length;
  const F = denseFeatures(problem, tokens, (query, id) => Z[queries.indexOf(query)][tokens.indexOf(id)]);
  const G = F.map((a) => F.map((b) => dot(a, b)));
  const units = F.map((_, n) => F.map((_, k) => (n === k ? 1 : 0)));
  const A = units.map((unit) => solve(G, unit));
  const q = (k: number, n: number) => (k === n ? M / (M - 1) : -M / (M - 1) ** 2);
  const coefficients = F.map((_, n) =>
    solve(
      G,
      F.map((_, k) => q(k, n)),
    ),
  );
  const g = coefficients.map((a) => tokens.map((_, l) => a.reduce((s, x, k) => s + x * F[k][l], 0)));
  const dZ = queries.map((query) =>
    tokens.map((_, l) => {
      const terms = problem.classes.map((c, n) =>
        c.query === query ? F[n][l] * (g[n][l] - F[n][l] * dot(F[n], g[n])) : 0,
      );
      return terms.reduce((a, b) => a + b, 0) / K;
    }),
  );
  // g_n = iota_n f_n - sum over k of beta_nk f_k: xi_n is minus the coordinate of f_n beside q_1 (Theorem 1(a)).
  const xi = coefficients.map((a, n) => a[n] - q(n, n));
  return { tokens, queries, F, G, A, xi, dZ };
}

export const largestOf = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
export const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
