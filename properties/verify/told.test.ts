/** How worlds, counterexamples and fates are told, against hand-made ones. */
import { describe, expect, it } from 'vitest';
import {
  compareWithPublished,
  figure6Experiment,
  parseFigure6,
  rejectedRows,
  rootMeanSquare,
} from '../../fixtures/figure6/compare.ts';
import { explain } from '../../src/explain/explain.ts';
import { counterexampleOf, describeWorld, replayCommand } from '../../src/verify/counterexample.ts';
import { rowsOf } from '../../src/verify/registry.ts';
import { dense } from '../claims/dense.ts';

const problem = {
  vocabulary: 50,
  classes: [
    { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [2, 5, 3] },
    { next: 11, query: 7, tokens: [0, 1, 3], probabilities: [4, 1, 5] },
  ],
};

describe('a world in words', () => {
  it('names what it has, and nothing else', () => {
    expect(describeWorld({ problem })).toBe(
      'M = 50, class 10 after query 7 {0: 0.2, 1: 0.5, 2: 0.3}; class 11 after query 7 {0: 0.4, 1: 0.1, 3: 0.5}',
    );
    expect(describeWorld({ rates: { etaY: 0.5, etaZ: 0.125 }, steps: 8 })).toBe(
      'etaY = 0.5, etaY/etaZ = 4; 8 steps',
    );
    expect(describeWorld({ end: 1234.5, batch: 2, length: 3 })).toBe('to t = 1230; batch 2, T = 3');
    expect(describeWorld({ end: 2, batch: 2 })).toBe('to t = 2');
    expect(describeWorld({ cells: [1, 2] })).toBe('{"cells":[1,2]}');
    expect(describeWorld({ cells: Array.from({ length: 500 }, () => 1) })).toHaveLength(300);
  });
});

describe('a counterexample', () => {
  const [row] = rowsOf(['discriminative']);
  const judged = (outcome: 'held' | 'violated' | 'undecided', time: number, certified: boolean) =>
    counterexampleOf(
      row,
      { steps: 9 },
      { outcome, margin: { name: 'it is so', value: -0.12345, time }, digits: 40, certified },
      '3:1',
      5,
    );
  it('says what was asserted, where it fails, by how much, and how that is known', () => {
    expect(judged('violated', 4, true).words).toBe(
      'Asserted: it is so. It fails at step 4: margin -0.123 of its scale (certified with 40 digits). World: 9 steps.',
    );
    expect(judged('held', 0, false).words).toBe(
      'Asserted: it is so. It holds over the whole run of 9 steps: least margin -0.123 of its scale (measured in float64). World: 9 steps.',
    );
    expect(judged('undecided', 0, false).words).toContain(
      'It stays undecided over the whole run of 9 steps: margin near',
    );
    expect(judged('violated', 4, true)).toMatchObject({
      expected: false,
      certified: true,
      path: '3:1',
      world: { steps: 9 },
    });
  });
  it('describes the run of the judge, not that of the world, where the judge says what it ran', () => {
    const { words } = counterexampleOf(
      row,
      { steps: 9 },
      {
        outcome: 'violated',
        margin: { name: 'it is so', value: -1, time: 0 },
        ...{ digits: null, certified: false, run: '100 steps, batch 128' },
      },
      '3',
      5,
    );
    expect(words).toContain('It fails: margin -1 of its scale (measured in float64)');
    expect(words).toContain('World: 9 steps; run: 100 steps, batch 128.');
  });
  it('names a time on a flow, nothing at a state, and why where that is known', () => {
    const flow = rowsOf(['discriminative'], ['flow'])[0];
    const margin = { name: 'it', value: -1, time: 2.5 };
    const told = counterexampleOf(
      flow,
      { end: 10 },
      { outcome: 'violated', margin, digits: null, certified: false },
      'a.json',
      5,
    );
    expect(told.words).toContain(
      'It fails at t = 2.5: margin -1 of its scale (measured in float64). World: to t = 10. Why: ',
    );
    expect(told.expected).toBe(true);
    const still = counterexampleOf(
      row,
      {},
      { outcome: 'held', margin: null, digits: 20, certified: true },
      '1',
      5,
    );
    expect(still.words).toBe(
      'Asserted: the equalities of this row. It holds: least margin 0 of its scale (certified with 20 digits). World: {}.',
    );
  });
  it('has a command that leads back: with the seed, unless it is a file, and with what is not the default', () => {
    const command = (path: string, precision?: { digits: number; cap: number; arithmetic?: 'mpfr' }) =>
      replayCommand(row, path, 5, precision);
    expect(command('3:1')).toBe(
      'npx snapcheck verify discriminative --rung two-timescale --seed 5 --path 3:1',
    );
    expect(command('kept.json')).toBe(
      'npx snapcheck verify discriminative --rung two-timescale --path kept.json',
    );
    expect(command('1', { digits: 20, cap: 640, arithmetic: 'mpfr' })).toBe(
      'npx snapcheck verify discriminative --rung two-timescale --seed 5 --path 1 --digits 640 --arithmetic mpfr',
    );
  });
});

