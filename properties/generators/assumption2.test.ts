import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { eigenDiscs, modulus } from '../../src/arithmetic/eigen.ts';
import { assumption2World, MUCH } from '../../src/generators/assumption2.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { gram } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { occurrences } from '../../src/model/problem.ts';
import { crossFaults } from '../../src/model/problemShape.ts';

const F = interval(30);
const worlds = fc.sample(assumption2World(), { seed: 61, numRuns: 150 });

describe('worlds under Assumption 2', () => {
  it('satisfy it, by enclosures: |lambda_1| < 1/K, |lambda_i| >= 6/sqrt(M), M >= 100 K^2', () => {
    for (const { problem, Z } of worlds) {
      const K = problem.classes.length;
      const layout = reducedLayout(problem);
      const f = populationFeatures(
        F,
        problem,
        layout,
        Z.map((row) => row.map(F.of)),
      );
      const E = gram(F, layout, f).map((row, n) => row.map((x, k) => (n === k ? F.of(0) : x)));
      const floor = F.div(F.of(6), F.sqrt(F.of(problem.vocabulary)));
      for (const { centre, radius } of eigenDiscs(F, E)) {
        const size = modulus(F, centre);
        expect(F.sign(F.sub(F.of(1), F.mul(F.of(K), F.add(size, radius))))).toBe(1);
        expect(F.sign(F.sub(F.sub(size, radius), floor))).toBe(1);
      }
      expect(problem.vocabulary).toBeGreaterThanOrEqual(MUCH * K * K);
    }
  });

  it('are valid problems, in which every class overlaps another', () => {
    for (const { problem } of worlds) {
      const fault = crossFaults({
        ...problem,
        classes: problem.classes.map((c) => ({
          ...c,
          probabilities: c.probabilities.map(() => 1 / c.tokens.length),
        })),
      });
      expect([...fault]).toEqual([]);
      const omega = occurrences(problem);
      for (const c of problem.classes) expect(c.tokens.some((l) => omega.get(l)!.length > 1)).toBe(true);
    }
  });

  it('reach one to many common tokens, every K, several query tokens, and vocabularies over decades', () => {
    const commons = new Set(
      worlds.map(({ problem }) => [...occurrences(problem).values()].filter((n) => n.length > 1).length),
    );
    for (const n of [1, 2, 3, 4, 5, 6]) expect(commons).toContain(n);
    expect(new Set(worlds.map(({ problem }) => problem.classes.length))).toEqual(new Set([2, 3, 4, 5, 6]));
    expect(new Set(worlds.map(({ Z }) => Z.length))).toEqual(new Set([1, 2, 3]));
    const decades = new Set(worlds.map(({ problem }) => Math.floor(Math.log10(problem.vocabulary))));
    expect(decades.size).toBeGreaterThanOrEqual(8);
  });
});
