/** Worlds whose numbers are the same in every arithmetic, so that what differs afterwards is arithmetic alone. */
import fc, { type Arbitrary } from 'fast-check';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Parameters } from '../model/transformer.ts';
import { commonsContent, dress, singleCommonContent } from './problems.ts';
import { matrix } from './states.ts';

/** A problem and where training starts, in its reduced layout. */
export interface ExactWorld {
  readonly problem: Problem;
  readonly start: Parameters<number>;
}

/**
 * Token weights are integers up to 1e4 and the entries of Y and Z sixteenths in [-2, 2]: single precision holds them
 * all. Two to four classes of few tokens, because decimals of a hundred digits are to train on them.
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
