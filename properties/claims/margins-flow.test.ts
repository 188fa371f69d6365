/** Which times a claim asks along a flow, and which way, at worlds made by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discriminativeSymmetric } from '../../src/claims/discriminative-symmetric.ts';
import { effectiveRate } from '../../src/claims/effective-rate.ts';
import { learningRates, learningRatesTogether } from '../../src/claims/learning-rates.ts';
import { integratedMargins } from '../../src/claims/motions.ts';
import { falling } from '../../src/claims/slowing.ts';
import { equalOverlapWorld } from '../../src/generators/frozen.ts';
import { flow } from '../../src/ladder/flow.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';
import { denseFeatures } from './dense.ts';
import { inequalities, readingOf } from './margins.ts';

/** K classes alike: one common token of weight `common`, three distinct ones of 4, 2 and 1. */
const alike = (vocabulary: number, K: number, common: number) => ({
  vocabulary,
  classes: Array.from({ length: K }, (_, n) => ({
    next: vocabulary - 2 - n,
    query: vocabulary - 1,
    tokens: [0, 1 + 3 * n, 2 + 3 * n, 3 + 3 * n],
    probabilities: [common, 4, 2, 1],
  })),
});

describe('slowing', () => {
  it('compares neighbouring times past the crossing, x = 3 and kappa x^2 = 4, and none before', () => {
    const [M, K] = [60, 3];
    const problem = alike(M, K, 5);
    const rates = { etaY: 2, etaZ: 0.5, momentum: 0 };
    const world = { problem, rates, end: 1e6 };
    const [{ tokens }] = [reducedLayout(problem)];
    const [f] = denseFeatures(problem, tokens, () => 0);
    // Two classes share the common token alone.
    const C0 = 1 / ((K - 1) * f[tokens.indexOf(0)] ** 4);
    const kappa = (2 * K * (0.5 / 2) * ((M - 1) / M) ** 2) / C0;
    const late = [...flow.motions(world, { tolerance: 1e-9 })].filter(({ time }) => {
      const x = readingOf(M, (M * rates.etaY * time) / K);
      return Math.exp(x) >= (M - 1) * x && x >= 3 && kappa * x * x >= 4;
    });
    const all = [...flow.motions(world, { tolerance: 1e-9 })].length;
    expect(late.length).toBeGreaterThan(5);
    expect(late.length).toBeLessThan(all - 5);
    const speeds = late.map(({ dZ, time }) => -dZ[0][tokens.indexOf(0)] * time);
    for (const sense of [1, -1] as const) {
      const asked = [...integratedMargins(flow, falling(sense))(world, 1e-9)];
      expect(asked.map(({ time }) => time)).toEqual(late.slice(1).map(({ time }) => time));
      for (const [i, { value, scale }] of asked.entries()) {
        expect(value).toBe(sense * (speeds[i] - speeds[i + 1]));
        expect(scale).toBe(speeds[i]);
      }
    }
  });
  it('begins by kappa x^2 where that comes last', () => {
    // A hundred times slower attention: kappa is a hundred times smaller.
    const [M, K] = [60, 3];
    const problem = alike(M, K, 5);
    const rates = { etaY: 2, etaZ: 0.005, momentum: 0 };
    const [f] = denseFeatures(problem, reducedLayout(problem).tokens, () => 0);
    const kappa = 2 * K * (0.005 / 2) * ((M - 1) / M) ** 2 * (K - 1) * f[0] ** 4;
    const first = [...integratedMargins(flow, falling(1))({ problem, rates, end: 1e40 }, 1e-7)].map(
      ({ time }) => time,
    );
    for (const time of first) {
      const x = readingOf(M, (M * 2 * time) / K);
      expect(kappa * x * x).toBeGreaterThanOrEqual(4);
    }
    expect(first.length).toBeGreaterThan(0);
  });
});

describe('learning rates along the flow', () => {
  const judge = async (claim: typeof learningRates, end: number, control?: number, etaZ = 0.125) => {
    const check = claim.checks.find(({ rung }) => rung === 'flow')!;
    const asked = control === undefined ? check : check.controls[control];
    const problem = alike(200, 3, 2);
    const world = { problem, rates: { etaY: 1, etaZ, momentum: 0 }, factor: 2, end };
    return (await asked.judge(world, fastTraining)).outcome;
  };
  it('early, well before the flip at K (ln M + 1)/etaY, the larger etaY is the sparser one', async () => {
    // Attention fast enough to have moved by a part in 10,000 of its entropy that early: below it nothing is compared.
    expect(await judge(learningRates, 2, undefined, 16)).toBe('held');
    expect(await judge(learningRates, 2, 0, 16)).toBe('violated');
  });
  it('with both rates larger attention is sparser at first', async () => {
    expect(await judge(learningRatesTogether, 20)).toBe('held');
    expect(await judge(learningRatesTogether, 20, 0)).toBe('violated');
  });
});

describe('an effective rate', () => {
  it('and a factor on the clock, as printed, are the same after one step, and not after two', async () => {
    const [check] = effectiveRate.checks;
    const printed = check.controls.find(({ drops }) => drops.includes('as Eq. 43 is printed'))!;
    for (const world of fc.sample(equalOverlapWorld(), { seed: 3, numRuns: 3 })) {
      expect((await printed.judge({ ...world, steps: 1 }, fastTraining)).outcome).toBe('held');
      expect((await printed.judge({ ...world, steps: 2 }, fastTraining)).outcome).toBe('violated');
      for (const steps of [1, 2])
        expect((await check.judge({ ...world, steps }, fastTraining)).outcome).toBe('held');
    }
  });
});

describe('Corollary 2', () => {
  it('asks a common token to lose in the rows of the classes that hold it, and in no other', () => {
    const problem = {
      vocabulary: 40,
      classes: [
        { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [2, 9, 5] },
        { next: 11, query: 7, tokens: [0, 1, 4], probabilities: [4, 1, 6] },
        { next: 12, query: 8, tokens: [0, 5], probabilities: [3, 4] },
      ],
    };
    const Z = [
      [0.25, -0.5, 0.125, 0, 0],
      [-0.25, 0, 0, 0, 0.5],
    ];
    const asked = inequalities(discriminativeSymmetric, 'two-timescale', { problem, Z, matched: [] });
    expect([...asked.keys()].sort()).toEqual([
      'common token 0 loses (query 7)',
      'common token 0 loses (query 8)',
      'common token 1 loses (query 7)',
    ]);
  });
});
