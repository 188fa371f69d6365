import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareBench, type Measured, otherMachine, readBench } from '../../src/bench/compare.ts';
import { runBench } from '../../src/bench/run.ts';
import { comparisonText } from '../../src/report/benchComparison.ts';
import { timeText } from '../../src/report/benchGrids.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));
const kept = 'bench/results/bench.json';
const read = (file: string): Measured => {
  const checked = readBench(file);
  if ('faults' in checked) throw new Error(checked.faults.listed.join('\n'));
  return checked.value;
};
const before = read(kept);
const stepOf = (id: string) => before.backends.find(({ backend }) => backend === id)!.secondsPerStep!;
/** The same run with the times of a backend times a factor, and its digits less some. */
const changed = (backend: string, factor: number, less = 0): Measured => ({
  ...before,
  backends: before.backends.map((row) =>
    row.backend !== backend || !row.secondsPerStep
      ? row
      : {
          ...row,
          digits: row.digits.map((one) => ({ ...one, worst: one.worst === null ? null : one.worst - less })),
          secondsPerStep: {
            ...row.secondsPerStep,
            median: factor * row.secondsPerStep.median,
            low: factor * row.secondsPerStep.low,
            high: factor * row.secondsPerStep.high,
          },
        },
  ),
});

describe('a comparison of two runs', () => {
  it('of the same numbers tells no change', () => {
    const same = compareBench(before, before);
    expect(same).toMatchObject({ common: 1, slower: [], faster: [], digits: [] });
    expect(same.rows).toBeGreaterThan(20);
    expect(comparisonText(same, 'old.json', 200)).toContain('the quartiles of all overlap');
  });

  it('names the row that is slower or faster, and its digits', () => {
    const slow = compareBench(before, changed('decimal50', 3, 0.5));
    expect(slow.slower.map(({ what, ratio }) => [what, Math.round(ratio)])).toEqual([
      ['decimal50: a step', 3],
    ]);
    expect(slow.faster).toEqual([]);
    expect(slow.digits.map(({ backend, steps }) => [backend, steps])).toEqual([
      ['decimal50', 1],
      ['decimal50', 100],
      ['decimal50', 1000],
    ]);
    const text = comparisonText(slow, 'old.json', 80);
    expect(text).toContain('1 of');
    const { median } = stepOf('decimal50');
    expect(text).toContain(
      `3.00 times  decimal50: a step, ${timeText(median)} before, ${timeText(3 * median)} now`,
    );
    const fast = compareBench(changed('decimal50', 3), before);
    expect(fast.faster.map(({ what }) => what)).toEqual(['decimal50: a step']);
    expect(fast.slower).toEqual([]);
  });

  it('is silent about a change within the quartiles', () => {
    // Times this the lower quartile lies halfway (in the logarithm) to the upper one; times its cube, above it.
    const { low, high } = stepOf('decimal50');
    const half = Math.sqrt(high / low);
    expect(half).toBeGreaterThan(1);
    expect(compareBench(before, changed('decimal50', half)).slower).toEqual([]);
    expect(compareBench(before, changed('decimal50', half ** 3)).slower).toHaveLength(1);
  });

  it('is refused for another machine and for other work, with every difference', () => {
    const { machine, work } = before;
    expect(otherMachine(before, { machine, work }).count).toBe(0);
    const versions = { node: '99.0.0' };
    expect(otherMachine(before, { machine: { ...machine, versions }, work }).count).toBe(0);
    const other = { ...machine, cpu: 'An abacus', cores: 1 };
    expect(otherMachine(before, { machine: other, work: 'less' }).listed).toEqual([
      expect.stringContaining('expected cpu "An abacus"'),
      expect.stringContaining('expected cores "1"'),
      expect.stringContaining('other work'),
    ]);
  });

  it.each([
    ['no document', '[]'],
    ['a time without its quartiles', readFileSync(kept, 'utf8').replace(/"low": [\d.e-]+,/, '')],
    ['a truncated file', readFileSync(kept, 'utf8').slice(0, 3000)],
  ])('refuses %s', (_, text) => {
    const file = join(folder, 'bad.json');
    writeFileSync(file, text);
    expect(readBench(file)).toHaveProperty('faults');
  });
});

describe('a run on a problem of its own', () => {
  it('measures its backends on it, and nothing else', async () => {
    const one = { next: 3, query: 2, tokens: [0, 1], probabilities: [0.3, 0.7] };
    const problem = { vocabulary: 5, classes: [one, { ...one, next: 4, probabilities: [0.6, 0.4] }] };
    const budget = { seconds: 0.01, samples: 2 };
    const document = await runBench({
      ...{ command: 'a test', problem, backends: ['float64', 'decimal20'] },
      sizes: {
        random: 3,
        steps: [1, 10],
        step: budget,
        training: budget,
        point: budget,
        worlds: 2,
        coarse: true,
      },
    });
    expect(document.work).toContain('M = 5, K = 2');
    expect(document.backends.map(({ backend, worlds }) => [backend, worlds])).toEqual([
      ['float64', 1],
      ['decimal20', 1],
    ]);
    for (const { digits } of document.backends)
      for (const { worst } of digits) expect(worst).toBeGreaterThan(14);
    expect([document.training, document.population, document.scaling]).toEqual([[], [], []]);
  });
});
