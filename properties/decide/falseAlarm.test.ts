import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { sparsification } from '../../src/claims/sparsification.ts';
import {
  binomialAbove,
  controlMiss,
  rateAlarm,
  rateControlMiss,
  universalAlarm,
} from '../../src/decide/falseAlarm.ts';
import { clopperPearson, LEVEL } from '../../src/decide/statistics.ts';
import { rateVerdict } from '../../src/decide/verdict.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { CONTROL_LOOKS, worldsAsked } from '../../src/verify/jobs.ts';
import { DEFAULT_RUNS } from '../../src/verify/sizes.ts';
import { binomialTail } from './binomial.ts';

const F = decimal(40);

describe('the chance of a false alarm', () => {
  it('has exact binomial tails, by sums in decimals', () => {
    for (const [k, n, p] of [
      [2, 60, 1e-4],
      [5, 80, 2e-3],
      [0, 200, 0.3],
      [0, 3, 0.5],
      [399, 640, 0.99],
      [-1, 7, 0.5],
      [7, 7, 0.5],
    ]) {
      const exact = k < n ? binomialTail(F, n, p, k + 1, n) : 0;
      // A term carries the rounding of n logarithms of sizes up to 10, each within an ulp.
      expect(Math.abs(binomialAbove(k, n, p) - exact)).toBeLessThanOrEqual(exact * 30 * n * 2 ** -52);
    }
    expect([binomialAbove(3, 9, 0), binomialAbove(3, 9, 1), binomialAbove(9, 9, 1)]).toEqual([0, 1, 0]);
  });

  it('of a rate is the chance of more violations than the verdict allows', () => {
    const [n, rate] = [60, 1 / 3];
    const holds = (violated: number) =>
      rateVerdict({ held: n - violated, violated, undecided: 0 }, rate) === 'holds';
    expect([holds(2), holds(3)]).toEqual([true, false]);
    expect(rateAlarm(n, rate, 0.01)).toBe(binomialAbove(2, n, 0.01));
    // Too few worlds decide nothing: an alarm for sure.
    expect(rateAlarm(20, rate, 0)).toBe(1);
  });

  it('of few tokens is below its part of the level, by the runs that are kept', () => {
    const { runs, few, rose } = JSON.parse(
      readFileSync(new URL('../../fixtures/few-tokens.json', import.meta.url), 'utf8'),
    );
    const check = sparsification.checks.find(({ rate }) => rate !== undefined)!;
    const n = worldsAsked(check, DEFAULT_RUNS);
    const worst = clopperPearson(few + rose, runs, 0.01).high;
    expect(worst).toBeLessThan(8e-3);
    expect(rateAlarm(n, check.rate!, worst)).toBeLessThan(LEVEL);
    // What the row did before, with 60 worlds, is not.
    expect(rateAlarm(60, check.rate!, worst)).toBeGreaterThan(LEVEL);
    // Its control, entropy asked to rise, violates wherever entropy falls.
    const q = clopperPearson(runs - rose, runs, 0.01).low;
    expect(rateControlMiss(200, check.rate!, q, LEVEL / CONTROL_LOOKS)).toBeLessThan(LEVEL);
  });

  it('of a control is the chance that it finds too little', () => {
    expect(controlMiss(200, 0.5)).toBe(2 ** -200);
    expect(rateControlMiss(60, 1 / 3, 1, LEVEL / 10)).toBe(0);
    expect(rateControlMiss(60, 1 / 3, 1 / 3, LEVEL / 10)).toBeGreaterThan(0.99);
  });

  it('of worlds that must all hold is bounded by what fresh seeds showed: simulated', () => {
    const uniform = uniformStream(8);
    const level = 0.05;
    const rows = [
      { asked: 80, worlds: 800, u: 1e-3 },
      { asked: 20, worlds: 210, u: 4e-3 },
      { asked: 160, worlds: 1600, u: 0 },
    ];
    const truth = rows.reduce((sum, { asked, u }) => sum + asked * u, 0);
    const times = 400;
    let wrong = 0;
    for (let i = 0; i < times; i++) {
      const seen = rows.map(({ asked, worlds, u }) => {
        let failed = 0;
        for (let w = 0; w < worlds; w++) if (uniform() < u) failed++;
        return { asked, worlds, failed };
      });
      if (universalAlarm(seen, level) < truth) wrong++;
    }
    // More would have a chance below 1e-6 if each bound is wrong with probability at most `level`.
    expect(binomialAbove(wrong - 1, times, level)).toBeGreaterThan(1e-6);
    expect(universalAlarm([{ asked: 80, worlds: 0, failed: 0 }], level)).toBe(1);
  });

  it('is smaller the more seeds showed no failure', () => {
    const after = (runs: number) => universalAlarm([{ asked: 100, worlds: 100 * runs, failed: 0 }], 0.01);
    // -ln(0.01) failures are the most that none seen allows.
    expect(after(10)).toBeLessThanOrEqual(-Math.log(0.01) / 10);
    expect(after(100) / after(10)).toBeLessThan(0.102);
  });
});
