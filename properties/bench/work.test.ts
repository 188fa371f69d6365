import { describe, expect, it } from 'vitest';
import { bytesHeld } from '../../src/bench/memory.ts';
import { CASES } from '../../src/bench/published.ts';
import { BENCH_RATES, dyadicWeights, sharedWork } from '../../src/bench/work.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';

const single = (x: number) => Math.fround(x) === x;

describe('the shared work', () => {
  it('is exact in single precision, so that later differences come from the arithmetic alone', async () => {
    for (const { start, examples } of await sharedWork(20)) {
      const numbers = [
        ...start.Y.flat(),
        ...start.Z.flat(),
        ...examples.flatMap(({ mass, weight }) => [...mass, weight]),
      ];
      expect(numbers.filter((x) => !single(x))).toEqual([]);
      expect(examples.reduce((sum, { weight }) => sum + weight, 0)).toBe(1);
    }
    expect(Object.values(BENCH_RATES).every(single)).toBe(true);
    // The published momentum is not (control).
    expect(single(0.9)).toBe(false);
  });

  it('starts with the published small problem, whose masses have the published ratios', async () => {
    const [{ layout, start, examples }] = await sharedWork(0);
    expect(layout.vocabulary).toBe(34);
    expect(start.Y.flat().every((y) => y === 0)).toBe(true);
    const { classes } = syntheticProblem(presets['syn-small']);
    examples.forEach(({ mass }, n) => {
      const { probabilities: p } = classes[n];
      // Two roundings of each probability and one of the quotient.
      mass.forEach((m, l) => {
        expect(Math.abs((m / mass[0]) * (p[0] / p[l]) - 1)).toBeLessThan(8 * 2 ** -53);
      });
    });
  });

  it('is always the same, and a longer list starts with the shorter one', async () => {
    const [few, more] = [await sharedWork(2), await sharedWork(4)];
    expect(more.slice(0, 3)).toEqual(few);
  });

  it.each([1, 2, 3, 4, 5, 7, 8])(
    'gives %i classes weights that are binary fractions and as equal as possible',
    (K) => {
      const weights = dyadicWeights(K);
      expect(weights).toHaveLength(K);
      expect(weights.reduce((a, b) => a + b)).toBe(1);
      expect(Math.max(...weights) / Math.min(...weights)).toBeLessThanOrEqual(2);
      expect(weights.every((w) => Number.isInteger(Math.log2(w)))).toBe(true);
    },
  );
});

describe('the published problems', () => {
  it("have the sizes at which the authors' program was timed", () => {
    const sizes = CASES.map(({ problem }) => [problem.vocabulary, problem.classes.length]);
    expect(sizes).toEqual([
      [34, 2],
      [240, 20],
      [1002, 10],
    ]);
  });
});

describe('memory', () => {
  it('counts the bytes that are held, also outside the heap', async () => {
    const bytes = await bytesHeld(async () => {
      const kept = new Float64Array(2 ** 17);
      return () => void kept.fill(0);
    });
    // A mebibyte, and objects of a few hundred bytes around it.
    if (bytes !== null) expect(Math.abs(bytes - 2 ** 20)).toBeLessThan(2 ** 14);
  });

  it('counts bytes that only the holder reports', async () => {
    let own = 0;
    const bytes = await bytesHeld(
      async () => {
        own += 2 ** 24;
        return () => {};
      },
      () => own,
    );
    if (bytes !== null) expect(Math.abs(bytes - 2 ** 24)).toBeLessThan(2 ** 14);
  });
});
