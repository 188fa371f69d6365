import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jacobi } from '../../src/arithmetic/eigen.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { inverse } from '../../src/arithmetic/linear.ts';
import { overlaps } from '../../src/generators/assumption2.ts';
import { countedWorld, frozenWorld, undrawnWorld } from '../../src/generators/frozen.ts';
import { discreteReadingsTo } from '../../src/ladder/clock.ts';
import { drawn, featuresOf } from '../../src/ladder/frozen.ts';
import { backpropagated, denseDecoder } from '../support/decoder.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('backprop', () => {
  itGetsItsVerdicts('backprop');

  it('asks Theorem 1(a) at counts within and beyond the factor 35 sqrt(K-1), drawn and not drawn', () => {
    const factors = fc.sample(countedWorld(32), { seed: 7, numRuns: 100 }).flatMap((world) => {
      const K = world.problem.classes.length;
      const counts = world.problem.classes.map((_, n) => drawn(world).filter((k) => k === n).length);
      const readings = discreteReadingsTo(
        float64,
        { vocabulary: world.problem.vocabulary, etaY: world.etaY },
        32,
      );
      const most = Math.max(...counts.map((N) => readings[N]));
      return counts.map((N) => ({ factor: most / readings[N], room: 35 * Math.sqrt(K - 1) }));
    });
    const within = factors.filter(({ factor, room }) => factor > 2 && factor <= room);
    expect(within.length).toBeGreaterThan(20);
    expect(Math.max(...within.map(({ factor }) => factor))).toBeGreaterThan(15);
    expect(factors.filter(({ factor, room }) => factor > room).length).toBeGreaterThan(20);
  });

  it('controls the counts in worlds under Assumption 2', () => {
    for (const { problem, Z } of fc.sample(undrawnWorld, { seed: 8, numRuns: 50 })) {
      const moduli = jacobi(overlaps({ problem, Z })).values.map(Math.abs);
      expect(Math.max(...moduli)).toBeLessThan(1 / 3);
      expect(Math.min(...moduli)).toBeGreaterThan(6 / Math.sqrt(problem.vocabulary));
    }
  });

  it("has -E'_nn above m^2/(1-m^2), m = min |lambda|, attained by two classes: 24/M of Eq. 93 can be 36/M", () => {
    for (const world of fc.sample(countedWorld(1), { seed: 9, numRuns: 60 })) {
      const E = overlaps(world);
      const m = Math.min(...jacobi(E).values.map(Math.abs));
      const A = inverse(
        float64,
        E.map((row, i) => row.map((x, j) => (i === j ? 1 : x))),
      );
      // Rounding: A_nn is near 1, off by a few u times the condition, below (1+1/2)/(1-1/2).
      for (const [n, row] of A.entries())
        expect(row[n] - 1).toBeGreaterThan((m * m) / (1 - m * m) - 2 ** -47);
      if (E.length === 2) expect(Math.abs(A[0][0] - 1 - (m * m) / (1 - m * m))).toBeLessThan(2 ** -47);
    }
  });

  it('f_n . g = w_n . (e_n - alpha_n), with Y and g over all M columns in doubles (Eq. 81 against Lemma 5)', () => {
    fc.assert(
      fc.property(frozenWorld(30), (world) => {
        const features = featuresOf(float64, world);
        const classes = drawn(world);
        const Y = denseDecoder(world, features, classes, 'modified');
        const M = world.problem.vocabulary;
        for (const n of world.problem.classes.keys()) {
          let x = 0;
          for (const k of classes) if (k === n) x += (M * world.etaY) / (M - 1 + Math.exp(x));
          const along = backpropagated(world, features, Y, n).reduce(
            (s, g, l) => s + g * features.F[n][l],
            0,
          );
          // w_n = (M-1) h* zeta_n, e_n - alpha_n = (M-1)/(M-1+e^x) zeta_n, zeta.zeta = M/(M-1)
          const closed = ((M - 1) * x) / (M - 1 + Math.exp(x));
          // The steps carry the error of (F^T F)^-1, which grows with its entries. Empirical: at most 2e-12 of
          // this size in 2000 worlds.
          const size = (1 + closed) * Math.max(...features.A.flat().map(Math.abs));
          expect(Math.abs(along - closed)).toBeLessThanOrEqual(1e-11 * size);
        }
      }),
      { seed: 6, numRuns: 40 },
    );
  });
});
