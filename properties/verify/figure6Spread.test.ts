import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tQuantile, withinMargin } from '../../src/decide/welch.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { parseFigure6 } from '../../src/verify/figure6.ts';
import {
  EQUIVALENCE_LEVEL,
  fitReadings,
  type ManyRuns,
  manySeeds,
  marginOf,
  readings,
} from '../../src/verify/figure6Spread.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');
const published = parseFigure6(fixture('figure6.csv'));
const runs: ManyRuns[] = JSON.parse(fixture('figure6-runs.json')).rows;
const kept = JSON.parse(fixture('figure6-reproduction.json')).manySeeds;
const DRAWS = 300;

describe('Figure 6 on many seeds', () => {
  const now = manySeeds(published, runs, DRAWS);

  it('every mean is equivalent to the printed one, within what ten seeds leave open', () => {
    expect(now.equivalent).toBe(32);
    expect(kept.equivalent).toBe(32);
    for (const [i, { difference, margin }] of now.rows.entries()) {
      expect(Math.abs(kept.rows[i].difference - difference)).toBeLessThan(1e-6);
      expect(margin).toBe(marginOf(published[i].entropy));
    }
  });

  it('no spread differs from what ten of our seeds have, row by row or over a problem', () => {
    expect([now.spreadsRejected, kept.spreadsRejected]).toEqual([0, 0]);
    for (const { fits } of kept.spreads) {
      expect(fits[0].pMean).toBeGreaterThan(0.01);
      expect(fits[0].pShape).toBeGreaterThan(0.01);
    }
  });

  it('other readings of "standard deviation" are excluded: standard errors, and with three query tokens spreads over classes', () => {
    for (const { queryTokens, fits } of kept.spreads as (typeof now)['spreads']) {
      const p = (reading: string) => fits.find((fit) => fit.reading === reading)!.pMean;
      expect(p('standard error of the mean')).toBeLessThan(0.002);
      if (queryTokens === 3) expect(p('over seeds and classes pooled')).toBeLessThan(0.002);
    }
  });

  it('a mean that is off by its margin, and a spread of another size, are told (controls)', () => {
    const off = published.map((row) => ({
      ...row,
      entropy: { ...row.entropy, mean: row.entropy.mean + 2 * marginOf(row.entropy) },
    }));
    expect(manySeeds(off, runs, 20).equivalent).toBe(0);
    const narrow = published.map((row) => ({
      ...row,
      entropy: { ...row.entropy, std: row.entropy.std / 4 },
    }));
    for (const { fits } of manySeeds(narrow, runs, DRAWS).spreads) expect(fits[0].pMean).toBeLessThan(0.01);
  });
});

describe('the statistics of it', () => {
  it('a test of equivalence passes a mean at its margin as seldom as it says: simulated', () => {
    const uniform = uniformStream(3);
    const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const times = 2000;
    let passed = 0;
    for (let i = 0; i < times; i++) {
      const xs = Array.from({ length: 20 }, normal);
      const mean = xs.reduce((a, b) => a + b, 0) / xs.length;
      const std = Math.sqrt(xs.reduce((a, x) => a + (x - mean) ** 2, 0) / (xs.length - 1));
      // The true mean, 0, lies exactly at the margin of -1: not within it.
      if (withinMargin({ mean, std, size: xs.length }, -1, 1) < EQUIVALENCE_LEVEL) passed++;
    }
    // Binomial(2000, 0.05) exceeds 150 with a chance of 1e-6.
    expect(passed).toBeLessThanOrEqual(150);
    expect(passed).toBeGreaterThan(55);
  });

  it("the t quantile inverts the textbook's table", () => {
    for (const [p, freedom, t] of [
      [0.975, 9, 2.262],
      [0.95, 30, 1.697],
      [0.9995, 9, 4.781],
    ])
      expect(Math.abs(tQuantile(p, freedom) - t)).toBeLessThan(6e-4);
  });

  it('finds the reading that made the numbers: simulated', () => {
    const own = runs.filter(({ queryTokens }) => queryTokens === 3);
    for (const reading of ['over seeds, n - 1 below the line', 'over seeds and classes pooled']) {
      const ten = own.map((r) => ({ runs: r, printed: readings[reading](r.entropies.slice(0, 10)) }));
      const best = fitReadings(ten, DRAWS).filter(({ pMean }) => pMean > 0.01);
      expect(best.map((fit) => fit.reading)).toContain(reading);
    }
  });

  it('a spread beyond all draws, on either side, has a p of two in one more than there are draws', () => {
    const own = runs.filter(({ queryTokens }) => queryTokens === 3);
    for (const printed of [1e-9, 1e9])
      for (const { pMean } of fitReadings(
        own.map((row) => ({ runs: row, printed })),
        49,
      ))
        expect(pMean).toBe(2 / 50);
  });
});
