import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { gammaAt, lateFrom, readingAt } from '../../src/ladder/clock.ts';
import { itGetsItsVerdicts } from './rows.ts';

const clock = (M: number) => ({ vocabulary: M, classes: 1, etaY: 1, etaZ: 1 });
const gammaOf = (M: number, tau: number) => gammaAt(float64, clock(M), readingAt(clock(M), tau));

describe('speed', () => {
  itGetsItsVerdicts('speed');

  it('is as fast as the bounds say on a grid of doubles, at both ends of both stages', () => {
    for (let decade = 2; decade < 15.9; decade += 0.5) {
      const M = Math.floor(10 ** decade);
      for (let i = 1; i <= 50; i++) {
        const first = Math.log(M) * (i / 50);
        expect(gammaOf(M, first)).toBeGreaterThan(first / 2);
        expect(gammaOf(M, first)).toBeLessThanOrEqual(first * (1 - 1 / M) ** 2 * (1 + 1e-14));
        const second = lateFrom(M) * 10 ** (i / 5);
        const share = (gammaOf(M, second) * second) / Math.log(M * second);
        expect(share).toBeLessThan(2);
        expect(share).toBeGreaterThan((1 - 1 / M) ** 2 * (1 - 1e-12));
      }
    }
  });

  it("Theorem 1(b)'s printed ln(tau) needs a constant that grows with M: 4.27 at 1e2, 17.9 at 8e15", () => {
    const printed = (M: number) => {
      const tau = lateFrom(M);
      return (gammaOf(M, tau) * tau) / Math.log(tau);
    };
    const found = [1e2, 1e4, 1e8, 1e12, 8e15].map(printed);
    found.slice(1).forEach((x, i) => {
      expect(x).toBeGreaterThan(found[i] + 2);
    });
    expect(found[0]).toBeGreaterThan(4.27);
    expect(found[4]).toBeGreaterThan(17.9);
  });
});
