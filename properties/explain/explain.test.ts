/** Predictions and reported courses of tokens in special cases. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/explain.ts';

const sgd = { batch: 2, length: 8, seed: 1 };
const rates = { etaY: 1, etaZ: 1, momentum: 0 };
/** @param rare weight of a distinct token, a multiple of 2^-30 */
const problemOf = (rare: number) => ({
  vocabulary: 1000,
  classes: [
    { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [2, 5, rare].map((w) => w * 2 ** 30) },
    { next: 11, query: 7, tokens: [0, 3], probabilities: [4, 6] },
  ],
});

describe('the prediction', () => {
  it('of a distinct token with very little attention is that it gains: the comparison is relative to its own f^2', async () => {
    const { tokens } = await explain({ problem: problemOf(2 ** -30), rates, steps: 1 }, sgd);
    const rare = tokens.find(({ token }) => token === 2)!;
    const [[, f]] = rare.phi;
    expect(f).toBeLessThan(2 ** -31);
    // Theorem 2(a): f^2 xi, xi of the order of one.
    expect(rare.form!.value / f ** 2).toBeGreaterThan(0.01);
    expect(rare.predicted).toBe('gains');
  });
});

describe('the course', () => {
  it('has `early` over a tenth of the steps: of ten steps, the first, in which attention does not change', async () => {
    // From Y = 0 the first step has g = 0.
    const of = async (steps: number) => {
      const { tokens } = await explain({ problem: problemOf(3), rates, steps }, sgd);
      return tokens.map(({ population }) => population);
    };
    for (const { early, late } of await of(10)) expect([early, Math.abs(late)]).toEqual([0, 1]);
    for (const { early } of await of(20)) expect(Math.abs(early)).toBe(1);
  });
});
