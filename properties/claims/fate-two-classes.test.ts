import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import { itGetsItsVerdicts } from './rows.ts';

/** Two classes of weights {0: p, 1: q, 2: own} and {0: q, 1: p, 3: own}: r = 2pq/(p^2+q^2+own^2), x = p/q. */
const world = (p: number, q: number, own: number, vocabulary: number, queries: 1 | 2): Problem => ({
  vocabulary,
  classes: [
    { next: 0, query: 0, tokens: [0, 1, 2], probabilities: [p, q, own] },
    { next: 1, query: queries - 1, tokens: [0, 1, 3], probabilities: [q, p, own] },
  ],
});
const signs = (problem: Problem) => {
  const F = interval(30);
  const layout = reducedLayout(problem);
  const Z = layout.queries.map(() => layout.tokens.map(() => F.of(0)));
  return attentionVelocity(F, problem, layout, Z).dZ.map((row) => row.map((z) => F.sign(z)));
};

describe('fate-two-classes', () => {
  itGetsItsVerdicts('fate-two-classes');

  it.each([4, 5, 50, 1e6])(
    'by hand, M = %i: x + 1/x > 2/r means own^2 < 0 for a mirrored pair, so both lose',
    (M) => {
      // x + 1/x = (p^2+q^2)/(pq) < (p^2+q^2+own^2)/(pq) = 2/r: mirrored pairs always lose.
      for (const [p, q, own] of [
        [5, 1, 1],
        [100, 1, 1],
        [3, 2, 9],
      ])
        expect(signs(world(p, q, own, M, 1))[0].slice(0, 2)).toEqual([-1, -1]);
    },
  );

  it.each([4, 5, 50, 1e6])(
    'by hand, M = %i, two queries: the token of its heavier class gains where x > 1/r',
    (M) => {
      // r = 2pq/(p^2+q^2+own^2) and x = p/q: x r = 2p^2/(p^2+q^2+own^2) > 1 exactly when p^2 > q^2 + own^2.
      const both = (own: number, q: number) => signs(world(5, q, own, M, 2)).map((row) => row.slice(0, 2));
      expect(both(3, 3)).toEqual([
        [1, -1],
        [-1, 1],
      ]);
      expect(both(4, 4)).toEqual([
        [-1, -1],
        [-1, -1],
      ]);
    },
  );
});
