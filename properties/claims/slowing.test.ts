import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integratedMargins } from '../../src/claims/motions.ts';
import { falling, slowing } from '../../src/claims/slowing.ts';
import { flow } from '../../src/ladder/flow.ts';
import type { FlowWorld } from '../../src/ladder/worlds.ts';
import { readingOf } from './margins.ts';

describe('slowing', () => {
  // Two classes of f_n = (1, 1)/sqrt 2: f_1.f_2 = 1/2, so that C0 = 4.
  const [M, K, overlap] = [30, 2, 1 / 2];
  const problem = {
    vocabulary: M,
    classes: [0, 1].map((n) => ({ next: 10 + n, query: 7, tokens: [0, 1 + n], probabilities: [1, 1] })),
  };
  const worldOf = (etaZ: number): FlowWorld => ({
    ...{ problem, rates: { etaY: 0.5, etaZ, momentum: 0 } },
    end: 1e8,
  });
  /** Gamma(t) = int etaZ gamma dt, by Simpson's rule in x: dt = K (M-1+e^x)/(M etaY) dx cancels the clock out of gamma. */
  const GammaOf = (etaY: number, etaZ: number, x: number) => {
    const slope = (y: number) => {
      const gamma = (((M - 1) ** 2 / M) * y) / (M - 1 + Math.exp(y));
      return etaZ * gamma * ((K * (M - 1 + Math.exp(y))) / (M * etaY));
    };
    const parts = 64;
    const at = (i: number) => slope((i * x) / parts);
    let sum = at(0) + at(parts);
    for (let i = 1; i < parts; i++) sum += (i % 2 === 0 ? 2 : 4) * at(i);
    return (sum * x) / (3 * parts);
  };

  it.each([
    ['Gamma', 0.01],
    ['x and t0', 2],
  ])('asks from where both conditions hold, of which %s is met last (etaZ = %d)', (_, etaZ) => {
    const world = worldOf(etaZ);
    const { etaY } = world.rates;
    const tolerance = 1e-9;
    const motions = [...flow.motions(world, { tolerance })];
    const C0 = 1 / ((K - 1) * overlap ** 2);
    const within = (time: number, part: 'clock' | 'all') => {
      const x = readingOf(M, (M * etaY * time) / K);
      const clock = Math.exp(x) >= (M - 1) * x && x >= 3;
      return clock && (part === 'clock' || 4 * GammaOf(etaY, etaZ, x) >= 4 * C0);
    };
    const asked = motions.filter(({ time }) => within(time, 'all'));
    const byClock = motions.filter(({ time }) => within(time, 'clock'));
    // Gamma rules out further times only where attention is slow.
    expect(asked.length < byClock.length).toBe(etaZ < 1);
    expect(asked.length).toBeGreaterThan(4);
    expect(asked.length).toBeLessThan(motions.length);
    const speeds = asked.map(({ dZ, time }) => -dZ[0][0] * time);
    const expected = asked.slice(1).map(({ time }, i) => ({
      time,
      value: speeds[i] - speeds[i + 1],
      scale: speeds[i],
    }));
    const found = (sense: 1 | -1) => [...integratedMargins(flow, falling(sense))(world, tolerance)];
    expect(found(1).map(({ time, value, scale }) => ({ time, value, scale }))).toEqual(expected);
    expect(found(-1).map(({ value }) => value)).toEqual(expected.map(({ value }) => -value));
  });

  it('restored worlds: M up to 1e3, etaY/etaZ anywhere from 1 to 10^(3/2), to etaY t = 1e20', () => {
    const { restored } = slowing.checks[0].isolates!;
    const worlds: FlowWorld[] = fc.sample(restored, { seed: 3, numRuns: 60 });
    const ratios = worlds.map(({ rates }) => Math.log10(rates.etaY / rates.etaZ));
    // 60 of a uniform law leave a third of its range empty with probability 2^-35.
    for (const third of [0, 1, 2])
      expect(ratios.some((r) => r >= third / 2 && r <= (third + 1) / 2)).toBe(true);
    for (const [i, { problem, rates, end }] of worlds.entries()) {
      expect(problem.vocabulary).toBeLessThanOrEqual(1000);
      expect(ratios[i]).toBeGreaterThan(-1e-9);
      expect(ratios[i]).toBeLessThan(1.5 + 1e-9);
      expect(Math.abs((rates.etaY * end) / 1e20 - 1)).toBeLessThan(1e-9);
    }
  });
});
