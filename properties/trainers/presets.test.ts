import { describe, expect, it } from 'vitest';
import { BadInput } from '../../src/io/badInput.ts';
import { presets, type SyntheticSizes, syntheticProblem } from '../../src/model/presets.ts';
import { occurrences } from '../../src/model/problem.ts';
import { problemSchema } from '../../src/model/problemShape.ts';
import { runExperiment } from '../../src/trainers/experiment.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';

describe('the published problems', () => {
  for (const queryTokens of [1, 2, 3, 5, 10])
    it(`fit the schema of a problem file with ${queryTokens} query tokens`, () => {
      const sizes = { ...presets['syn-medium'], queryTokens };
      const problem = syntheticProblem(sizes);
      const K = 2 * queryTokens;
      expect(problemSchema.safeParse(problem).error?.issues).toBeUndefined();
      expect(problem.vocabulary).toBe(10 + 10 * K + queryTokens + K);
      expect(new Set(problem.classes.map((c) => c.query)).size).toBe(queryTokens);
      const kinds = [...occurrences(problem).values()].map((classes) => classes.length);
      expect(kinds.filter((n) => n === 1)).toHaveLength(10 * K);
      expect(kinds.filter((n) => n === K)).toHaveLength(10);
    });

  it('number the tokens as the paper does: common, distinct by class, query, next', () => {
    const { vocabulary, classes } = syntheticProblem(presets['syn-small']);
    expect(vocabulary).toBe(34);
    expect(classes.map(({ query, next }) => [query, next])).toEqual([
      [30, 32],
      [31, 33],
    ]);
    expect(classes[1].tokens).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    const [first, last] = [classes[0].probabilities[10], classes[0].probabilities[19]];
    expect(Math.abs(last / first - 10)).toBeLessThan(10 * 8 * 2 ** -53);
  });

  it('start from a loss of ln 34 on the small problem', async () => {
    const { runs } = await runExperiment(float64Trainer, {
      problem: syntheticProblem(presets['syn-small']),
      etaY: 1,
      etaZ: 1,
      momentum: 0.9,
      batch: 128,
      length: 128,
      steps: 1,
      init: 'zero',
      seeds: 2,
      firstSeed: 1,
    });
    // ln has an error of an ulp or two; then a weighted sum of 128 equal terms: 128 additions and products, half an ulp each.
    const bound = (4 + 2 * 128) * 2 ** -53 * Math.log(34);
    for (const { losses } of runs) expect(Math.abs(losses[0] - Math.log(34))).toBeLessThanOrEqual(bound);
  });

  const REFUSED: [sizes: object, faults: string[]][] = [
    [{ queryTokens: 0 }, ['queryTokens: expected an integer from 1 to 100000, got 0']],
    [{ common: 0, distinct: 0 }, ['common and distinct: expected at least one token']],
    [{ distinct: 1e5, queryTokens: 1e3 }, ['the sizes: expected at most 20000000 probabilities']],
    [
      { queryTokens: -1, nextPerQuery: 0.5, common: Number.NaN, distinct: '3' },
      ['queryTokens: ', 'nextPerQuery: ', 'common: ', 'distinct: '],
    ],
    [{ common: undefined }, ['common: expected a value, got nothing']],
  ];
  it.each(REFUSED)('refuse %o with all faults at once', (sizes, faults) => {
    let error: unknown;
    try {
      syntheticProblem({ ...presets['syn-small'], ...sizes } as SyntheticSizes);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BadInput);
    expect((error as BadInput).faults).toEqual(faults.map((fault) => expect.stringContaining(fault)));
  });
});
