/** Why a logit stands still: a saturated decoder, or an update that is lost in the addition. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { gradient } from '../../src/model/gradient.ts';
import { reducedLayout, supportLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import { freezeCauses } from '../../src/runs/freeze.ts';
import type { RecordedRun } from '../../src/runs/run.ts';

/** Two classes; token 0 is common, 1 to 3 and 4 to 6 are distinct. */
const pair = (query: number, other: number): Problem => ({
  vocabulary: 100,
  classes: [
    { next: 90, query, tokens: [0, 1, 2, 3], probabilities: [0.4, 0.3, 0.2, 0.1] },
    { next: 91, query: other, tokens: [0, 4, 5, 6], probabilities: [0.4, 0.3, 0.2, 0.1] },
  ],
});

/** Stands still at z = 1 in float32; the distinct tokens of a class vote for it with `votes`. */
function still(problem: Problem, votes: readonly [number, number], rates = {}): RecordedRun {
  const Y = Array.from({ length: 7 }, (_, l) =>
    Array.from({ length: 100 }, (_, j) => (l > 0 && j === (l < 4 ? 90 : 91) ? votes[l < 4 ? 0 : 1] : 0)),
  );
  const Z = reducedLayout(problem).queries.map(() => Array(7).fill(1));
  return { problem, rates, type: 'float32', steps: [0, 1], Z: [Z, Z], Y: [Y, Y] };
}

describe('saturated', () => {
  const causesOf = (problem: Problem, votes: readonly [number, number]) => {
    const cause = freezeCauses(still(problem, votes));
    return reducedLayout(problem).queries.map((_, m) => [0, 1, 2, 3, 4, 5, 6].map((l) => cause(m, l)));
  };

  it('is a query whose classes all are: one of two is not enough', () => {
    const shared = pair(80, 80);
    // The distinct tokens of a class have more than half of the length of f: 40 votes are past 17.3.
    expect(new Set(causesOf(shared, [40, 40]).flat())).toEqual(new Set(['saturated']));
    for (const votes of [
      [40, 0],
      [0, 40],
    ] as const)
      expect(causesOf(shared, votes).flat()).not.toContain('saturated');
  });

  it('is no matter of the classes of another query', () => {
    const [first, second] = causesOf(pair(80, 81), [40, 0]);
    // Of the query's own tokens: others have no gradient in its row.
    expect(first).toEqual([...Array(4).fill('saturated'), null, null, null]);
    expect(second).not.toContain('saturated');
    const [other, own] = causesOf(pair(80, 81), [0, 40]);
    expect(other).not.toContain('saturated');
    expect(own).toEqual(['saturated', null, null, null, ...Array(3).fill('saturated')]);
  });
});

describe('an update below half an ulp', () => {
  const problem = pair(80, 80);
  const run = still(problem, [2, 2]);
  const slope = gradient(
    float64,
    supportLayout(problem),
    { Y: run.Y![1], Z: run.Z[1] },
    populationExamples(float64, problem),
  ).Z[0];
  /** What the velocity adds once it has repeated one gradient: momentum^5000 is below 2^-53 up to 0.99. */
  const added = (g: number, etaZ: number, momentum: number): number => {
    let velocity = 0;
    for (let step = 0; step < 5000; step++) velocity = momentum * velocity + g;
    return etaZ * velocity;
  };
  /** The causes of a token by rising rates: 1.5 times a power of two, so that no update is a tie of a rounding. */
  const causes = (token: number, momentum: number) =>
    Array.from({ length: 16 }, (_, i) => {
      const etaZ = (1.5 * 2 ** (i - 36)) / Math.abs(slope[token]);
      const lost = Math.fround(1 + added(slope[token], etaZ, momentum)) === 1;
      const cause = freezeCauses({ ...run, rates: { etaZ, momentum } })(0, token);
      return { cause, expected: lost ? 'half an ulp' : 'unexplained' };
    });

  it.each([0, 0.5, 0.9, 0.99])(
    'is of the velocity, which momentum %d makes larger than the gradient',
    (momentum) => {
      for (const token of [0, 1, 6]) {
        const all = causes(token, momentum);
        expect(all.map(({ cause }) => cause)).toEqual(all.map(({ expected }) => expected));
        expect(new Set(all.map(({ cause }) => cause))).toEqual(new Set(['half an ulp', 'unexplained']));
      }
    },
  );

  it('begins at a smaller rate with momentum than without', () => {
    const lost = (momentum: number) =>
      causes(1, momentum).filter(({ cause }) => cause === 'half an ulp').length;
    expect(lost(0.9)).toBeLessThan(lost(0));
  });
});
