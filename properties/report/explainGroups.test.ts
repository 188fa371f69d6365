/** The reasons of groups of tokens: words for several, and for uses that are equal. */
import { describe, expect, it } from 'vitest';
import type { TokenFate } from '../../src/explain/explain.ts';
import { predictedFates } from '../../src/explain/predict.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import { groupsOf, reasonLines } from '../../src/report/explainGroups.ts';

const still = { z: 0, early: 0, late: 0 };
/** Predictions at Z = 0; no sentence speaks of the courses. */
function fatesOf(problem: Problem): TokenFate[] {
  const { queries, tokens } = reducedLayout(problem);
  const Z = queries.map(() => tokens.map(() => 0));
  return predictedFates(problem, Z).map((one) => ({ ...one, population: still, sgd: still }));
}
/** Two tokens that three classes share, used alike by each, and `distinct` more of each class. */
const sharing = (distinct: number): Problem => ({
  vocabulary: 1000,
  classes: [100, 101, 102].map((next, n) => ({
    ...{ next, query: 99 },
    tokens: [0, 1, ...Array.from({ length: distinct }, (_, i) => 10 * (n + 1) + i)],
    probabilities: [0.3, 0.2, ...Array(distinct).fill(0.5 / distinct)],
  })),
});

describe('the reason of several tokens', () => {
  it('speaks of them, and of one token of it', () => {
    const lines = (distinct: number) => reasonLines(fatesOf(sharing(distinct)), 1000).join('\n');
    expect(lines(1)).toMatch(
      /token 10 \(query 99\) gains: only class 100 uses it, and it distinguishes that/,
    );
    expect(lines(2)).toMatch(
      /tokens 10 and 11 \(query 99\) gain: only class 100 uses them, and they distinguish that/,
    );
  });

  it('says of uses that are equal that they are, not that one is 1 times more', () => {
    const tokens = fatesOf(sharing(1));
    const [common] = groupsOf({ tokens, vocabulary: 1000 }).filter(({ fates }) => fates[0].kind === 'common');
    expect(common.fates.map(({ token }) => token)).toEqual([0, 1]);
    expect(common.reason).toMatch(/^used about equally by each of their classes: gain in single classes/);
    for (const { why } of common.fates) expect(why).toMatch(/^used equally by classes/);
  });

  it('calls uses that differ by less than two digits show about equal', () => {
    const problem = sharing(1);
    // A little more of token 0 in the first class.
    const classes = problem.classes.map((c, n) =>
      n === 0 ? { ...c, probabilities: [0.306, 0.2, 0.494] } : c,
    );
    const fates = fatesOf({ ...problem, classes });
    expect(fates.find(({ token }) => token === 0)!.why).toMatch(/^used about equally by classes/);
  });
});
