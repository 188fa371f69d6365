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

/** All f_n.f_n' equal: class n gives its own token the weight `own`, every other of K tokens the weight `other`. */
const equalOverlap = (unused: Arbitrary<number>): Arbitrary<FrozenWorld> =>
  fc
    .record({
      K: fc.integer({ min: 2, max: 4 }),
      unused,
      other: fc.integer({ min: 1, max: 20 }),
      excess: fc.integer({ min: 1, max: 100 }),
      etaY: decades(-0.3, 1),
      steps: fc.integer({ min: 2, max: 10 }),
    })
    .map(({ K, unused, other, excess, etaY, steps }) => {
      const ids = Array.from({ length: K }, (_, n) => n);
      return {
        problem: {
          vocabulary: K + unused,
          classes: ids.map((n) => ({
            next: n,
            query: 0,
            tokens: ids,
            probabilities: ids.map((l) => (l === n ? other + excess : other)),
          })),
        },
        Z: [ids.map(() => 0)],
        etaY,
        steps,
        seed: 0,
      };
    });

/** Remark 1's worlds: equal overlaps, and every vocabulary entry is a target (K = M). */
export const equalOverlapWorld = equalOverlap(fc.constant(0));
/** As above with K < M. */
export const equalOverlapWithUnused = equalOverlap(fc.integer({ min: 1, max: 20 }));
