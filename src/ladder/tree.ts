/** The rungs as a tree: from training as it is run to what the theorems assume, and other models beside it. */
import { kernelLimit, otherModels } from './branches.ts';
import { flow } from './flow.ts';
import { frozen } from './frozen.ts';
import { modified } from './modified.ts';
import { population } from './population.ts';
import type { RungInfo } from './rung.ts';
import { sgd } from './sgd.ts';
import { singleCt } from './single-ct.ts';
import { twoTimescale } from './two-timescale.ts';

/** Every rung: the ladder of the paper, then those of other models. Each stands after its parent. */
export const rungs: readonly RungInfo[] = [
  ...[sgd, population, flow, modified, frozen, twoTimescale, singleCt],
  ...otherModels,
  kernelLimit,
];

/** Whether a rung is of another model than the paper's. */
export const isOtherModel = (id: string): boolean =>
  rungs.some((rung) => rung.id === id && 'relaxes' in rung.change);

/** A rung and those that change one thing about it. */
export interface RungTree {
  readonly rung: RungInfo;
  readonly children: readonly RungTree[];
}

/** The tree below the rung that changes nothing. */
export function rungTree(parent: string | null = null): RungTree[] {
  return rungs
    .filter((rung) => rung.parent === parent)
    .map((rung) => ({ rung, children: rungTree(rung.id) }));
}
