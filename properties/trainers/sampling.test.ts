import { describe, expect, it } from 'vitest';
import { binomialSampler } from '../../src/model/binomial.ts';
import { countSampler } from '../../src/model/multinomial.ts';
import { uniformStream } from '../../src/model/uniform.ts';

/** The level of each test; the seeds are fixed, so a test that passed keeps passing. */
const LEVEL = 1e-6;
/** |normal| beyond this has probability LEVEL. */
const Z_LIMIT = 4.8917;

/** P(chi^2_k >= k + 2 sqrt(k x) + 2 x) <= exp(-x) (Laurent and Massart 2000, lemma 1). */
const chiSquareLimit = (freedom: number): number => {
  const x = -Math.log(LEVEL);
  return freedom + 2 * Math.sqrt(freedom * x) + 2 * x;
};

/** Pearson's statistic against its limit; cells are pooled until each expects 50. */
function pearson(
  observed: readonly number[],
  probability: readonly number[],
): { statistic: number; limit: number } {
  const draws = observed.reduce((a, b) => a + b, 0);
  const cells: [seen: number, expected: number][] = [[0, 0]];
  probability.forEach((p, i) => {
    const cell = cells.at(-1)!;
    cell[0] += observed[i];
    cell[1] += draws * p;
    if (cell[1] >= 50) cells.push([0, 0]);
  });
  const rest = cells.pop()!;
  cells.at(-1)![0] += rest[0];
  cells.at(-1)![1] += rest[1];
  const statistic = cells.reduce((x, [seen, expected]) => x + (seen - expected) ** 2 / expected, 0);
  return { statistic, limit: chiSquareLimit(cells.length - 1) };
}

describe('binomial counts', () => {
  it('have the exact variance at T = 1e9 and more', () => {
    for (const n of [1e9, 1e15]) {
      const draw = binomialSampler(uniformStream(13));
      const p = 0.3;
      const R = 20_000;
      let [first, second] = [0, 0];
      for (let i = 0; i < R; i++) {
        const x = (draw(n, p) - n * p) / Math.sqrt(n * p * (1 - p));
        first += x;
        second += x * x;
      }
      // x is normal to 1/sqrt(n): mean 0 with variance 1/R, x^2 with mean 1 and variance 2/R.
      expect(Math.abs(first / Math.sqrt(R))).toBeLessThan(Z_LIMIT);
      expect(Math.abs((second - R) / Math.sqrt(2 * R))).toBeLessThan(Z_LIMIT);
    }
  });
});

const tokens = Array.from({ length: 20 }, (_, i) => (i < 10 ? 1 : (i - 9) / 10));
const total = tokens.reduce((a, b) => a + b, 0);
const P = tokens.map((x) => x / total);
const K = P.length;

/** Totals over R sequences are multinomial; the mean of each sequence's Pearson statistic has known moments. */
function countsTest(counts: (n: number) => number[], n: number, R: number) {
  const totals = P.map(() => 0);
  let spread = 0;
  const wrong: number[] = [];
  for (let r = 0; r < R; r++) {
    const c = counts(n);
    const drawn = c.reduce((a, b) => a + b, 0);
    if (drawn !== n) wrong.push(drawn);
    c.forEach((x, i) => {
      totals[i] += x;
      spread += (x - n * P[i]) ** 2 / (n * P[i]);
    });
  }
  expect(wrong).toEqual([]);
  const inverse = P.reduce((a, p) => a + 1 / p, 0);
  // Haldane 1937: mean K - 1, variance 2 (K - 1) + (sum 1/p - K^2 - 2K + 2)/n.
  const variance = 2 * (K - 1) + (inverse - K * K - 2 * K + 2) / n;
  return { ...pearson(totals, P), z: (spread - R * (K - 1)) / Math.sqrt(R * variance) };
}

describe('token counts', () => {
  // Sequences of at most 127 tokens are drawn token by token, longer ones by conditional binomials.
  for (const n of [1, 5, 127, 10_000, 1e9])
    it(`are multinomial for T - 1 = ${n}`, () => {
      const { statistic, limit, z } = countsTest(countSampler(uniformStream(14), P), n, 20_000);
      expect(statistic).toBeLessThan(limit);
      expect(Math.abs(z)).toBeLessThan(Z_LIMIT);
    });

  it('are not multinomial when every sequence is the expected one (control)', () => {
    const even = (n: number) => P.map((p) => Math.round(n * p));
    const n = 310; // 20 divides the weights: 310 / 15.5 = 20
    const { z } = countsTest(even, n, 2_000);
    expect(Math.abs(z)).toBeGreaterThan(Z_LIMIT);
  });

  it('cost no more random numbers at T = 1e15 than at a few thousand', () => {
    const spent = (n: number) => {
      const uniform = uniformStream(15);
      let calls = 0;
      const counts = countSampler(() => {
        calls += 1;
        return uniform();
      }, P);
      for (let i = 0; i < 1000; i++) counts(n);
      return calls / 1000;
    };
    // A rejection sampler of acceptance above 0.8 needs at most 2.5 uniforms per token type on average.
    for (const n of [5_000, 1e6, 1e9, 1e15]) expect(spent(n)).toBeLessThan(2.5 * K);
  });
});
