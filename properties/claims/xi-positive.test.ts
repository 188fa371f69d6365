import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { kinds } from '../../src/claims/tokens.ts';
import { xiPositive } from '../../src/claims/xi-positive.ts';
import { xiWorld } from '../../src/generators/fate.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { attentionVelocity, gram } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { solve } from '../support/solve.ts';
import { dense } from './dense.ts';
import { itGetsItsVerdicts } from './rows.ts';

const kept = JSON.parse(readFileSync(new URL('../../fixtures/xi-search.json', import.meta.url), 'utf8'));

describe('xi-positive', () => {
  itGetsItsVerdicts('xi-positive');

  it('is the sign of sum_k w_k (1 + (M-1) f_n.f_k) with w by Cholesky', () => {
    const F = interval(60);
    let [beyond, negative] = [0, 0];
    fc.assert(
      fc.property(xiWorld(), ({ problem, Z }) => {
        const layout = reducedLayout(problem);
        const logits = Z.map((row) => row.map(F.of));
        const { xi } = attentionVelocity(F, problem, layout, logits);
        const G = gram(F, layout, populationFeatures(F, problem, layout, logits));
        const { overlaps } = kinds(problem, layout);
        for (const n of problem.classes.keys()) {
          if (!overlaps[n]) continue;
          const others = [...problem.classes.keys()].filter((k) => k !== n);
          const e = others.map((k) => G[n][k]);
          const w = solve(
            F,
            others.map((k) => others.map((j) => G[k][j])),
            e,
          );
          const terms = w.map((x, k) => F.mul(x, F.add(F.of(1), F.mul(F.of(problem.vocabulary - 1), e[k]))));
          const sign = F.sign(terms.reduce((a, b) => F.add(a, b)));
          expect(sign).not.toBe(undefined);
          expect(F.sign(xi[n])).toBe(sign);
          beyond += 1;
          negative += sign === -1 ? 1 : 0;
        }
      }),
      { seed: 74, numRuns: 40 },
    );
    expect(negative).toBeGreaterThan(0);
    expect(negative).toBeLessThan(beyond);
  });

  it('was never refuted within its bounds, and nearly reached them beyond', () => {
    for (const family of Object.values<Record<string, number>>(kept.families)) {
      expect(family.violationsWithinBounds).toBe(0);
      if (family.violations > 0) expect(family.leastRadius).toBeGreaterThan(1);
    }
    expect(kept.families['at the edge'].leastRadius).toBeLessThan(1.0001);
  });

  it.each([
    // Class 10 shares a little with 11 and much with 12; these two are nearly the same: w_11 < 0.
    [
      'row sums below 1 alone',
      [
        [0, 3, 4],
        [0, 1, 3],
        [0, 1, 4],
      ],
      [
        [1, 2, 9],
        [6, 9, 1],
        [6, 9, 3],
      ],
      false,
    ],
    // One common token that has nearly all: three other classes, whose row sums of E are nearly 2.
    [
      'w >= 0 alone',
      [
        [0, 1],
        [0, 2],
        [0, 3],
        [0, 4],
      ],
      [
        [9, 1],
        [9, 1],
        [9, 1],
        [9, 1],
      ],
      true,
    ],
  ] as const)('asks for xi_n > 0 where there are %s', (_, tokens, probabilities, alike) => {
    const ids = [...new Set(tokens.flat())].sort();
    const problem = {
      vocabulary: 40,
      classes: tokens.map((own, n) => ({
        ...{ next: 10 + n, query: 7 },
        ...{ tokens: [...own], probabilities: [...probabilities[n]] },
      })),
    };
    const Z = [ids.map(() => 0)];
    const { G, xi } = dense(problem, ids, [7], Z);
    const others = [...tokens.keys()].slice(1);
    const C = others.map((k) => others.map((j) => G[k][j]));
    const w = solve(
      float64,
      C,
      others.map((k) => G[0][k]),
    );
    expect(w.every((x) => x >= 0)).toBe(alike);
    expect(Math.max(...C.map((row) => row.reduce((s, x) => s + x, 0))) < 2).toBe(!alike);
    const found = [...xiPositive.checks[0].margins!(float64, { problem, Z })];
    const asked = found.filter(({ name }) => name === 'xi of class 10 is positive');
    expect(asked).toHaveLength(1);
    expect(Math.abs((asked[0].value as number) - xi[0])).toBeLessThan(2 ** -40 * Math.abs(xi[0]));
    expect(found.some(({ name }) => name === '(C^-1 1) beside class 10 is positive')).toBe(!alike);
  });
});