describe('the published table', () => {
  const [row] = parseFigure6('a,b,c,d,e,f,g\n3,6,0.5,2,2.5,0.25,10\n');
  it('is read column by column', () => {
    expect(row).toEqual({
      ...{ queryTokens: 3, nextTokens: 6, etaZ: 0.5, ratio: 2 },
      entropy: { mean: 2.5, std: 0.25, size: 10 },
    });
  });
  it('is run by its protocol', () => {
    expect(figure6Experiment(row)).toMatchObject({
      ...{ etaZ: 0.5, etaY: 1, momentum: 0.9, batch: 128, length: 128, steps: 100, init: 'uniform' },
    });
    const { classes } = figure6Experiment(row).problem;
    expect(classes).toHaveLength(6);
    expect(new Set(classes.map(({ query }) => query)).size).toBe(3);
  });
  it('is compared with a sample as kindly as its decimals allow; z takes them as exact', () => {
    const found = compareWithPublished(row, [2.5, 2.75, 2.25, 3]);
    expect(found.ours).toMatchObject({ mean: 2.625, size: 4 });
    const error = Math.sqrt(found.ours.std ** 2 / 4 + 0.25 ** 2 / 10);
    expect(Math.abs(found.z - 0.125 / error)).toBeLessThan(2 ** -48);
    expect(Math.abs(found.test.t)).toBeLessThan(Math.abs(found.z));
    const far = compareWithPublished(row, [9, 9.01, 8.99, 9]);
    expect(rejectedRows([found, far])).toEqual([far]);
  });
  it('has differences of root mean square', () => {
    expect(rootMeanSquare([3, -4, 0, 0])).toBe(2.5);
  });
});

describe('a fate', () => {
  const sgd = { batch: 2, length: 8, seed: 1 };
  const rates = { etaY: 0.5, etaZ: 0.125, momentum: 0 };
  const Z = [[0.25, -0.5, 0.125, 0]];
  const state = dense(problem, [0, 1, 2, 3], [7], Z);

  it('is the form of each token, split into what is its own and what it shares, at this M and beyond', async () => {
    const { tokens, ...rest } = await explain({ problem, Z, rates, steps: 20 }, sgd);
    expect(rest).toMatchObject({
      schema: 1,
      vocabulary: 50,
      classes: 2,
      steps: 20,
      uniform: true,
      rates,
      sgd,
    });
    expect(tokens.map(({ token, kind }) => [token, kind])).toEqual([
      [0, 'common'],
      [1, 'common'],
      [2, 'distinct'],
      [3, 'distinct'],
    ]);
    for (const [l, { form, phi, predicted }] of tokens.entries()) {
      const f = state.F.map((row) => row[l]);
      expect(phi).toHaveLength(l < 2 ? 2 : 1);
      const own = f.reduce((s, x, n) => s + x * x * (state.A[n][n] - 1), 0);
      const limit = own + 2 * f[0] * f[1] * state.A[0][1];
      const near = (got: number, value: number) => expect(Math.abs(got - value)).toBeLessThan(2 ** -40);
      near(form!.own, own);
      near(form!.shared, limit - own);
      near(form!.limit, limit);
      // K z' in units of gamma, which Lemma 4 gives too.
      near(form!.value, 2 * state.dZ[0][l]);
      expect(predicted).toBe(state.dZ[0][l] > 0 ? 'gains' : 'loses');
    }
  });

  it('is told for training too: early over a tenth of the steps, late over the second half', async () => {
    const at = async (steps: number) =>
      (await explain({ problem, Z, rates, steps }, sgd)).tokens.map((t) => t.population.z);
    const [two, ten, twenty] = [await at(2), await at(10), await at(20)];
    const { tokens } = await explain({ problem, Z, rates, steps: 20 }, sgd);
    for (const [l, { population }] of tokens.entries()) {
      expect(population.z).toBe(twenty[l]);
      expect(population.early).toBe(Math.sign(two[l] - Z[0][l]));
      expect(population.late).toBe(Math.sign(twenty[l] - ten[l]));
    }
  });

  it('goes to four times the onset of the snap, at least 20 and at most 20,000 steps, sooner with momentum', async () => {
    const steps = async (change: object) =>
      (await explain({ problem, rates: { ...rates, ...change } }, sgd)).steps;
    // 2 x1 = 2 ln(49 x1): x1 = 5.6717.. for M = 50.
    const onset = 2 * (2 * 5.671);
    const plain = await steps({});
    expect(Math.abs(plain - (4 * onset) / 0.5)).toBeLessThan(2);
    expect(Math.abs((await steps({ momentum: 0.5 })) - (2 * onset) / 0.5)).toBeLessThan(2);
    expect(await steps({ etaY: 100 })).toBe(20);
  });

  it('says whether classes are drawn alike', async () => {
    const weighted = { ...problem, classes: problem.classes.map((c, n) => ({ ...c, weight: n + 1 })) };
    expect((await explain({ problem: weighted, rates, steps: 2 }, sgd)).uniform).toBe(false);
    const equal = { ...problem, classes: problem.classes.map((c) => ({ ...c, weight: 3 })) };
    expect((await explain({ problem: equal, rates, steps: 2 }, sgd)).uniform).toBe(true);
  });

  it('has its reason in numbers: x + 1/x against 2/(f1.f2)', async () => {
    const { tokens } = await explain({ problem, Z, rates, steps: 2 }, sgd);
    const cosine = state.G[0][1];
    for (const [l, { why }] of tokens.slice(0, 2).entries()) {
      const ratio = state.F[0][l] / state.F[1][l];
      const x = Math.max(ratio, 1 / ratio);
      const [more, less] = ratio > 1 ? [10, 11] : [11, 10];
      const short = (y: number) => String(Number(y.toPrecision(2)));
      expect(why).toContain(`used ${short(x)} times more by class ${more} than by class ${less}`);
      const gains = x + 1 / x > 2 / cosine;
      expect(why).toContain(
        `x + 1/x = ${short(x + 1 / x)} ${gains ? '>' : '<='} 2/(f1.f2) = ${short(2 / cosine)}`,
      );
    }
    expect(tokens[2].why).toBe(
      'only class 10 uses it, and it distinguishes that class from the classes that overlap it.',
    );
  });
});
