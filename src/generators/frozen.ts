/** Worlds in which attention stands still at a random place and the decoder learns. */
import fc, { type Arbitrary } from 'fast-check';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';
import { commons, decades, singleCommon } from './problems.ts';
import { attentionLogits, matrix, seed } from './states.ts';

export interface FrozenWorld {
  readonly problem: Problem;
  /** Where attention stands, queries x tokens. */
  readonly Z: Matrix<number>;
  readonly etaY: number;
  readonly steps: number;
  /** The classes of the steps are drawn from it. */
  readonly seed: number;
  /** The one class of every step, where there is but one. */
  readonly only?: number;
}

/** Small worlds whose classes overlap and keep a distinct token each, so that F has full rank. */
const overlapping: Arbitrary<Problem> = fc.oneof(singleCommon(4, 2), commons(3, 3, 2));

export const frozenWorld = (
  maxSteps: number,
  problems: Arbitrary<Problem> = overlapping,
): Arbitrary<FrozenWorld> =>
  problems.chain((problem) =>
    fc.record({
      problem: fc.constant(problem),
      Z: attentionLogits(reducedLayout(problem), 2),
      etaY: decades(-1, 0.7),
      steps: fc.integer({ min: 1, max: maxSteps }),
      seed,
    }),
  );

/** Every step draws the same class. */
export const oneClassWorld = (maxSteps: number): Arbitrary<FrozenWorld> =>
  frozenWorld(maxSteps).chain((world) =>
    fc.nat({ max: world.problem.classes.length - 1 }).map((only) => ({ ...world, only })),
  );

/** Any decoder at all, in its reduced layout, and one class. */
export interface DecoderPoint {
  readonly problem: Problem;
  readonly Z: Matrix<number>;
  readonly Y: Matrix<number>;
  readonly cls: number;
}

export const decoderPoint: Arbitrary<DecoderPoint> = overlapping.chain((problem) => {
  const layout = reducedLayout(problem);
  return fc.record({
    problem: fc.constant(problem),
    Z: attentionLogits(layout, 2),
    Y: matrix(layout.tokens.length, layout.columns.length, 4),
    cls: fc.nat({ max: problem.classes.length - 1 }),
  });
});
