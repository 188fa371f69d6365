import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { kinds } from '../../src/claims/tokens.ts';
import { xiWorld } from '../../src/generators/fate.ts';
import { populationF } from '../../src/ladder/rung.ts';
import { attentionVelocity, gram } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { solve } from '../support/solve.ts';
import { itGetsItsVerdicts } from './rows.ts';

const kept = JSON.parse(readFileSync(new URL('../../fixtures/xi-search.json', import.meta.url), 'utf8'));

describe('xi-positive', () => {
  itGetsItsVerdicts('xi-positive');

  it('is the sign of sum_k w_k (1 + (M-1) f_n.f_k) with w by Cholesky', () => {
    const F = interval(60);
    let [beyond, negative] = [0, 0];
    fc.assert(
      fc.property(xiWorld, ({ problem, Z }) => {
        const layout = reducedLayout(problem);
        const logits = Z.map((row) => row.map(F.of));
        const { xi } = attentionVelocity(F, problem, layout, logits);
        const G = gram(F, layout, populationF(F, problem, layout, logits));
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
});
