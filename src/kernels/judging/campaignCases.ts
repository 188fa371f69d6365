/**
 * The random cases of a run in blocks that a fleet shares. The result is that of `randomCases` with one kernel for all cases, if
 * the kernel keeps its contract: a case depends on its index alone, and nothing carries over between calls.
 */
import { cutBlocks, measuredBlocks, type Stretch } from '../../workers/blockPlan.ts';
import type { Engine } from '../../workers/engine.ts';
import { type KernelCase, sizedCases } from '../cases/cases.ts';
import { NoKernel } from '../kernel.ts';
import {
  type BlockAnswer,
  type BlockCounts,
  type BlockSettings,
  blockJob,
  casesOf,
  refusalIn,
} from './caseBlock.ts';
import { CaseTally } from './caseTally.ts';
import { type RandomCases, REMEMBERED } from './randomCases.ts';
import type { Worst } from './worst.ts';

/** Adds up blocks in the order of their cases, up to the first failing case. */
export class BlockMerge {
  readonly tally = new CaseTally();
  failing: BlockCounts['failing'] = null;
  readonly #worst: Worst;
  readonly #waiting = new Map<number, { to: number; counts: BlockCounts }>();
  #next = 0;

  constructor(worst: Worst) {
    this.#worst = worst;
  }

  /** Blocks may come in any order. @throws Error if a block comes twice, or its counts are not those of its cases */
  add({ from, to }: Stretch, counts: BlockCounts): void {
    const { cases, failing } = counts;
    const fits = failing ? failing.foundAt === from + cases - 1 && failing.foundAt < to : cases === to - from;
    if (!fits) throw new Error(`cases ${from} to ${to - 1}: a block of ${cases} cases is not theirs`);
    if (from < this.#next || this.#waiting.has(from))
      throw new Error(`cases ${from} to ${to - 1}: their block came twice`);
    this.#waiting.set(from, { to, counts });
    for (let block = this.#waiting.get(this.#next); block && !this.failing; ) {
      this.#waiting.delete(this.#next);
      this.#next = block.to;
      this.tally.merge(block.counts);
      this.#worst.merge(block.counts.stages);
      this.failing = block.counts.failing;
      block = this.#waiting.get(this.#next);
    }
  }

  /** Cases before this index are added up. */
  get next(): number {
    return this.#next;
  }
}

/** Cases of a block among those whose size is set: one in ten takes up to a second, the others milliseconds. */
const SIZED_BLOCK = 20;
/** Cases of the first of the other blocks, which is measured. */
const PROBE = 64;

/** Blocks under way at the beginning. */
const FIRST = 32;

interface Settings {
  readonly runs: number;
  readonly worst: Worst;
  /** Called when a block is done, with the number of cases of all blocks done so far. */
  readonly onCase: (done: number) => void;
}

/** The last calls before a case. */
function callsBefore(index: number, caseAt: (index: number) => KernelCase): KernelCase {
  let earlier: KernelCase = [];
  for (let i = index - 1; i >= 0 && earlier.length < REMEMBERED; i--) earlier = [...caseAt(i), ...earlier];
  return earlier.slice(-REMEMBERED);
}

/**
 * Blocks after a failing one are not waited for. After an interruption the counts are those of the first blocks, up to one that is
 * missing.
 * @param engine whose `end` the caller calls, which drops the blocks that are not waited for
 * @throws NoKernel if a worker has not the kernel, or must not run it
 */
export async function campaignCases(
  engine: Engine,
  of: BlockSettings,
  { runs, worst, onCase }: Settings,
): Promise<RandomCases> {
  const merge = new BlockMerge(worst);
  let done = 0;
  /** No case from here on is needed. */
  let end = runs;
  let over = () => {};
  let fail: (error: unknown) => void = () => {};
  const decided = new Promise<void>((resolve, reject) => {
    over = resolve;
    fail = reject;
  });
  const work = async (block: Stretch): Promise<BlockAnswer | undefined> => {
    const task = { ...of, block };
    try {
      const answer = await engine.run(0, { name: 'kernelBlock', task, here: () => blockJob(task) });
      if (!answer) return undefined;
      const { counts } = answer;
      merge.add(block, counts);
      if (counts.failing) end = Math.min(end, block.to);
      done += counts.cases;
      onCase(done);
      engine.tell(done / runs);
      if (merge.next >= end) over();
      return answer;
    } catch (error) {
      const refusal = refusalIn(error);
      fail(refusal === undefined ? error : new NoKernel(refusal));
      return undefined;
    }
  };
  let hands = 0;
  /** One more block at a time for each that is done: what is under way when a case fails is work for nothing. */
  const share = async (blocks: Iterator<Stretch>) => {
    const hand = async (): Promise<void> => {
      const more: Promise<void>[] = [];
      for (let next = blocks.next(); !next.done && next.value.from < end; next = blocks.next()) {
        if (!(await work(next.value))) break;
        if (hands >= engine.size) continue;
        hands += 1;
        more.push(hand());
      }
      hands -= 1;
      await Promise.all(more);
    };
    const first = Math.min(FIRST, engine.size);
    hands += first;
    await Promise.all(Array.from({ length: first }, hand));
  };
  const sized = Math.min(runs, sizedCases(of.envelope));
  const measure = async (block: Stretch) => {
    const answer = block.from < end ? await work(block) : undefined;
    return answer && { ...answer, workSeconds: answer.seconds - answer.startSeconds };
  };
  const all = Promise.all([
    share(cutBlocks({ from: 0, to: sized }, SIZED_BLOCK)),
    measuredBlocks({ from: sized, to: runs }, PROBE, measure).then(share),
  ]);
  await Promise.race([all, decided]);
  const { cases, calls, coverage, batches } = merge.tally;
  const caseAt = casesOf(of);
  const found = merge.failing;
  const failing = found && { calls: caseAt(found.foundAt), fault: found.fault, foundAt: found.foundAt };
  const earlier = found ? callsBefore(found.foundAt, caseAt) : [];
  return { cases, calls, coverage, failing, batches, earlier };
}
