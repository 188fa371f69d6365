/** How the cases of a run are cut into blocks of 1 to 10 seconds. */
import type { CaseBlock } from './caseBlock.ts';

/** Cases of a block among those whose size is set: one in ten takes up to a second, the others milliseconds. */
const SIZED_BLOCK = 20;
/** Cases of the first block that is measured, and how many times as many the next one has. */
const [PROBE, GROWTH] = [64, 8];
/** Seconds after which a measured block says enough: a thread has compiled what it runs often. */
const ENOUGH = 1;
/** Seconds of a block at most, unless the kernel takes long to start: sizes are powers of two, so that a block takes half of it or more. */
const SECONDS = 6;
/** A block takes at least this many times as long as the start of its kernel. */
const WORTH = 10;
const MOST = 2 ** 16;

/** Seconds that a block took. */
export interface Measured {
  readonly seconds: number;
  readonly startSeconds: number;
}

/** Cases of a block by the seconds that `cases` of them took. A power of two: measured again, they are most often as many. */
export function blockSize(cases: number, { seconds, startSeconds }: Measured): number {
  const each = Math.max(seconds - startSeconds, 1e-9) / cases;
  const fits = Math.max(SECONDS, WORTH * startSeconds) / each;
  return 2 ** Math.max(0, Math.min(Math.floor(Math.log2(fits)), Math.log2(MOST)));
}

export function* cut(from: number, to: number, size: number): Generator<CaseBlock> {
  for (let at = from; at < to; at += size) yield { from: at, to: Math.min(to, at + size) };
}

/** The blocks of the cases whose size is set. */
export const sizedBlocks = (runs: number, sized: number): Generator<CaseBlock> =>
  cut(0, Math.min(runs, sized), SIZED_BLOCK);

/**
 * The blocks of the other cases, in order. The first ones are measured: each is asked for when `measure` has done the one
 * before. Their answers, and so all blocks, are the same when the run goes on later.
 */
export async function otherBlocks(
  runs: number,
  sized: number,
  measure: (block: CaseBlock) => Promise<Measured | undefined>,
): Promise<Generator<CaseBlock>> {
  let from = Math.min(runs, sized);
  for (let cases = PROBE; from < runs; cases *= GROWTH) {
    const block = { from, to: Math.min(runs, from + cases) };
    const measured = await measure(block);
    from = block.to;
    if (!measured) return cut(runs, runs, 1);
    const done = measured.seconds - measured.startSeconds >= ENOUGH;
    if (done || cases >= MOST) return cut(from, runs, blockSize(block.to - block.from, measured));
  }
  return cut(runs, runs, 1);
}
