import type { PointWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';

/**
 * Class 0 shares tokens 0, 1, 2 with one spoke each (weight 1000 each) and token 3 (weight 200) with class 4;
 * |lambda_1| = 0.982, row sum of the hub 1.71. Z = 0.
 */
export function hubOf(vocabulary: number): PointWorld {
  const problem: Problem = {
    vocabulary,
    classes: [
      { next: 0, query: 0, tokens: [0, 1, 2, 3, 4], probabilities: [1000, 1000, 1000, 200, 200] },
      ...[0, 1, 2].map((l) => ({ next: 1 + l, query: 1, tokens: [l, 5 + l], probabilities: [1000, 100] })),
      { next: 4, query: 2, tokens: [3, 8], probabilities: [100, 1000] },
    ],
  };
  const layout = reducedLayout(problem);
  return { problem, Z: layout.queries.map(() => layout.tokens.map(() => 0)) };
}
