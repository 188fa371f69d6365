/**
 * Cuts equal pieces of work, by their place in a run, into blocks of 1 to 10 seconds for a fleet. The first blocks are
 * measured, and their seconds are part of their answers, which a campaign keeps: the run that goes on with the
 * campaign cuts the same blocks.
 */

/** The pieces from one place up to before another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Seconds of a block: of the pieces themselves, and until the first of them began. */
export interface BlockSeconds {
  readonly workSeconds: number;
  readonly startSeconds: number;
}

/** How many times as many pieces the next measured block has. */
const GROWTH = 8;
/** Seconds after which a measured block says enough: a thread has compiled what it runs often. */
const ENOUGH = 1;
/** Seconds of a block at most, unless it takes long to start: sizes are powers of two, so that a block takes half of it or more. */
const SECONDS = 6;
/** A block takes at least this many times as long as its start. */
const WORTH = 10;
/** Blocks that are measured again at once, by threads that have compiled the work: other work on their machines adds seconds, and nothing takes any away. */
const AGAIN = 4;
/** Most pieces of a block. */
const MOST = 2 ** 16;

/** Pieces of a block by the seconds that `pieces` of them took. A power of two: measured again, they are most often as many. */
export function blockSize(pieces: number, { workSeconds, startSeconds }: BlockSeconds): number {
  const each = Math.max(workSeconds, 1e-9) / pieces;
  const fits = Math.max(SECONDS, WORTH * startSeconds) / each;
  return 2 ** Math.max(0, Math.min(Math.floor(Math.log2(fits)), Math.log2(MOST)));
}

/** Blocks of one size; the last one may be smaller. */
export function* cutBlocks({ from, to }: Stretch, size: number): Generator<Stretch> {
  for (let at = from; at < to; at += size) yield { from: at, to: Math.min(to, at + size) };
}

/**
 * The blocks of a stretch that follow the measured ones, in order.
 * @param pieces of the first block that is measured
 * @param measure does a block; undefined when the run is cancelled, which ends the blocks
 */
export async function measuredBlocks(
  { from, to }: Stretch,
  pieces: number,
  measure: (block: Stretch) => Promise<BlockSeconds | undefined>,
): Promise<Generator<Stretch>> {
  for (let size = pieces; from < to; size *= GROWTH) {
    const block = { from, to: Math.min(to, from + size) };
    const measured = await measure(block);
    if (!measured) break;
    from = block.to;
    if (measured.workSeconds < ENOUGH && size < MOST) continue;
    const first = blockSize(block.to - block.from, measured);
    const again = [...cutBlocks({ from, to: Math.min(to, from + AGAIN * first) }, first)];
    const seconds = await Promise.all(again.map(measure));
    from = again.at(-1)?.to ?? to;
    if (!seconds.every((one) => one !== undefined)) break;
    // A last block that is cut short says less than the others.
    const sizes = seconds.filter((_, i) => again[i].to - again[i].from === first);
    return cutBlocks({ from, to }, Math.max(first, ...sizes.map((one) => blockSize(first, one))));
  }
  return cutBlocks({ from: to, to }, 1);
}
