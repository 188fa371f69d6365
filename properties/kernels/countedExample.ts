/** A small example whose roundings are counted by hand, and one kind of error at a time. */
import { expect } from 'vitest';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import { STAGES } from '../../src/kernels/kernel.ts';

export const total = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);
export const z = [0.5, -1, 2];
export const counts = [1, 2, 1];
export const e = z.map((a, l) => counts[l] * Math.exp(a));
export const v = e.map((a) => a / total(e));
export const norm = Math.hypot(...v);
export const f = v.map((a) => a / norm);
export const Y = (l: number, j: number) => [0.5, -2, 1, 0.25][(l + 2 * j) % 4] * (j + 1);
export const logits = [0, 1].map((j) => total(f.map((a, l) => a * Y(l, j))));
export const odds = logits.map(Math.exp);
export const alpha = odds.map((a) => a / total(odds));
export const target = 1;
export const residual = alpha.map((a, j) => (j === target ? 1 - a : -a));
export const g = f.map((_, l) => residual[0] * Y(l, 0) + residual[1] * Y(l, 1));
export const along = total(f.map((a, l) => a * g[l]));
export const w = g.map((a, l) => a - f[l] * along);
export const n = 4;
export const records = 3;
export const x = {
  ...{ tokens: [0, 1, 2], row: 0, target, weight: 1, z, v, f, logits, alpha, residual, g, w },
  ...{ terms: n, records, collecting: counts.map((c) => c + 1), J: Math.log(alpha[target]) },
};

/** A single error of this size. Second-order terms are smaller by this factor, times counts below 100. */
export const ONE = 2 ** -40;
export type Part = 'u' | 'sums' | 'tiny' | 'exp' | 'expPerUnit' | 'input';
export const only = (part: Part | 'operands', subtracts = false): Roundoff => {
  const none = { u: 0, tiny: 0, exp: 0, input: 0, subtracts };
  if (part !== 'operands') return { ...none, [part]: ONE };
  const stage = { u: 0, tiny: 0, exp: 0, operands: ONE };
  return { ...none, stages: Object.fromEntries(STAGES.map((name) => [name, stage])) };
};
export const near = (got: number, count: number, what: string) =>
  expect(Math.abs(got / ONE - count), `${what}: got ${got / ONE}, expected ${count}`).toBeLessThanOrEqual(
    2 ** -30 * Math.max(1, Math.abs(count)),
  );
export const all = (got: readonly number[], counted: readonly number[], what: string) => {
  expect(got).toHaveLength(counted.length);
  for (const [i, a] of got.entries()) near(a, counted[i], `${what} ${i}`);
};
export const zeros = (xs: readonly unknown[]) => xs.map(() => 0);
