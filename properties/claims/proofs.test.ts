import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { flipProof } from '../../src/claims/proofs/flip.ts';
import type { Proved } from '../../src/claims/proofs/proved.ts';
import type { Inequality } from '../../src/decide/proof.ts';
import { lapse } from '../../src/ladder/clock.ts';
import { flip, flipReading } from '../../src/ladder/flip.ts';

/** A step of a proof by its name. */
const stepOf = ({ proof }: Proved, id: string) => proof.find((step) => step.id === id) as Inequality;
const at = (proved: Proved, id: string, point: number[]) => stepOf(proved, id).value(float64, point);

describe('the formulas of the proofs are those of the model', () => {
  it('flip: in the time of the flip, by its reading at M', () => {
    for (const M of [14, 20, 100, 1e4, 1e8]) {
      const x = flipReading(M);
      const tau = lapse(float64, M, x) / M;
      // The reading is known to an ulp, in which tau changes by x ulp.
      const near = (value: number, expected: number) =>
        expect(Math.abs(value - expected)).toBeLessThan(1e-13 * tau * x);
      near(at(flipProof, 'late', [x]), 2 * Math.log(M) - tau);
      near(at(flipProof, 'early', [x]), tau - Math.log(M));
      near(x * at(flipProof, 'late-far', [1 / x, Math.exp(-x)]), 2 * Math.log(M) - tau);
      near(at(flipProof, 'early-far', [1 / x, Math.exp(-x), x * Math.exp(-x)]), tau - Math.log(M));
      expect(at(flipProof, 'start', [3.4])).toBe(flip(float64, 14, 3.4));
    }
    expect(flipReading(14)).toBeGreaterThan(3.4);
    expect(flipReading(13)).toBeLessThan(3.4);
  });
});
