import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { frozenWorld } from '../../src/generators/frozen.ts';
import { drawn, featuresOf } from '../../src/ladder/frozen.ts';
import { backpropagated, denseDecoder } from '../support/decoder.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('backprop', () => {
  itGetsItsVerdicts('backprop');

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
