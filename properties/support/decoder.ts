/** The decoder's formulas in doubles, independent of the clock, layouts and fields of src. */

import type { Features } from '../../src/ladder/frozen.ts';
import type { FrozenWorld } from '../../src/ladder/worlds.ts';

/** c(s) with h*(s) = h(s + c(s)) at the given steps, by running the recursion of h* in plain doubles. */
export function shiftOfDiscreteClock(M: number, etaY: number, at: readonly number[]): number[] {
  const found: number[] = [];
  let x = 0;
  for (let s = 1; s <= Math.max(...at); s++) {
    x += (M * etaY) / (M - 1 + Math.exp(x));
    if (at.includes(s)) found.push((Math.expm1(x) + (M - 1) * x) / (M * etaY) - s);
  }
  return found;
}

/** Y over tokens x all M columns: dY = etaY (f_n - Phi E' e_n or f_n) (e_n - softmax(Y^T f_n))^T. */
export function denseDecoder(
  { problem, etaY }: FrozenWorld,
  { columns, prime, layout }: Features<number>,
  classes: readonly number[],
  gradient: 'true' | 'modified',
): number[][] {
  const M = problem.vocabulary;
  const Y = layout.tokens.map(() => new Array<number>(M).fill(0));
  for (const n of classes) {
    const o = Array.from({ length: M }, (_, j) => Y.reduce((s, row, l) => s + row[j] * columns[n][l], 0));
    const top = Math.max(...o);
    const e = o.map((x) => Math.exp(x - top));
    const total = e.reduce((a, b) => a + b);
    for (const [l, row] of Y.entries()) {
      const change = gradient === 'true' ? 0 : columns.reduce((s, f, k) => s + f[l] * prime[k][n], 0);
      for (let j = 0; j < M; j++)
        row[j] += etaY * (columns[n][l] - change) * ((j === problem.classes[n].next ? 1 : 0) - e[j] / total);
    }
  }
  return Y;
}

/** g = Y (e_n - softmax(Y^T f_n)) over tokens, from Y over all M columns. */
export function backpropagated(
  { problem }: FrozenWorld,
  { columns }: Features<number>,
  Y: readonly number[][],
  n: number,
): number[] {
  const M = problem.vocabulary;
  const o = Array.from({ length: M }, (_, j) => Y.reduce((s, row, l) => s + row[j] * columns[n][l], 0));
  const top = Math.max(...o);
  const e = o.map((x) => Math.exp(x - top));
  const total = e.reduce((a, b) => a + b);
  const target = problem.classes[n].next;
  return Y.map((row) => row.reduce((s, y, j) => s + y * ((j === target ? 1 : 0) - e[j] / total), 0));
}

/** The first s with ||e_n - alpha_n|| = sqrt(M (M-1)) / (M - 1 + exp x*(s)) <= epsilon, by the recursion in doubles. */
export function stepsToResidual(M: number, etaY: number, epsilon: number): number {
  let x = 0;
  for (let s = 0; ; s++) {
    if (Math.sqrt(M) * Math.sqrt(M - 1) <= epsilon * (M - 1 + Math.exp(x))) return s;
    x += (M * etaY) / (M - 1 + Math.exp(x));
  }
}

/** P(|X - centre| > radius) for X binomial(n, p), term by term. */
export function binomialOutside(n: number, p: number, centre: number, radius: number): number {
  let mass = Math.exp(n * Math.log1p(-p));
  let outside = 0;
  for (let k = 0; k <= n; k++) {
    if (Math.abs(k - centre) > radius) outside += mass;
    mass *= ((n - k) / (k + 1)) * (p / (1 - p));
  }
  return outside;
}

/**
 * W under dW = (etaY/K) sum_n (e_n + rho sum_{k != n} e_k)(e_n - alpha_n)^T with K = M: its entry w_00 after `steps`, and
 * the two closed forms (M-1) h* with the clock at the rate (1-rho) etaY/K, and (1-rho) times the clock at etaY/K.
 */
export function equalOverlapDecoder(p: { M: number; rho: number; etaY: number; steps: number }) {
  const { M, rho, etaY, steps } = p;
  let W = Array.from({ length: M }, () => new Array<number>(M).fill(0));
  const clock = (rate: number) => {
    let x = 0;
    for (let s = 0; s < steps; s++) x += (M * rate) / (M - 1 + Math.exp(x));
    return ((M - 1) * x) / M;
  };
  for (let s = 0; s < steps; s++) {
    const residual = W.map((row, n) => {
      const e = row.map(Math.exp);
      const total = e.reduce((a, b) => a + b);
      return e.map((x, j) => (j === n ? 1 : 0) - x / total);
    });
    W = W.map((row, k) =>
      row.map((w, j) => w + (etaY / M) * residual.reduce((sum, r, n) => sum + (n === k ? 1 : rho) * r[j], 0)),
    );
  }
  return { w: W[0][0], slowed: clock(((1 - rho) * etaY) / M), printed: (1 - rho) * clock(etaY / M) };
}
