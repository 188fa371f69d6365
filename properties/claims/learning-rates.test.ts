import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFigure6 } from '../../fixtures/figure6/compare.ts';
import { gapsAlike, twoTimescaleAt } from '../../fixtures/gaps/gaps.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { clockOf } from '../../src/claims/learning-rates.ts';
import { clockWorld } from '../../src/generators/learningRates.ts';
import { unequalDistinct } from '../../src/generators/problems.ts';
import { type Clock, GammaAt, readingAt, readingIn, rhoAt, timeAt } from '../../src/ladder/clock.ts';
import { flip, flipReading } from '../../src/ladder/flip.ts';
import { flow } from '../../src/ladder/flow.ts';
import { classAttention, distinctEntropy } from '../../src/model/entropy.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import type { Problem } from '../../src/model/problem.ts';
import { shrinkingWith } from '../support/overlap.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('learning-rates', () => {
  itGetsItsVerdicts('learning-rates');
});

describe('learning-rates-together', () => {
  itGetsItsVerdicts('learning-rates-together');
});

describe('the flip', () => {
  it('is where d ln Gamma/d ln etaY = 2 rho/x - 1 changes sign: (2 rho/x - 1) x (M - 1 + e^x) = flip', () => {
    fc.assert(
      fc.property(clockWorld(unequalDistinct()), (world) => {
        const clock = clockOf(world);
        const M = clock.vocabulary;
        shrinkingWith((F) => {
          const x = readingIn(F, clock, F.of(world.time));
          const left = F.sub(F.mul(F.of(2), rhoAt(F, M, x)), x);
          return [F.sub(F.mul(left, F.add(F.of(M - 1), F.exp(x))), flip(F, M, x))];
        });
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  it('is crossed once, at x = 2 for M = 2 and near etaY t/K = ln M + 1 for large M', () => {
    expect(Math.abs(flipReading(2) - 2)).toBeLessThan(1e-12);
    for (const M of [2, 3, 14, 100, 1e4, 1e8, 1e12]) {
      const x = flipReading(M);
      // One root of a concave function that starts at 0 with slope M - 1: positive before, negative after.
      for (const share of [0.01, 0.5, 0.999]) expect(flip(float64, M, share * x)).toBeGreaterThan(0);
      for (const share of [1.001, 2, 10]) expect(flip(float64, M, share * x)).toBeLessThan(0);
      const clock = { vocabulary: M, classes: 1, etaY: 1, etaZ: 1 };
      const beyond = timeAt(float64, clock, x) - Math.log(M);
      // 3.51 at M = 2, 1.15 at 1e12: e^x (x-2) = (M-1) x - 2 makes etaY t/K = (x-1)/(x-2) x (1 + O(1/M)).
      expect(beyond).toBeGreaterThan(1);
      expect(beyond).toBeLessThan(3.6);
    }
  });

  it('is seen along two-timescale trajectories: sparser with the larger etaY before it, denser after', () => {
    const problem = gapsAlike(1000, 3, 0.4, [0.3, 0.2, 0.1]);
    const layout = reducedLayout(problem);
    const clock = (etaY: number): Clock => ({ vocabulary: 1000, classes: 3, etaY, etaZ: 0.1 });
    const entropyAt = (etaY: number, t: number) => {
      const Gamma = GammaAt(float64, clock(etaY), readingAt(clock(etaY), t));
      const [Z] = twoTimescaleAt(problem, [Gamma], 1e-11);
      return distinctEntropy(problem, classAttention(problem, layout, Z));
    };
    const turn = timeAt(float64, clock(1), flipReading(1000));
    for (const share of [0.01, 0.1, 0.8])
      expect(entropyAt(1.1, share * turn)).toBeLessThan(entropyAt(1, share * turn));
    for (const share of [1.2, 10, 1e6])
      expect(entropyAt(1.1, share * turn)).toBeGreaterThan(entropyAt(1, share * turn));
  });
});

describe('the published table (Figure 6)', () => {
  const rows = parseFigure6(readFileSync(new URL('../../fixtures/figure6.csv', import.meta.url), 'utf8'));
  const at = (next: number, etaZ: number, ratio: number) =>
    rows.find((r) => r.nextTokens === next && r.etaZ === etaZ && r.ratio === ratio)!.entropy.mean;

  it('is sparser with both rates larger, in every one of its 48 comparisons', () => {
    for (const next of [2, 6, 10, 20])
      for (const ratio of [1, 2, 5, 10])
        for (const [less, more] of [
          [0.5, 1],
          [1, 2],
          [2, 3],
        ])
          expect(at(next, more, ratio)).toBeLessThan(at(next, less, ratio));
  });

  it('is denser with the larger etaY from ratio 2 on; with six classes and more it is sparser first, from 1 to 2', () => {
    for (const etaZ of [0.5, 1, 2, 3]) {
      for (const next of [2, 6, 10, 20]) expect(at(next, etaZ, 10)).toBeGreaterThan(at(next, etaZ, 2));
      expect(at(2, etaZ, 2)).toBeGreaterThan(at(2, etaZ, 1));
      for (const next of [6, 10, 20]) expect(at(next, etaZ, 2)).toBeLessThan(at(next, etaZ, 1));
    }
  });
});

describe('the published problems under flow', () => {
  const entropies = (problem: Problem, etaY: number, etaZ: number, times: readonly number[]) => {
    const world = { problem, rates: { etaY, etaZ, momentum: 0 }, end: times[times.length - 1] };
    return [...flow.motions(world, { times })].map(({ Z, layout }) =>
      distinctEntropy(
        problem,
        classAttention(
          problem,
          layout,
          Z.map((row) => [...row]),
        ),
      ),
    );
  };

  it('six classes: entropy is not monotone in etaY/etaZ but dips at 2, as it does in the published table', () => {
    // fixtures/figure6.csv, six next tokens, etaZ = 0.5 .. 3: 2.019 > 1.988 < 2.031 < 2.063, and so on.
    const medium = syntheticProblem(presets['syn-medium']);
    const [one, two, five, ten] = [1, 2, 5, 10].map((ratio) => entropies(medium, ratio, 1, [100])[0]);
    expect(two).toBeLessThan(one);
    expect(five).toBeGreaterThan(two);
    expect(ten).toBeGreaterThan(five);
  });

  it('small: entropy over distinct tokens falls from 2.1513 to 2.0663 at t = 1e3 and rises again, 2.0745 at 1e12', () => {
    const small = syntheticProblem(presets['syn-small']);
    const [start, low, late] = entropies(small, 1, 1, [1e-3, 1e3, 1e12]);
    // Measured at two tolerances; four decimals are kept.
    [
      [start, 2.1513],
      [low, 2.0663],
      [late, 2.0745],
    ].forEach(([got, written]) => {
      expect(Math.abs(got - written)).toBeLessThan(6e-5);
    });
  });
});
