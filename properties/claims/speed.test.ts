import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { cellBoxes, judgeCell } from '../../src/claims/speed.ts';
import { SPEED_CELLS } from '../../src/generators/decoder.ts';
import { crossing, gammaAt, lateFrom, readingAt } from '../../src/ladder/clock.ts';
import { itGetsItsVerdicts } from './rows.ts';

const cells = Array.from({ length: SPEED_CELLS }, (_, cell) => cell);
const clock = (M: number) => ({ vocabulary: M, classes: 1, etaY: 1, etaZ: 1 });
const gammaOf = (M: number, tau: number) => gammaAt(float64, clock(M), readingAt(clock(M), tau));

describe('speed', () => {
  itGetsItsVerdicts('speed');

  it('is proved on every cell: all M from 100 to 1e16, all readings past t0 to 100', () => {
    for (const cell of cells) expect(judgeCell(5 / 4, 2)({ cell }).outcome).toBe('held');
  });

  it('has cells that cover their ranges without gaps', () => {
    for (const side of ['early', 'late'] as const) {
      const sides = cells.map((cell) => cellBoxes(cell)[side][0]);
      sides.slice(1).forEach(([low], i) => {
        expect(low).toBeLessThanOrEqual(sides[i][1]);
      });
      expect(sides[0][0]).toBeLessThanOrEqual(side === 'early' ? Math.log(100) : crossing(100));
      expect(sides[SPEED_CELLS - 1][1]).toBeGreaterThanOrEqual(side === 'early' ? Math.log(1e16) : 100);
    }
  });

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
