/** The random worlds of a row in blocks: of about a quarter of a second for threads, of seconds for a fleet. */
import type { Judgement } from '../decide/margin.ts';
import { measuredBlocks } from '../workers/blockPlan.ts';
import type { Block, Judged, Timed } from './jobs.ts';

/** Seconds of work in a block: short, so that an interruption loses little and threads end at about the same time. */
const MOMENT = 0.25;
/** A block takes at least this many times as long as skipping the worlds before it. */
const WORTH = 10;

/**
 * Judges all worlds of a row, `hands` blocks at a time. The size of a block depends on how long worlds take; the judgements do
 * not.
 * @param judge judges a block: the judgements from its first world on; fewer, or undefined, after the run is cancelled
 * @returns judgements by the place of their world; undefined where none was made
 */
export async function judgeBlocks(
  total: number,
  hands: number,
  judge: (block: Block) => Promise<Timed<Judged> | undefined>,
  onWorld?: (done: number, total: number) => void,
): Promise<(Judgement | undefined)[]> {
  const all = new Array<Judgement | undefined>(total).fill(undefined);
  let [from, done, spent, aim] = [0, 0, 0, MOMENT];
  const size = () => {
    const left = total - from;
    const fits = spent > 0 ? (aim * done) / spent : 1;
    // The last blocks are shared.
    return Math.max(1, Math.min(Math.floor(fits), Math.ceil(left / (2 * hands))));
  };
  const hand = async () => {
    while (from < total) {
      const block = { from, to: Math.min(total, from + size()) };
      from = block.to;
      const judged = await judge(block);
      if (!judged) return;
      const { judgements, startSeconds } = judged.answer;
      judgements.forEach((judgement, i) => {
        all[block.from + i] = judgement;
      });
      done += judgements.length;
      spent += judged.seconds;
      aim = Math.max(MOMENT, WORTH * startSeconds);
      if (judgements.length > 0) onWorld?.(done, total);
      if (judgements.length < block.to - block.from) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(hands, total) }, hand));
  return all;
}

/** Worlds of the first block of a row on a fleet. */
const PROBE = 2;

/** As `judgeBlocks`, for a fleet: the blocks take seconds, and are the same when a campaign goes on. */
export async function judgeOnFleet(
  total: number,
  hands: number,
  judge: (block: Block) => Promise<Timed<Judged> | undefined>,
  onWorld?: (done: number, total: number) => void,
): Promise<(Judgement | undefined)[]> {
  const all = new Array<Judgement | undefined>(total).fill(undefined);
  let done = 0;
  const work = async (block: Block) => {
    const judged = await judge(block);
    if (!judged) return undefined;
    const { judgements, startSeconds } = judged.answer;
    judgements.forEach((judgement, i) => {
      all[block.from + i] = judgement;
    });
    done += judgements.length;
    onWorld?.(done, total);
    // The last block has the longest way to its first world: in proportion to the worlds before it.
    const longest = block.from > 0 ? (startSeconds * total) / block.from : 0;
    return { workSeconds: judged.seconds - startSeconds, startSeconds: longest };
  };
  const rest = await measuredBlocks({ from: 0, to: total }, PROBE, work);
  const hand = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) if (!(await work(next.value))) return;
  };
  await Promise.all(Array.from({ length: hands }, hand));
  return all;
}
