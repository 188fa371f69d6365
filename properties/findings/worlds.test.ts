import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { rowSums } from '../../src/arithmetic/linear.ts';
import { discreteReading, upperRoot } from '../../src/findings/formulas.ts';
import { flowRatio } from '../../src/findings/originalDynamics.ts';
import { equicorrelated, lightlyCommon, manySamples, rowSumsToOne } from '../../src/generators/findings.ts';
import { readingAt } from '../../src/ladder/clock.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { gram } from '../../src/ladder/two-timescale.ts';
import type { PointWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';

const each = <W>(worlds: fc.Arbitrary<W>, assertion: (world: W) => void) =>
  fc.assert(
    fc.property(worlds, (world) => {
      assertion(world);
    }),
    { seed: 5, numRuns: 200 },
  );

describe('the worlds of the findings satisfy their docstrings', () => {
  const greatestRowSum = ({ problem, Z }: PointWorld): number => {
    const layout = reducedLayout(problem);
    const G = gram(float64, layout, populationFeatures(float64, problem, layout, Z));
    return Math.max(...rowSums(float64, G)) - 1;
  };
  it('light common tokens: row sums of E below (K-1)/(K+1)', () => {
    each(lightlyCommon(), (world) => {
      const K = world.problem.classes.length;
      expect(greatestRowSum(world)).toBeLessThan((K - 1) / (K + 1));
    });
  });
  it('row sums of E below 1, and near it', () => {
    const sums: number[] = [];
    each(rowSumsToOne(), (world) => {
      sums.push(greatestRowSum(world));
    });
    expect(Math.max(...sums)).toBeLessThan(0.9991);
    expect(sums.filter((x) => x > 0.998).length).toBeGreaterThan(10);
  });
  it('small ones: M <= 32, so that 6/sqrt(M) > 1', () => {
    each(lightlyCommon(true), ({ problem }) => expect(problem.vocabulary).toBeLessThanOrEqual(32));
  });
  it('equal overlaps: |lambda_1| = (K-1) rho < 1/K', () => {
    each(equicorrelated(), ({ K, rho }) => expect((K - 1) * rho).toBeLessThan(1 / K));
  });
  it('many samples: N ln(2/delta) above (2 + sqrt 2)^2', () => {
    each(manySamples(), ({ N, delta }) =>
      expect(N * Math.log(2 / delta)).toBeGreaterThan((2 + Math.SQRT2) ** 2),
    );
  });
});

describe('the measured numbers of the findings', () => {
  const world = { M: 500, K: 3, rho: 0.107, etaY: 0.5 };
  it('beta/iota under the flow does not depend on the step of integration', () => {
    for (const t of [10, 2e4, 1e30]) {
      const [coarse, fine] = [flowRatio(t, world), flowRatio(t, world, 0.01)];
      // Order 4: the error of `fine` is a fifteenth of the difference. Three digits are shown.
      expect(Math.abs(coarse - fine)).toBeLessThan(1e-5 * fine);
    }
  });
  it('beta/iota starts at 1/(M-1)', () => {
    // The relative change is t etaY to first order, with t = 0.002.
    expect(Math.abs(flowRatio(2e-3, world) * 499 - 1)).toBeLessThan(2e-3);
  });
  it('the upper root of e^x = (M-1) x is one', () => {
    for (const M of [100, 1e6, 1e100]) {
      const x = upperRoot(M);
      expect(x).toBeGreaterThan(1);
      // The iteration x = ln((M-1) x) contracts by 1/x: after 200 rounds only the rounding errors of one round remain.
      expect(Math.abs(x - Math.log((M - 1) * x))).toBeLessThan(4 * 2 ** -52 * x);
    }
  });
  it('the discrete clock is ahead of the continuous one by at most 2 etaY (Lemma 7(a))', () => {
    for (const s of [1, 2, 10, 100, 1000]) {
      const ahead =
        discreteReading(float64, 100, 0.99, s) -
        readingAt({ vocabulary: 100, classes: 1, etaY: 0.99, etaZ: 1 }, s);
      expect(ahead).toBeGreaterThan(0);
      expect(ahead).toBeLessThanOrEqual(2 * 0.99);
    }
  });
});
