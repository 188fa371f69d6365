/** Worlds of the rungs that are differential equations. */

import fc, { type Arbitrary } from 'fast-check';
import type { FlowWorld } from '../ladder/worlds.ts';
import type { Problem } from '../model/problem.ts';
import { decades } from './problems.ts';
import { rates } from './states.ts';

/** Flows from the zero start. @param ratio decades of etaY/etaZ; @param end decades of etaY t at the end */
export const flowWorld = (
  problems: Arbitrary<Problem>,
  ratio?: readonly [number, number],
  end: readonly [number, number] = [1, 6],
): Arbitrary<FlowWorld> =>
  fc
    .record({ problem: problems, rates: rates(ratio), reach: decades(...end) })
    .map(({ problem, rates, reach }) => ({ problem, rates, end: reach / rates.etaY }));
