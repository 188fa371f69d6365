/** Worlds with attention fixed at random logits, in which the decoder learns. */

import fc, { type Arbitrary } from 'fast-check';
import type { FrozenWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';
import { assumption2World } from './assumption2.ts';
import { commons, decades, singleCommon } from './problems.ts';
import { attentionLogits, matrix, seed } from './states.ts';

/** Small problems whose classes overlap and have a distinct token each, so that Phi has full rank. */
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
      seed: seed(),
    }),
  );

/**
 * Under Assumption 2, with equal to very unequal counts: a class may be thirty times as likely as another, and may never
 * be drawn. etaY < 1.
 */
export const countedWorld = (maxSteps: number): Arbitrary<FrozenWorld> =>
  assumption2World({ maxClasses: 4, maxExtra: 3, queries: 2, limit: 2 }).chain(({ problem, Z }) =>
    fc.record({
      problem: fc.constant(problem),
      Z: fc.constant(Z),
      etaY: decades(-2, -0.01),
      steps: fc.integer({ min: 1, max: maxSteps }),
      seed: seed(),
      weights: fc.array(fc.constantFrom(1, 1, 30), {
        minLength: problem.classes.length,
        maxLength: problem.classes.length,
      }),
      assumption2: fc.constant(true as const),
    }),
  );

/**
 * Under Assumption 2, E'_02 < 0: classes 0 and 1, and 1 and 2, share a token of weight `near`, 0 and 2 one of a weight so small
 * that f_0.f_2 < (f_0.f_1)(f_1.f_2); each has a distinct token. Only class 2 is drawn, so that h*(N_0) = 0.
 */
export const undrawnWorld = (): Arbitrary<FrozenWorld> =>
  fc
    .record({
      near: fc.integer({ min: 30, max: 45 }),
      part: fc.integer({ min: 10, max: 18 }),
      etaY: decades(-2, -0.01),
      steps: fc.integer({ min: 1, max: 12 }),
    })
    .map(({ near, part, etaY, steps }) => {
      const far = Math.floor(((near * near) / Math.hypot(100, near, near)) * (part / 20));
      const contents = [
        [0, near, 2, far, 3, 100],
        [0, near, 1, near, 4, 100],
        [1, near, 2, far, 5, 100],
      ];
      return {
        problem: {
          vocabulary: 1e9,
          classes: contents.map(([a, x, b, y, c, z], n) => ({
            next: 10 + n,
            query: 20,
            tokens: [a, b, c],
            probabilities: [x, y, z],
          })),
        },
        Z: [[0, 0, 0, 0, 0, 0]],
        etaY,
        steps,
        seed: 0,
        only: 2,
        assumption2: true,
      };
    });

/** Draws of classes: small overlapping worlds, and worlds under Assumption 2 with equal, unequal and zero counts. */
export const drawnWorld = (): Arbitrary<FrozenWorld> =>
  fc.oneof(
    { arbitrary: frozenWorld(12), weight: 2 },
    { arbitrary: countedWorld(32), weight: 3 },
    { arbitrary: undrawnWorld(), weight: 1 },
  );

/** Every step draws the same class. */
export const oneClassWorld = (maxSteps: number): Arbitrary<FrozenWorld> =>
  frozenWorld(maxSteps).chain((world) =>
    fc.nat({ max: world.problem.classes.length - 1 }).map((only) => ({ ...world, only })),
  );

/** Any decoder in its reduced layout, and one class. */
export interface DecoderPoint {
  readonly problem: Problem;
  readonly Z: Matrix<number>;
  readonly Y: Matrix<number>;
  readonly cls: number;
}

export const decoderPoint = (): Arbitrary<DecoderPoint> =>
  overlapping.chain((problem) => {
    const layout = reducedLayout(problem);
    return fc.record({
      problem: fc.constant(problem),
      Z: attentionLogits(layout, 2),
      Y: matrix(layout.tokens.length, layout.columns.length, 4),
      cls: fc.nat({ max: problem.classes.length - 1 }),
    });
  });

/** All f_n.f_n' equal: of K tokens, class n gives token n the weight `own` and the others the weight `other`. */
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
export const equalOverlapWorld = (): Arbitrary<FrozenWorld> => equalOverlap(fc.constant(0));
/** As above with K < M. */
export const equalOverlapWithUnused = (): Arbitrary<FrozenWorld> =>
  equalOverlap(fc.integer({ min: 1, max: 20 }));
