import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { decide } from '../../src/decide/enclosure.ts';
import { discreteReadingsTo, lapseSlope, readingIn } from '../../src/ladder/clock.ts';
import { stepsToResidual } from '../support/decoder.ts';
import { claimOf, itGetsItsVerdicts } from './rows.ts';

describe('decoder-solution', () => {
  itGetsItsVerdicts('decoder-solution');

  it('costs S = (1/etaY)(1/eps + ln(M/eps)) steps of the class, counted one by one, at the corners of its range', () => {
    for (const M of [100, 1e3, 1e6, 1e9])
      for (const etaY of [0.05, 0.25, 0.99])
        for (const epsilon of [1 / 4, 1 / 60, 1e-3]) {
          const S = (1 / epsilon + Math.log(M / epsilon)) / etaY;
          const counted = stepsToResidual(M, etaY, epsilon);
          expect(counted).toBeLessThanOrEqual(Math.ceil(S));
          expect(counted).toBeGreaterThan(0.75 * S);
        }
  });

  it('certifies the corner where three quarters come closest', () => {
    const { margins } = claimOf('decoder-solution').checks.find(({ rung }) => rung === 'algebra')!;
    expect(decide(margins!, { vocabulary: 100, etaY: 0.89, epsilon: 1 / 4 }).outcome).toBe('held');
  });

  it('the printed cost exceeds the true one without bound: more than 8 times at eps = 1e-4, M = 1e4', () => {
    const printed = (M: number, epsilon: number) => Math.log(M / epsilon) / epsilon;
    const factors = [1e-1, 1e-2, 1e-3, 1e-4].map((e) => printed(1e4, e) / stepsToResidual(1e4, 1, e));
    factors.slice(1).forEach((x, i) => {
      expect(x).toBeGreaterThan(factors[i]);
    });
    expect(factors[3]).toBeGreaterThan(8);
  });

  it('Eq. 71 with h in the place of h* is not exact: the enclosures of its two sides are disjoint', () => {
    const F = interval(30);
    const [M, etaY, N] = [100, 0.5, 20];
    const clock = { vocabulary: M, classes: 1, etaY, etaZ: 1 };
    const exact = lapseSlope(F, M, discreteReadingsTo(F, clock, N)[N]);
    const printed = lapseSlope(F, M, readingIn(F, clock, F.of(N)));
    expect(F.sign(F.sub(exact, printed))).toBe(1);
  });
});
