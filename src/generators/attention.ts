/** States of the whole model with the decoder in the span of Phi, or outside it. */

import fc, { type Arbitrary } from 'fast-check';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';
import { matrix, pointWorld } from './states.ts';

export interface AttentionWorld extends PointWorld {
  /** C, classes x columns: the decoder is Y = Phi C, so every backpropagated gradient lies in span Phi. */
  readonly inside: Matrix<number>;
  /** Tokens x columns, unrelated to Phi: the control adds it to Y. */
  readonly outside: Matrix<number>;
  /** A direction in Z, queries x tokens. */
  readonly direction: Matrix<number>;
  /** Clock reading x = M h of the decoder of Theorem 5. */
  readonly reading: number;
}

/** @param limit most |z| and most modulus of the coordinates of the decoder */
export const attentionWorld = (problems: Arbitrary<Problem>, limit = 3): Arbitrary<AttentionWorld> =>
  pointWorld(problems, limit).chain(({ problem, Z }) => {
    const { tokens, columns, queries } = reducedLayout(problem);
    return fc.record({
      problem: fc.constant(problem),
      Z: fc.constant(Z),
      inside: matrix(problem.classes.length, columns.length, limit),
      outside: matrix(tokens.length, columns.length, limit),
      direction: matrix(queries.length, tokens.length, 2),
      reading: fc.integer({ min: 1, max: 320 }).map((k) => k / 16),
    });
  });
