/** The random worlds of a row in blocks of about a quarter of a second, for all threads. */
import type { Judgement } from '../decide/margin.ts';
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
      const { judgements, start } = judged.answer;
      judgements.forEach((judgement, i) => {
        all[block.from + i] = judgement;
      });
      done += judgements.length;
      spent += judged.seconds;
      aim = Math.max(MOMENT, WORTH * start);
      if (judgements.length > 0) onWorld?.(done, total);
      if (judgements.length < block.to - block.from) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(hands, total) }, hand));
  return all;
}
