import { type CellLimits, followPlan } from '../../src/atlas/plan.ts';

/** The plan of one claim, world by world. */
export async function planOfOne(violates: (index: number) => boolean, width: number): Promise<CellLimits> {
  const found = await followPlan(['it'], width, (_, from, to) => {
    let violated = 0;
    for (let index = from; index < to; index++) if (violates(index)) violated += 1;
    return [violated];
  });
  return found![0];
}
