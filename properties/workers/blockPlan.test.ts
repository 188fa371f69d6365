/** Blocks of a run that a fleet shares. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockSize, measuredBlocks, type Stretch } from '../../src/workers/blockPlan.ts';

describe('the blocks of a run', () => {
  const times = fc.record({
    from: fc.integer({ min: 0, max: 700 }),
    pieces: fc.integer({ min: 0, max: 2e5 }),
    probe: fc.constantFrom(1, 2, 64),
    each: fc.double({ min: 1e-5, max: 1, noNaN: true }),
    startSeconds: fc.double({ min: 0, max: 20, noNaN: true }),
  });

  it('hold each piece once, in order, and take 3 to 6 seconds, or five to ten times their start', async () => {
    await fc.assert(
      fc.asyncProperty(times, async ({ from, pieces, probe, each, startSeconds }) => {
        const to = from + pieces;
        const measured: Stretch[] = [];
        const rest = await measuredBlocks({ from, to }, probe, async (block) => {
          measured.push(block);
          return { workSeconds: each * (block.to - block.from), startSeconds };
        });
        const others = [...rest];
        // Loops: `expect` would take a minute.
        let next = from;
        for (const block of [...measured, ...others])
          if (block.from === next && block.to > block.from) next = block.to;
        expect(next).toBe(to);
        const [low, high] = [Math.max(3, 5 * startSeconds), Math.max(6, 10 * startSeconds)];
        const fits = (block: Stretch) => {
          const work = each * (block.to - block.from);
          const whole = block.to - block.from >= 2 ** 16;
          return work <= high * (1 + 1e-9) && (whole || work >= low * (1 - 1e-9));
        };
        // The last one may be short.
        expect(others.slice(0, -1).find((block) => !fits(block))).toBeUndefined();
      }),
      { seed: 1 },
    );
  });

  it('are longer where a block that is measured again took less time, as by a thread that is warm', async () => {
    const measured: Stretch[] = [];
    const rest = await measuredBlocks({ from: 0, to: 50_000 }, 64, async (block) => {
      measured.push(block);
      const pieces = block.to - block.from;
      // A tenth of the time from the second second on, but for one block, whose machine has other work too.
      const each = block.from < 576 || measured.length === 4 ? 1 / 256 : 1 / 2048;
      return { workSeconds: pieces * each, startSeconds: 0 };
    });
    // 64 and 512 pieces; 1024 take 4 seconds, and in the blocks after that half a second.
    expect(measured.map(({ from, to }) => to - from)).toEqual([64, 512, 1024, 1024, 1024, 1024]);
    expect([...rest].map(({ from, to }) => to - from).slice(0, 2)).toEqual([8192, 8192]);
  });

  it('end when one that is measured again is cancelled', async () => {
    const judged: Stretch[] = [];
    const rest = await measuredBlocks({ from: 0, to: 5000 }, 64, async (block) => {
      judged.push(block);
      return judged.length > 3 ? undefined : { workSeconds: (block.to - block.from) / 64, startSeconds: 0 };
    });
    expect(judged).toHaveLength(5);
    expect([...rest]).toEqual([]);
  });

  it('end when the run is cancelled', async () => {
    expect([...(await measuredBlocks({ from: 0, to: 1000 }, 2, async () => undefined))]).toEqual([]);
  });

  it('have equal sizes where a machine is a little slower', () => {
    expect(blockSize(512, { workSeconds: 1, startSeconds: 0.2 })).toBe(2048);
    expect(blockSize(512, { workSeconds: 1.1, startSeconds: 0.2 })).toBe(2048);
  });
});
