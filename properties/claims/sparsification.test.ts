// heavy: 15 s
import { describe, expect, it } from 'vitest';
import { sparsification } from '../../src/claims/sparsification.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('sparsification', () => {
  // A violation on no-normalisation is in 1 of 24 worlds, and 100 overlook it with a probability of 1.4 %.
  itGetsItsVerdicts('sparsification', { 'no-normalisation': 1000 });

  describe('of a published run', () => {
    // Two classes with 10 common and 10 distinct tokens each; what common tokens get does not count.
    const world = { queryTokens: 1, nextPerQuery: 2, etaZ: 1, ratio: 1, seed: 1 };
    const check = sparsification.checks.find(({ decided }) => decided === 'statistical')!;
    /** Attention spread evenly over so many of the distinct tokens. */
    const even = (tokens: number) =>
      [0, 1].map(() => [
        ...Array.from({ length: 10 }, (_, i) => i / 100),
        ...Array.from({ length: 10 }, (_, i) => (i < tokens ? 0.05 : 0)),
      ]);
    const judged = (judge: typeof check.judge, before: number, after: number) => {
      const published = async () => ({ before: even(before), after: even(after), run: 'a run' });
      return judge(world, { published, motions: () => Promise.reject(new Error('none')) });
    };
    it.each([
      [8, 4, 'held', 'entropy over distinct tokens falls', Math.log(8 / 4)],
      [10, 3, 'held', 'effective number of distinct tokens exceeds 2', 3 - 2],
      [4, 8, 'violated', 'entropy over distinct tokens falls', Math.log(4 / 8)],
      [10, 1, 'violated', 'effective number of distinct tokens exceeds 2', 1 - 2],
    ])('that goes from %i to %i tokens: %s, by "%s"', async (before, after, outcome, name, value) => {
      const judgement = await judged(check.judge, before, after);
      expect(judgement).toMatchObject({ outcome, margin: { name, time: 0 }, digits: null, certified: false });
      expect(Math.abs(judgement.margin!.value - value)).toBeLessThan(2 ** -45);
    });
    it('may violate in one run of three, as "at least two runs of three" says', () => {
      expect(check.rate).toBe(1 / 3);
    });
    it('the control asks entropy to rise, and is violated by its fall', async () => {
      const judgement = await judged(check.controls[0].judge, 8, 4);
      expect(judgement).toMatchObject({
        outcome: 'violated',
        margin: { name: 'entropy over distinct tokens rises' },
      });
      expect(Math.abs(judgement.margin!.value - Math.log(4 / 8))).toBeLessThan(2 ** -45);
    });
  });
});
