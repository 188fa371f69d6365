import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { rowSums } from '../../src/arithmetic/linear.ts';
import { kinds } from '../../src/claims/tokens.ts';
import { overlaps, rowSumsWorld } from '../../src/generators/assumption2.ts';
import { singleCommon } from '../../src/generators/problems.ts';
import { pointWorld } from '../../src/generators/states.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { hubOf } from '../support/hub.ts';
import { shrinkingWith } from '../support/overlap.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('discriminative-assumption2', () => {
  itGetsItsVerdicts('discriminative-assumption2');

  it('has worlds with row sums close to 1, far beyond |lambda_1| < 1/K', () => {
    const sums = fc
      .sample(rowSumsWorld(), { seed: 67, numRuns: 100 })
      .map((world) => Math.max(...overlaps(world).map((row) => row.reduce((a, b) => a + b))));
    expect(Math.max(...sums)).toBeLessThan(1);
    expect(Math.max(...sums)).toBeGreaterThan(0.9);
  });

  it('has, for one common token, (A 1)_n - 1 in closed form, a sum of negative terms', () => {
    fc.assert(
      fc.property(pointWorld(singleCommon(), 3), ({ problem, Z }) => {
        const layout = reducedLayout(problem);
        const [ct] = kinds(problem, layout).common;
        shrinkingWith((F) => {
          const { f, A } = attentionVelocity(
            F,
            problem,
            layout,
            Z.map((row) => row.map(F.of)),
          );
          const one = F.of(1);
          const phi = layout.classes.map(({ support }, n) => f[n][support.indexOf(ct)]);
          const a = phi.map((x) => F.div(F.mul(x, x), F.sub(one, F.mul(x, x))));
          const total = a.reduce((s, x) => F.add(s, x), one);
          return rowSums(F, A).map((y, n) => {
            const terms = phi.map((x, k) =>
              k === n ? F.of(0) : F.mul(F.mul(x, F.add(one, a[k])), F.sub(one, F.mul(phi[n], x))),
            );
            const rest = F.div(
              F.mul(
                F.mul(F.add(one, a[n]), phi[n]),
                terms.reduce((s, x) => F.add(s, x)),
              ),
              total,
            );
            return F.add(F.sub(y, one), rest);
          });
        });
      }),
      { seed: 68, numRuns: 40 },
    );
  });

  it('fails at a hub: xi_n < 0 and a distinct token loses, while |lambda_1| < 1', () => {
    const F = interval(30);
    const { problem, Z } = hubOf(50);
    const layout = reducedLayout(problem);
    const { xi, dZ } = attentionVelocity(
      F,
      problem,
      layout,
      Z.map((row) => row.map(F.of)),
    );
    const last = problem.classes.length - 1;
    expect(F.sign(xi[last])).toBe(-1);
    const { distinct } = kinds(problem, layout);
    for (const l of distinct[last]) expect(F.sign(dZ[layout.classes[last].row][l])).toBe(-1);
    expect(F.toNumber(xi[last])).toBeLessThan(-9e-4);
  });

  it('uses |lambda_i| > 0 in Theorem 2(b): without it the common token of a class that holds nothing else stands still', () => {
    // Class 0 holds the common token 0 alone, class 1 of the same query a distinct token alone: a row of E is 0.
    const problem = {
      vocabulary: 40,
      classes: [
        { next: 10, query: 20, tokens: [0], probabilities: [1] },
        { next: 11, query: 20, tokens: [1], probabilities: [1] },
        { next: 12, query: 21, tokens: [0, 2], probabilities: [1, 3] },
      ],
    };
    const still = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    expect(overlaps({ problem, Z: still })[1]).toEqual([0, 0, 0]);
    shrinkingWith((F) => {
      const Z = still.map((row) => row.map(F.of));
      return [attentionVelocity(F, problem, reducedLayout(problem), Z).dZ[0][0]];
    });
  });
});
