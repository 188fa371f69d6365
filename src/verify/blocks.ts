/** A row's random worlds in blocks, each as large as a moment's work, given to all hands. */
import type { Judgement } from '../decide/margin.ts';
import type { Block, Judged, Timed } from './jobs.ts';

/** Seconds of work that a block aims at: little is lost by an interruption, and less waited for at the end. */
const MOMENT = 0.25;
/** A block is to last this many times the stepping over the worlds before it. */
const WORTH = 10;

/**
 * Asks all worlds of a row, `hands` blocks at a time. How they are cut depends on how long they take, what they come to
 * does not.
 * @param ask what became of a block's worlds from its first on; fewer, or undefined, once the run is called off
 * @returns judgements by the place of their world; undefined where none was made
 */
export async function askBlocks(
  total: number,
  hands: number,
  ask: (block: Block) => Promise<Timed<Judged> | undefined>,
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
      const judged = await ask(block);
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
