/** A setting's worlds in blocks: any cut gives the same cells, and every job is short. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BlockJob, countViolations, decideCells, decideInBlocks } from '../../src/atlas/cells.ts';
import { blockOf, secondsOf } from '../../src/atlas/cost.ts';
import { LOOKS, stageLimits } from '../../src/atlas/plan.ts';
import { BASE, claimIds, settingsOf, slices } from '../../src/atlas/settings.ts';
import { uniformStream } from '../../src/model/uniform.ts';

/** A claim's share of violating worlds, and the worlds that violate it by it. */
const shares = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  share: fc.tuple(...claimIds.map(() => fc.double({ min: 0, max: 1, noNaN: true }))),
});
const outcomesOf = (seed: number, share: readonly number[]) => {
  const uniform = uniformStream(seed);
  return Array.from({ length: LOOKS[LOOKS.length - 1] }, () => share.map((p) => uniform() < p));
};
const job = { setting: { ...BASE, ratio: 1 }, claims: claimIds, seed: 1, width: 0.1 };
/** Counts as a thread does, from given outcomes. */
const counted =
  (outcomes: readonly (readonly boolean[])[]) =>
  async ({ claims, from, to }: BlockJob) =>
    claims.map((claim) => outcomes.slice(from, to).filter((own) => own[claimIds.indexOf(claim)]).length);

describe('blocks of worlds', () => {
  it('of any size give the cells of the whole, and no world is counted twice', async () => {
    await fc.assert(
      fc.asyncProperty(shares, fc.integer({ min: 1, max: 1500 }), async ({ seed, share }, size) => {
        const outcomes = outcomesOf(seed, share);
        const seen = new Set<number>();
        const cells = await decideInBlocks(job, size, async (block) => {
          expect(block.to - block.from).toBeLessThanOrEqual(size);
          for (let i = block.from; i < block.to; i++) expect(seen.has(i) || !seen.add(i)).toBe(false);
          return await counted(outcomes)(block);
        });
        expect(cells).toEqual(await decideInBlocks(job, 1024, counted(outcomes)));
        // As the plan is written down: the first look at which the limits are narrow, or the last.
        for (const [i, cell] of cells!.entries()) {
          const at = (n: number) => outcomes.slice(0, n).filter((own) => own[i]).length;
          const look = LOOKS.find((n) => {
            const { low, high } = stageLimits(at(n), n);
            return high - low < job.width || n === LOOKS[LOOKS.length - 1];
          })!;
          expect(cell).toMatchObject({ claim: claimIds[i], worlds: look, violated: at(look) });
        }
      }),
    );
  });

  it.each([
    ['dropped', (counts: number[]) => counts.map(() => 0)],
    ['counted twice', (counts: number[]) => counts.map((n) => 2 * n)],
  ])('control: a block that is %s is seen', async (_, spoil) => {
    const outcomes = outcomesOf(3, [0.2, 0.3, 0.4, 0.5]);
    const whole = await decideInBlocks(job, 16, counted(outcomes));
    const spoilt = await decideInBlocks(job, 16, async (block) => {
      const counts = await counted(outcomes)(block);
      return block.from === 16 ? spoil(counts) : counts;
    });
    expect(spoilt).not.toEqual(whole);
  });

  it('give undefined when one of them is cut short', async () => {
    const outcomes = outcomesOf(3, [0.2, 0.3, 0.4, 0.5]);
    const cells = await decideInBlocks(job, 16, async (block) =>
      block.from === 48 ? undefined : await counted(outcomes)(block),
    );
    expect(cells).toBeUndefined();
  });

  it('of trained worlds give the cells of a setting that is one job', async () => {
    const few = { ...job, setting: { ...BASE, ratio: 3 }, seed: 4, width: 0.3 };
    expect(await decideInBlocks(few, 8, countViolations)).toEqual(await decideCells(few));
  });
});

describe('the cut of each setting', () => {
  it.each([undefined, { ...BASE, ratio: 1, classes: 8, batch: 2000, length: 128 }])(
    'gives jobs of seconds, whose blocks end at the looks of the plan: %o',
    (large) => {
      for (const setting of large ? [large] : settingsOf(slices)) {
        const size = blockOf(setting);
        const seconds = secondsOf(setting);
        if (size === null) expect(1024 * seconds).toBeLessThanOrEqual(4);
        else {
          expect(size === 1 || size * seconds <= 2).toBe(true);
          expect(Number.isInteger(Math.log2(size))).toBe(true);
          // Half the blocks would do otherwise.
          expect(size >= LOOKS[LOOKS.length - 1] || 2 * size * seconds).toBeGreaterThan(2);
        }
      }
    },
  );
});
