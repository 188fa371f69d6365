import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { problem } from '../../src/generators/problems.ts';
import { gradientWorld } from '../../src/generators/states.ts';
import { centralDifference } from '../support/differences.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('gradient', () => {
  itGetsItsVerdicts('gradient');

  it('agrees with central differences at 60 digits to the order of their own error', () => {
    const F = decimal(60);
    fc.assert(
      fc.property(gradientWorld(problem(), 3), (world) => {
        const { difference, closedForm, third, fifth, h, rounding } = centralDifference(F, world);
        // (J(h) - J(-h))/(2h) = J' + c3 h^2 + c5 h^4 + ..: what c3 leaves over is at most twice the next term.
        const rest = Math.abs(F.toNumber(F.sub(F.sub(difference, closedForm), third)));
        expect(rest).toBeLessThanOrEqual(2 * Math.abs(fifth) + rounding);
        expect(Math.abs(F.toNumber(third))).toBeLessThan(h);
      }),
      { seed: 8, numRuns: 30 },
    );
  });
});
