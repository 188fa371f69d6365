import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, decimal, interval } from '../../src/arithmetic/decimal.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { momentWorld } from '../../src/generators/decoder.ts';
import { discreteReadingsTo, readingAt, readingIn, timeAt } from '../../src/ladder/clock.ts';
import { shiftOfDiscreteClock } from '../support/decoder.ts';
import { itGetsItsVerdicts } from './rows.ts';

describe('decoder-clock', () => {
  itGetsItsVerdicts('decoder-clock');

  it('encloses the root that 60 decimals find, within 10^-15, and the root solves the equation', () => {
    const [F, D] = [interval(20), decimal(60)];
    fc.assert(
      fc.property(momentWorld(), ({ t, gap: _, ...decoder }) => {
        const clock = { ...decoder, etaZ: 1 };
        const root = readingIn(D, clock, D.of(t));
        const enclosure = readingIn(F, clock, F.of(t));
        expect(contains(enclosure, root)).toBe(true);
        // x < 100 in 20 digits: a step of interval Newton leaves the roundings of V, 4e-20 (V + 1), over V',
        // where V <= x V': at most 4e-20 (x + 1).
        expect(F.radius(enclosure)).toBeLessThan(1e-15);
        // Three roundings of V, of 60 digits each, relative to V + 1 <= (1 + 1/t) t M etaY/K.
        const back = D.toNumber(D.sub(D.div(timeAt(D, clock, root), D.of(t)), D.of(1)));
        expect(Math.abs(back)).toBeLessThan(1e-55);
      }),
      { seed: 12, numRuns: 60 },
    );
  });

  it('is where the equation of Lemma 6 goes when integrated in small steps', () => {
    for (const [M, etaY] of [
      [2, 1],
      [100, 0.5],
      [5000, 0.9],
    ]) {
      const speed = (x: number) => (M * etaY) / (M - 1 + Math.exp(x));
      const clock = { vocabulary: M, classes: 1, etaY, etaZ: 1 };
      // The classical Runge-Kutta method is of fourth order: the error at n steps is a fifteenth of the difference to n/2.
      const end = (n: number) => {
        let x = 0;
        const step = 40 / n;
        for (let i = 0; i < n; i++) {
          const a = speed(x);
          const b = speed(x + (step / 2) * a);
          const c = speed(x + (step / 2) * b);
          x += (step / 6) * (a + 2 * b + 2 * c + speed(x + step * c));
        }
        return x;
      };
      const [coarse, fine] = [end(400), end(800)];
      expect(Math.abs(fine - readingAt(clock, 40))).toBeLessThanOrEqual(Math.abs(fine - coarse) + 1e-12);
    }
  });

  it("Remark 2's shift c(s) is unbounded: it grows like (1/2) ln s (M = 100, etaY = 0.99)", () => {
    const [c2, c4, c6] = shiftOfDiscreteClock(100, 0.99, [1e2, 1e4, 1e6]);
    // (*) of the claim with etaY = 0.99: between 0.418 L and 0.716 L, L = ln(etaY s) up to ln s / s.
    for (const [c, s] of [
      [c2, 1e2],
      [c4, 1e4],
      [c6, 1e6],
    ]) {
      expect(c).toBeGreaterThan(0.418 * Math.log(0.9 * s));
      expect(c).toBeLessThan(0.716 * Math.log(1.1 * s));
    }
    expect(c6 - c4).toBeGreaterThan(0.49 * Math.log(100));
  });

  it('attains no more than 0.2314 of etaY/M in h* - h for etaY <= 1, at M = 2, etaY = 1, s = 2', () => {
    const ratio = (M: number, etaY: number, s: number) =>
      (discreteReadingsTo(float64, { vocabulary: M, etaY }, s)[s] -
        readingAt({ vocabulary: M, classes: 1, etaY, etaZ: 1 }, s)) /
      etaY;
    expect(ratio(2, 1, 2)).toBeGreaterThan(0.2313);
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 2000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 300 }),
        (M, eta, s) => {
          expect(ratio(M, eta / 100, s)).toBeLessThan(0.2314);
        },
      ),
      { seed: 12, numRuns: 400 },
    );
  });
});
