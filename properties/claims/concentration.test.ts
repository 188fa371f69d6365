import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { lapseSlope, readingIn } from '../../src/ladder/clock.ts';
import { binomialOutside } from '../support/decoder.ts';
import { itGetsItsVerdicts } from './rows.ts';

/** sqrt(N ln(2/d)/2) + 1 */
const radius = (N: number, delta: number) => Math.sqrt((N * Math.log(2 / delta)) / 2) + 1;

describe('concentration', () => {
  itGetsItsVerdicts('concentration');

  it("Lemma 10's event fails with probability at most d, by the exact binomial distribution", () => {
    for (const N of [5, 40, 300])
      for (const P of [0.01, 0.3, 0.5, 0.9])
        for (const delta of [0.5, 0.1, 1e-3])
          expect(
            binomialOutside(N, P, Math.ceil(N * P), radius(N, delta)),
            `N = ${N}, P = ${P}, d = ${delta}`,
          ).toBeLessThanOrEqual(delta);
  });

  it('Lemma 10\'s last "<", sqrt(a/2) + 1 < sqrt(a) with a = N ln(2/d), begins at a = 11.66', () => {
    const least = (1 - Math.SQRT1_2) ** -2;
    expect(least).toBeGreaterThan(11.656);
    expect(least).toBeLessThan(11.657);
    const room = (a: number) => Math.sqrt(a) - Math.sqrt(a / 2) - 1;
    expect(room(11.657)).toBeGreaterThan(0);
    expect(room(11.656)).toBeLessThan(0);
  });

  it('Lemma 11: sigma\' is 2.58 times etaY Delta/3 ("<~" allows 3) at N_n = 19 < Nbar = 150 (M = 1e6, etaY = 1/2)', () => {
    const F = interval(30);
    const clock = { vocabulary: 1e6, classes: 1, etaY: 1 / 2, etaZ: 1 };
    const speed = (N: number) => lapseSlope(F, 1e6, readingIn(F, clock, F.of(N)));
    const [mean, count] = [150, 19];
    const sigma = F.sub(F.div(speed(mean), speed(count)), F.of(1));
    const third = F.div(F.of((mean - count) / 2), F.of(3));
    expect(F.sign(F.sub(sigma, F.mul(F.of(2.58), third)))).toBe(1);
    expect(F.sign(F.sub(F.mul(F.of(3), third), sigma))).toBe(1);
  });
});
