/** Worlds, observed steps, plans and documents of the atlas agree with their descriptions. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { inOrder } from '../../src/atlas/cells.ts';
import { atlasChecks } from '../../src/atlas/checks.ts';
import { type Atlas, atlasOf, expectedCells, keyOf, merge, type Scope } from '../../src/atlas/document.ts';
import { CELL_LEVEL, LOOKS, settled, stageLimits } from '../../src/atlas/plan.ts';
import { BASE, nameOf, RATIOS, settingOf, settingsOf, slices } from '../../src/atlas/settings.ts';
import { observedSteps, trainWorld } from '../../src/atlas/training.ts';
import { worldOf } from '../../src/atlas/worlds.ts';
import { onset } from '../../src/ladder/clock.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { rootOf } from '../claims/margins.ts';
import { planOfOne } from './planOfOne.ts';

const setting = (change: Partial<typeof BASE> = {}, ratio = 10) => ({ ...BASE, ...change, ratio });
const total = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);

describe('a world', () => {
  const many = (change: Partial<typeof BASE>) =>
    Array.from({ length: 200 }, (_, i) => worldOf(setting(change), 3, i));

  it('has K classes of one query that share exactly the common tokens', () => {
    for (const { problem } of many({ classes: 4, commons: 3, vocabulary: 60 })) {
      expect(problem.vocabulary).toBe(60);
      expect(problem.classes.map(({ query }) => query)).toEqual([59, 59, 59, 59]);
      expect(problem.classes.map(({ next }) => next)).toEqual([58, 57, 56, 55]);
      const distinct = problem.classes[0].tokens.length - 3;
      for (const [n, { tokens, probabilities }] of problem.classes.entries()) {
        const first = 3 + n * distinct;
        expect(tokens).toEqual([0, 1, 2, ...Array.from({ length: distinct }, (_, i) => first + i)]);
        expect(probabilities).toHaveLength(tokens.length);
        // Two decades of weights.
        for (const w of probabilities) expect(w >= 1 && w <= 100).toBe(true);
      }
    }
  });
  it('covers the whole range of each quantity: 2 to 6 distinct tokens, two decades of weights, etaY from 1/2 to 1', () => {
    const worlds = many({});
    const sizes = new Set(worlds.map(({ problem }) => problem.classes[0].tokens.length - 1));
    expect([...sizes].sort()).toEqual([2, 3, 4, 5, 6]);
    const weights = worlds.flatMap(({ problem }) => problem.classes.flatMap((c) => c.probabilities));
    expect(Math.min(...weights)).toBeLessThan(1.1);
    expect(Math.max(...weights)).toBeGreaterThan(90);
    // Log-uniform: equally many below and above 10, within five standard deviations.
    const below = weights.filter((w) => w < 10).length / weights.length;
    expect(Math.abs(below - 1 / 2)).toBeLessThan(2.5 / Math.sqrt(weights.length));
    const rates = worlds.map(({ effective }) => effective);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.5);
    expect(Math.min(...rates)).toBeLessThan(0.52);
    expect(Math.max(...rates)).toBeLessThan(1);
    expect(Math.max(...rates)).toBeGreaterThan(0.96);
  });
  it('puts the common token that has the largest share of some class first', () => {
    for (const { problem } of many({ commons: 4, classes: 2 })) {
      const share = (i: number) =>
        Math.max(...problem.classes.map(({ probabilities: w }) => w[i] ** 2 / total(w.map((x) => x * x))));
      for (const i of [1, 2, 3]) expect(share(i)).toBeLessThanOrEqual(share(i - 1));
    }
  });
  it('has equal classes for asymmetry 0, independent ones for 1, and intermediate ones for 1/2', () => {
    const apart = (asymmetry: number) =>
      many({ asymmetry, classes: 2 }).flatMap(({ problem: { classes } }) =>
        classes[0].probabilities.map((w, i) => Math.abs(Math.log10(w / classes[1].probabilities[i]))),
      );
    expect(total(apart(0))).toBe(0);
    for (const asymmetry of [1 / 2, 1]) {
      // |U - V| of uniform numbers has the mean 1/3 and the deviation 1/sqrt(18), here times two decades.
      const found = apart(asymmetry);
      const error = 5 / Math.sqrt(18 * found.length);
      expect(Math.abs(total(found) / found.length / (2 * asymmetry) - 1 / 3)).toBeLessThan(error);
    }
  });
  it('trains to four times the onset 2 x1 K/etaY at the effective rates, independent of momentum', () => {
    const x1 = rootOf((x) => Math.exp(x) - 99 * x, 3, 10);
    // lateFrom adds a billionth, above the rounding of x1.
    const above = onset({ ...setting(), etaY: 0.75 }) / ((2 * x1 * 3) / 0.75) / (1 + 1e-9) - 1;
    expect(Math.abs(above)).toBeLessThan(2 ** -45);
    for (const world of many({ momentum: 0.9 })) {
      const { rates, effective, steps } = world;
      expect(rates.momentum).toBe(0.9);
      expect(Math.abs(rates.etaY / 0.1 / effective - 1)).toBeLessThan(2 ** -49);
      expect(rates.etaZ).toBe(rates.etaY / 10);
      expect(Math.abs(steps - (8 * x1 * 3) / effective)).toBeLessThanOrEqual(1);
    }
  });
  it('has a 32-bit seed of its own', () => {
    const seeds = many({}).map(({ seed }) => seed);
    expect(seeds.every((s) => Number.isInteger(s) && s >= 0 && s < 2 ** 32)).toBe(true);
    expect(Math.max(...seeds)).toBeGreaterThan(2 ** 31);
    expect(new Set(seeds).size).toBe(200);
  });
});

describe('observed steps', () => {
  const sorted = (steps: number, asked: 'steps' | 'net') =>
    [...observedSteps(steps, asked)].sort((a, b) => a - b);
  it('of a whole run are powers of two and the last step', () => {
    expect(sorted(30, 'net')).toEqual([1, 2, 4, 8, 16, 29]);
    expect(sorted(2, 'net')).toEqual([1]);
  });
  it('of single steps are all at first, then a factor 1.1 apart', () => {
    const looks = sorted(2000, 'steps');
    expect(looks.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(looks.at(-1)).toBe(1999);
    for (const p of [64, 512, 1024]) expect(looks).toContain(p);
    looks.slice(1).forEach((t, i) => {
      expect(t - looks[i]).toBeLessThanOrEqual(Math.ceil(0.1 * looks[i]) + 1);
    });
    expect(looks.length).toBeLessThan(90);
  });
  it('record the update of the step and the end of the run', async () => {
    const world = { ...worldOf(setting({ momentum: 0.5 }), 3, 1), steps: 6 };
    const seen = await trainWorld(setting({ momentum: 0.5 }), world, new Set([1, 2, 3, 4, 5]));
    expect(seen.steps.map(({ time }) => time)).toEqual([1, 2, 3, 4, 5]);
    seen.steps.slice(1).forEach((motion, i) => {
      const before = seen.steps[i];
      motion.Z.forEach((row, m) => {
        row.forEach((z, l) => {
          expect(Math.abs(before.Z[m][l] + before.dZ[m][l] - z)).toBeLessThanOrEqual(2 ** -50);
        });
      });
    });
    const last = seen.steps[4];
    seen.net[0].dZ.forEach((row, m) => {
      row.forEach((z, l) => {
        expect(Math.abs(last.Z[m][l] + last.dZ[m][l] - z)).toBeLessThanOrEqual(2 ** -50);
      });
    });
    expect(seen.net[0].Z.flat().every((z) => z === 0)).toBe(true);
    // The clock depends on the effective rates.
    expect(last.rates).toMatchObject({ etaY: world.effective, etaZ: world.effective / 10 });
  });
});

describe('the plan', () => {
  it('has limits at one sixth of the level at each look', () => {
    // No violation: (1 - high)^n = level/2.
    for (const n of LOOKS) {
      const { low, high } = stageLimits(0, n);
      expect(low).toBe(0);
      // high and 1 - high >= 0.8 round by less than 2^-52, which the power multiplies by n <= 1024 = 2^10; three quarters of
      // 2^-40 are left for the quantile. (Empirical: 2.7e-14 at most.)
      expect(Math.abs((1 - high) ** n / (CELL_LEVEL / 12) - 1)).toBeLessThan(2 ** -40);
    }
  });
  it('stops if the limits are narrower than the width, not equal to it, and at the last look', () => {
    const at = { worlds: 64, violated: 0, low: 0.25, high: 0.5 };
    expect(settled(at, 0.25)).toBe(false);
    expect(settled(at, 0.26)).toBe(true);
    expect(settled({ ...at, worlds: 1024 }, 0.01)).toBe(true);
  });
  it('counts violations, and evaluates worlds in order and once', async () => {
    const asked: number[] = [];
    const standing = await planOfOne((i) => {
      asked.push(i);
      return i % 4 === 0;
    }, 0.5);
    expect(asked).toEqual(Array.from({ length: standing.worlds }, (_, i) => i));
    expect(standing).toEqual({ worlds: 32, violated: 8, ...stageLimits(8, 32) });
  });
});

describe('settings', () => {
  it('vary two parameters from the base, over seven ratios', () => {
    expect(RATIOS).toEqual([0.01, 0.1, 1, 10, 100, 1000, 10_000]);
    const [commons] = slices;
    expect(settingOf(commons.rows[2], 100)).toEqual({ ...BASE, commons: 3, ratio: 100 });
    expect(nameOf(setting())).toBe(
      'ratio=10 commons=1 asymmetry=1 K=3 M=100 T=inf batch=all momentum=0 asked=steps',
    );
    // 5 + 5 + 5 + 5 + 3 + 5 + 3 + 8 + 3 rows; the base is in four of them, three common tokens in two, T = 128 with batch 8 in two,
    // the whole run of the paper's model in two.
    expect(settingsOf(slices)).toHaveLength(7 * (42 - 3 - 1 - 1 - 1));
    const names = settingsOf(slices).map(nameOf);
    expect(names).toEqual([...names].sort());
    const vocabularies = slices.find(({ id }) => id === 'vocabulary')!;
    expect(vocabularies.rows.map(({ label }) => label)).toEqual(['30', '100', '1000', '10000', '1e6']);
  });
});

describe('parts of one run', () => {
  const scope: Scope = { seed: 5, width: 0.2, claims: ['snap', 'frequency'], slices: ['momentum'] };
  const cells = settingsOf(slices.filter(({ id }) => id === 'momentum')).flatMap((s) =>
    scope.claims.map((claim) => ({
      claim,
      setting: nameOf(s),
      worlds: 32,
      violated: 1,
      ...stageLimits(1, 32),
    })),
  );
  const part = (from: number, to: number, change: Partial<Atlas> = {}) => ({
    ...atlasOf(scope, cells.slice(from, to)),
    ...change,
  });
  const put = (...atlases: Atlas[]) => {
    const merged = merge(atlases.map((atlas, i) => ({ file: `${'abc'[i]}.json`, atlas })));
    return 'faults' in merged ? { faults: merged.faults.listed } : { atlas: merged.value };
  };
  const n = cells.length;

  it('merge to the whole, in order, also if they overlap', () => {
    expect(put(part(10, n), part(0, 12))).toEqual({ atlas: atlasOf(scope, cells) });
    const sorted = atlasOf(scope, [...cells].reverse()).cells;
    expect(sorted).toEqual([...cells].sort(inOrder));
    expect(sorted[0].claim).toBe('frequency');
    expect(inOrder(sorted[0], sorted[0])).toBe(0);
    expect(expectedCells(scope)).toHaveLength(n);
    expect(new Set(cells.map(keyOf))).toEqual(new Set(expectedCells(scope)));
  });
  it('are refused with all faults: another run, a different cell, a missing or a foreign one', () => {
    const other = put(part(0, n), part(0, n, { seed: 6 }));
    expect(other).toMatchObject({
      faults: [expect.stringContaining('b.json: expected a part of the same run')],
    });
    const changed = cells.map((c, i) => (i === 3 ? { ...c, violated: 2, ...stageLimits(2, 32) } : c));
    expect(put(part(0, n), atlasOf(scope, changed))).toEqual({
      faults: [`b.json: ${keyOf(cells[3])} differs from a.json`],
    });
    expect(put(part(0, n - 2))).toMatchObject({
      faults: [expect.stringMatching(new RegExp(`^2 of ${n} cells are missing from the files`))],
    });
    const [half, same, third] = ['1-of-2', '1-of-2', '2-of-3'].map((shard) => part(0, 5, { shard }));
    expect(put(half, same)).toMatchObject({
      faults: [expect.stringMatching(/; b\.json is the same part as a\.json, 1-of-2$/)],
    });
    expect(put(half, third)).toMatchObject({
      faults: [expect.stringMatching(/; they are shards of different divisions, into 2 and into 3 parts$/)],
    });
    const twice = merge([half, half].map((atlas) => ({ file: 'a.json', atlas })));
    expect('faults' in twice && twice.faults.listed).toEqual([
      expect.stringMatching(/; a\.json is given twice$/),
    ]);
    const strange = { ...cells[0], claim: 'discriminative' as const };
    expect(put(atlasOf(scope, [...cells, strange]))).toEqual({
      faults: [`cells that do not belong to this run, the first: ${keyOf(strange)}`],
    });
  });
});

describe('sparsification over a whole run', () => {
  const problem = {
    vocabulary: 20,
    classes: [
      { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [2, 5, 3] },
      { next: 11, query: 7, tokens: [0, 3, 4], probabilities: [1, 4, 4] },
    ],
  };
  const layout = reducedLayout(problem);
  const ask = (dZ: number[]) => {
    const Z = [[0, 0, 0.5, 0, 0]];
    const net = [{ problem, layout, time: 0, Z, dZ: [dZ], f: [] }];
    const question = atlasChecks.find(({ claim }) => claim === 'sparsification')!;
    return [...question.margins({ steps: [], net }, 'net')].map((m) => [
      m.name.match(/class (\d+)/)![1],
      m.value / m.scale,
    ]);
  };
  const H = (...w: number[]) => -total(w.map((x) => (x / total(w)) * Math.log(x / total(w))));

  it('is the fall of entropy over the distinct tokens of each class that moved', () => {
    const before = H(5, 3 * Math.exp(0.5));
    const after = H(5 * Math.exp(0.75), 3 * Math.exp(0.5));
    const [[next, fall], ...more] = ask([-0.75, 0.75, 0, 0, 0]) as [string, number][];
    expect([next, more]).toEqual(['10', []]);
    expect(Math.abs(fall - (before - after) / 0.75)).toBeLessThan(2 ** -48);
  });
  it('counts the entropy as maximal for distinct tokens that lost all attention', () => {
    const found = ask([2000, -2000, -2000, 0, 0]) as [string, number][];
    const before = H(5, 3 * Math.exp(0.5));
    expect(Math.abs(found[0][1] - (before - Math.log(2)) / 2000)).toBeLessThan(2 ** -48);
    expect(float64.digits).toBeGreaterThan(15);
  });
});
