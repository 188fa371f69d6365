/** What long runs train on. */
import { describe, expect, it } from 'vitest';
import { saturation, training } from '../../src/kernels/longRuns/inputs.ts';

describe('what long runs train on', () => {
  it('two classes of one query: common tokens half of the time, distinct ones the later the rarer', () => {
    const { start, batch, steps } = training('float32', 5);
    expect(steps).toBe(150);
    expect(start).toMatchObject({ vocabulary: 13, contextLength: 24, etaY: 1, etaZ: 1 });
    expect(start.momentum).toBe(Math.fround(0.9));
    const counts = [new Map<number, number>(), new Map<number, number>()];
    const classes = [0, 0];
    for (let k = 0; k < 500; k++) {
      const { contexts, queries, targets } = batch();
      expect([...queries]).toEqual([10, 10, 10, 10]);
      expect(contexts).toHaveLength(96);
      for (const [b, target] of targets.entries()) {
        const n = [11, 12].indexOf(target);
        classes[n] += 1;
        for (const t of contexts.subarray(24 * b, 24 * (b + 1)))
          counts[n].set(t, (counts[n].get(t) ?? 0) + 1);
      }
    }
    for (const n of [0, 1]) {
      // 2,000 sequences, 48,000 tokens: five deviations.
      expect(Math.abs(classes[n] - 1000)).toBeLessThan(5 * Math.sqrt(500));
      const first = 2 + 4 * n;
      expect([...counts[n].keys()].sort((a, b) => a - b)).toEqual([
        0,
        1,
        first,
        first + 1,
        first + 2,
        first + 3,
      ]);
      const all = 24 * classes[n];
      const near = (token: number, share: number) =>
        expect(Math.abs(counts[n].get(token)! / all - share)).toBeLessThan(5 * Math.sqrt(share / all));
      near(0, 1 / 4);
      near(1, 1 / 4);
      // floor(4 U^2): sqrt(1/4), sqrt(2/4), ..
      for (const i of [0, 1, 2, 3]) near(first + i, (Math.sqrt((i + 1) / 4) - Math.sqrt(i / 4)) / 2);
    }
  });
  it.each([
    ['float32', 24],
    ['float64', 53],
  ] as const)('a decoder two below ln 1/u in %s, of tokens that stand alone', (dtype, digits) => {
    const { start, batch } = saturation(dtype);
    expect(start).toMatchObject({
      vocabulary: 6,
      contextLength: 3,
      momentum: 0,
      etaZ: 1,
      etaY: 2 ** (digits - 4),
    });
    const gap = digits * Math.LN2 - 2;
    const held = [...start.Y].map((y, i) => [i, y]).filter(([, y]) => y !== 0);
    expect(held.map(([i]) => i)).toEqual([3, 10]);
    for (const [, y] of held) expect(Math.abs(y / gap - 1)).toBeLessThan(2 ** -22);
    expect([...batch().contexts]).toEqual([0, 0, 0, 1, 1, 1]);
    expect([...batch().targets]).toEqual([3, 4]);
  });
});
