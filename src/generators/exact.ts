/** Worlds whose numbers are exact in every arithmetic, so that only the arithmetic of the training differs. */
import fc, { type Arbitrary } from 'fast-check';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Parameters } from '../model/transformer.ts';
import { commonsContent, dress, singleCommonContent } from './problems.ts';
import { matrix } from './states.ts';

/** A problem and the start of its training, in the reduced layout. */
export interface ExactWorld {
  readonly problem: Problem;
  readonly start: Parameters<number>;
}

/**
 * Token weights are integers up to 1e4 and the entries of Y and Z sixteenths in [-2, 2], all exact in single precision.
 * Two to four classes of few tokens, since decimals of a hundred digits are to train on them.
 */
export const exactWorld = (): Arbitrary<ExactWorld> =>
  dress(fc.oneof(singleCommonContent(4, 3), commonsContent(4, 3, 2)), { extra: 100 }).chain((problem) => {
    const { tokens, columns, queries } = reducedLayout(problem);
    return fc.record({
      problem: fc.constant(problem),
      start: fc.record({
        Y: matrix(tokens.length, columns.length, 2),
        Z: matrix(queries.length, tokens.length, 2),
      }),
    });
  });
