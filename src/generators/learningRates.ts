/** Pairs of trainings with different learning rates. */

import fc, { type Arbitrary } from 'fast-check';
import type { FlowWorld, PointWorld } from '../ladder/worlds.ts';
import type { Problem } from '../model/problem.ts';
import { flowWorld } from './flows.ts';
import { decades } from './problems.ts';
import { pointWorld, rates } from './states.ts';

/** The factor of the rates of the second training: 1.26 to 100. */
const factor = fc.integer({ min: 1, max: 20 }).map((k) => 10 ** (k / 10));

/** A state of attention, learning rates, a factor, and a time before or after the zero of `flip` near K (ln M + 2)/etaY. */
export interface ClockWorld extends PointWorld {
  readonly etaY: number;
  readonly etaZ: number;
  readonly factor: number;
  readonly time: number;
}

export const clockWorld = (problems: Arbitrary<Problem>): Arbitrary<ClockWorld> =>
  fc
    .record({ point: pointWorld(problems), rates: rates(), factor, reach: decades(-3, 6) })
    .map(({ point, rates: { etaY, etaZ }, factor, reach }) => {
      const { vocabulary: M, classes } = point.problem;
      return { ...point, etaY, etaZ, factor, time: (reach * classes.length * (Math.log(M) + 2)) / etaY };
    });

/** A flow, and the factor of etaY (or of both rates) in a second one. */
export interface PairWorld extends FlowWorld {
  readonly factor: number;
}

export const paired = (worlds: Arbitrary<FlowWorld>): Arbitrary<PairWorld> =>
  fc.record({ world: worlds, factor }).map(({ world, factor }) => ({ ...world, factor }));

export const pairWorld = (problems: Arbitrary<Problem>): Arbitrary<PairWorld> =>
  paired(flowWorld(problems, undefined, [3, 8]));
