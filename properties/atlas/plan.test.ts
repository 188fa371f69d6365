import { describe, expect, it } from 'vitest';
import { CELL_LEVEL, jointLimits, LOOKS, stageLimits } from '../../src/atlas/plan.ts';
import { clopperPearson } from '../../src/decide/statistics.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { planOfOne } from './planOfOne.ts';

const WIDTH = 0.1;

describe('the plan of a cell', () => {
  it('stops at the first look with limits narrower than the width', async () => {
    const none = await planOfOne(() => false, WIDTH);
    expect(none).toEqual({ worlds: 128, violated: 0, ...stageLimits(0, 128) });
    const widths = LOOKS.map((n) => stageLimits(0, n)).map(({ low, high }) => high - low);
    expect(widths.map((w) => w < WIDTH)).toEqual([false, false, true, true, true, true]);
    expect((await planOfOne(() => true, WIDTH)).worlds).toBe(128);
  });

  it('ends at the last look, decided or not, and evaluates no world twice', async () => {
    const asked: number[] = [];
    const { worlds, violated } = await planOfOne((i) => asked.push(i) > 0 && i % 2 === 0, 1e-3);
    expect([worlds, violated]).toEqual([1024, 512]);
    expect(asked).toEqual([...Array(1024).keys()]);
  });

  it('reaches a width of a tenth for every fraction at the last look', () => {
    const last = LOOKS[LOOKS.length - 1];
    for (let violated = 0; violated <= last; violated++) {
      const { low, high } = stageLimits(violated, last);
      expect(high - low).toBeLessThan(WIDTH);
    }
  });

  it.each([0.002, 0.03, 0.1, 0.5, 0.93])(
    'covers p = %f with at least its confidence, whenever it stopped',
    async (p) => {
      const uniform = uniformStream(Math.round(1000 * p));
      const cells = 1500;
      let missed = 0;
      for (let i = 0; i < cells; i++) {
        const { low, high } = await planOfOne(() => uniform() < p, WIDTH);
        if (p < low || p > high) missed++;
      }
      // More misses than these have probability below 5e-7 if each has probability at most LEVEL.
      expect(clopperPearson(missed, cells, 1e-6).low).toBeLessThanOrEqual(CELL_LEVEL);
    },
    60_000,
  );

  it('control: limits of a single look at the whole level, with optional stopping, miss more often', async () => {
    // Stopping as soon as p is excluded: the worst case for the union over the looks.
    const p = 0.3;
    const uniform = uniformStream(5);
    const cells = 4000;
    const missed = { each: 0, shared: 0 };
    for (let i = 0; i < cells; i++) {
      let violated = 0;
      let n = 0;
      const out = { each: false, shared: false };
      for (const stage of LOOKS) {
        for (; n < stage; n++) if (uniform() < p) violated++;
        const each = clopperPearson(violated, n, CELL_LEVEL);
        const shared = stageLimits(violated, n);
        out.each ||= p < each.low || p > each.high;
        out.shared ||= p < shared.low || p > shared.high;
      }
      if (out.each) missed.each++;
      if (out.shared) missed.shared++;
    }
    expect(clopperPearson(missed.each, cells, 1e-6).low).toBeGreaterThan(CELL_LEVEL);
    expect(clopperPearson(missed.shared, cells, 1e-6).low).toBeLessThanOrEqual(CELL_LEVEL);
  });
});

describe('joint limits', () => {
  it('hold for all cells simultaneously with their confidence; limits of single cells do not (control)', async () => {
    const maps = 150;
    const cells = 200;
    const uniform = uniformStream(77);
    const missed = { jointly: 0, alone: 0 };
    for (let map = 0; map < maps; map++) {
      const out = { jointly: false, alone: false };
      for (let cell = 0; cell < cells; cell++) {
        const p = uniform() ** 3;
        const standing = await planOfOne(() => uniform() < p, WIDTH);
        const misses = ({ low, high }: { low: number; high: number }) => p < low || p > high;
        out.jointly ||= misses(jointLimits(standing, cells));
        out.alone ||= misses(standing);
      }
      if (out.jointly) missed.jointly++;
      if (out.alone) missed.alone++;
    }
    expect(clopperPearson(missed.jointly, maps, 1e-6).low).toBeLessThanOrEqual(CELL_LEVEL);
    expect(clopperPearson(missed.alone, maps, 1e-6).low).toBeGreaterThan(CELL_LEVEL);
  }, 120_000);
});
