import { describe, expect, it } from 'vitest';
import type { Judgement } from '../../src/decide/margin.ts';
import { judgeBlocks, judgeOnFleet } from '../../src/verify/blocks.ts';
import type { Block } from '../../src/verify/jobs.ts';

/** What is said of the world at a place: so that a judgement tells whose it is. */
const of = (place: number): Judgement => ({
  outcome: 'held',
  margin: { name: `world ${place}`, value: 1, time: 0 },
  digits: null,
  certified: false,
});
const places = ({ from, to }: Block) => Array.from({ length: to - from }, (_, i) => from + i);

/** Hands that answer once as many blocks as there are hands are out, the latest first. */
function contrary(hands: number, total: number) {
  const out: (() => void)[] = [];
  const came: number[] = [];
  let left = total;
  const ask = (block: Block) =>
    new Promise<{ answer: { judgements: Judgement[]; startSeconds: number }; seconds: number }>((resolve) => {
      left -= block.to - block.from;
      out.push(() => {
        came.push(...places(block));
        resolve({ answer: { judgements: places(block).map(of), startSeconds: 0 }, seconds: 0.01 });
      });
      if (out.length === hands || left === 0) for (const answer of out.splice(0).reverse()) answer();
    });
  return { ask, came };
}

describe('worlds in blocks', () => {
  it.each([1, 2, 3, 7])('are each asked once and told by their place: %i hands', async (hands) => {
    const total = 100;
    const { ask, came } = contrary(hands, total);
    const seen: number[] = [];
    const all = await judgeBlocks(total, hands, ask, (done) => seen.push(done));
    expect(all).toEqual(Array.from({ length: total }, (_, i) => of(i)));
    expect([...came].sort((a, b) => a - b)).toEqual([...came.keys()]);
    // Control: in the order in which they came, they are others as soon as there are two hands.
    expect(came.every((place, i) => place === i)).toBe(hands === 1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(total);
  });

  it('grow to a moment of work, and to more where the way to the first world is long', async () => {
    const sizes = async (start: number) => {
      const blocks: Block[] = [];
      await judgeBlocks(100_000, 1, async (block) => {
        blocks.push(block);
        const judgements = places(block).map(of);
        return { answer: { judgements, startSeconds: start }, seconds: start + judgements.length / 1000 };
      });
      return blocks.map(({ from, to }) => to - from);
    };
    const near = await sizes(0);
    expect(near[0]).toBe(1);
    expect(Math.max(...near)).toBe(250);
    expect(Math.max(...(await sizes(1)))).toBeGreaterThan(2500);
  });

  it('that are cut short or dropped leave their worlds open', async () => {
    let asked = 0;
    const all = await judgeBlocks(10, 1, async (block) => {
      asked += 1;
      if (asked === 4) return undefined;
      return { answer: { judgements: places(block).map(of), startSeconds: 0 }, seconds: 1 };
    });
    expect(all.map((judgement) => judgement !== undefined)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => i < 3),
    );
    const short = await judgeBlocks(10, 1, async () => ({
      answer: { judgements: [], startSeconds: 0 },
      seconds: 0,
    }));
    expect(short).toEqual(new Array(10).fill(undefined));
  });
});

describe('worlds in blocks of a fleet', () => {
  it.each([1, 3, 50])('are each asked once and told by their place: %i hands', async (hands) => {
    const total = 5000;
    const blocks: Block[] = [];
    let last = 0;
    const judge = async (block: Block) => {
      blocks.push(block);
      // Later blocks end first.
      await new Promise((wait) => setTimeout(wait, 20 - (20 * block.from) / total));
      const judgements = places(block).map(of);
      return { answer: { judgements, startSeconds: block.from / 1e5 }, seconds: judgements.length / 100 };
    };
    const all = await judgeOnFleet(total, hands, judge, (done) => {
      last = done;
    });
    expect(all).toEqual(Array.from({ length: total }, (_, i) => of(i)));
    expect(last).toBe(total);
    expect(blocks.flatMap(places).sort((a, b) => a - b)).toEqual([...all.keys()]);
    // 2, 16 and 128 are measured; 512 of them take 5.12 seconds.
    expect(blocks.map(({ from, to }) => to - from).slice(0, 5)).toEqual([2, 16, 128, 512, 512]);
  });

  it('that are cut short or dropped leave their worlds open', async () => {
    const cut = await judgeOnFleet(40, 3, async ({ from, to }) =>
      from >= 18
        ? undefined
        : { answer: { judgements: places({ from, to }).map(of), startSeconds: 0 }, seconds: 1 },
    );
    expect(cut.map((judgement) => judgement !== undefined)).toEqual(cut.map((_, i) => i < 18));
    const short = await judgeOnFleet(10, 1, async () => ({
      answer: { judgements: [], startSeconds: 0 },
      seconds: 0,
    }));
    expect(short).toEqual(new Array(10).fill(undefined));
  });
});
