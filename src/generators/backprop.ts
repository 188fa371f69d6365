/** States in which xi_n > 0: under Assumption 2, and under weaker conditions. */

import fc, { type Arbitrary } from 'fast-check';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { occurrences } from '../model/problem.ts';
import { assumption2World, overlaps } from './assumption2.ts';
import { commons, singleCommon } from './problems.ts';
import { pointWorld } from './states.ts';

/** 1 minus far more than the rounding of float64 in the row sums. */
const BELOW = 1 - 1e-9;

/** Lowers the logits of common tokens by quarters until the row sums of E are below 1: each step reduces every overlap. */
function weaken(world: PointWorld): PointWorld {
  const layout = reducedLayout(world.problem);
  const omega = occurrences(world.problem);
  const common = layout.tokens.map((id) => omega.get(id)!.length > 1);
  for (let { problem, Z } = world; ; Z = Z.map((row) => row.map((z, l) => (common[l] ? z - 1 / 4 : z)))) {
    const sums = overlaps({ problem, Z }).map((row) => row.reduce((a, b) => a + b, 0));
    if (Math.max(...sums) < BELOW) return { problem, Z };
  }
}

/** Row sums of E below 1: any overlap pattern, several query tokens, M as small as the problem allows or larger. */
const rowSumsBelowOne = (): Arbitrary<PointWorld> => pointWorld(commons(), 3).map(weaken);

/** A state, with a mark where Assumption 2 holds by construction. */
export interface XiWorld extends PointWorld {
  readonly assumption2?: true;
}

/** Assumption 2, or one common token, or row sums of E below 1. */
export const positiveXi = (): Arbitrary<XiWorld> =>
  fc.oneof(
    assumption2World().map((world): XiWorld => ({ ...world, assumption2: true })),
    pointWorld(singleCommon()),
    rowSumsBelowOne(),
  );
