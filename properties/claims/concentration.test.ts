import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { concentration } from '../../src/claims/concentration.ts';
import { lapseSlope, readingIn } from '../../src/ladder/clock.ts';
import { binomialOutside } from '../support/decoder.ts';
import { expectAsked, readingOf } from './margins.ts';
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

  const asked = (rung: string, world: unknown) => {
    const { margins } = concentration.checks.find((check) => check.rung === rung)!;
    return new Map([...margins!(float64, world)].map((m) => [m.name, m.value / m.scale]));
  };

  it('asks every P at which a count can leave the radius, and theta on both edges', () => {
    const [M, N, K, delta, etaY] = [9, 6, 2, 0.5, 0.5];
    const far = (c: number) => (k: number) => Math.abs(k - c) > radius(N, delta);
    const counts = Array.from({ length: N + 1 }, (_, k) => k);
    const choose = (k: number) => counts.slice(0, k).reduce((b, i) => (b * (N - i)) / (i + 1), 1);
    const outside = (c: number, P: number) =>
      counts.filter(far(c)).reduce((sum, k) => sum + choose(k) * P ** k * (1 - P) ** (N - k), 0);
    const expected: Record<string, number> = {};
    for (let c = 1; c <= N; c++) {
      if (!counts.some(far(c))) continue;
      for (const [at, where] of [
        [c, 'at'],
        [c - 1, 'just above'],
      ] as const)
        expected[`Pr(|N_n - ceil(N P)| > r) < d ${where} P = ${at}/${N}`] = 1 - outside(c, at / N) / delta;
    }
    // Both kinds are there: a c whose radius takes in all counts, and c that have one side left or the other.
    const sides = (c: number) => [
      counts.some((k) => far(c)(k) && k < c),
      counts.some((k) => far(c)(k) && k > c),
    ];
    expect(counts.slice(1).map(sides)).toEqual([
      ...[
        [false, true],
        [false, true],
        [false, false],
      ],
      ...[
        [true, false],
        [true, false],
        [true, false],
      ],
    ]);
    const r = Math.sqrt((N * Math.log((2 * K) / delta)) / 2) + 1;
    const x = (n: number) => readingOf(M, M * etaY * n);
    const mean = N / K;
    const bound = (K * r) / N;
    expected['theta of a class with the fewest draws'] = 1 - (1 - x(Math.max(0, mean - r)) / x(mean)) / bound;
    expected['theta of a class with the most draws'] = 1 - (x(mean + r) / x(mean) - 1) / bound;
    expectAsked(asked('frozen', { vocabulary: M, etaY, steps: N, classes: K, delta }), expected);
  });

  it.each([
    [40, 25],
    [40, 55],
    [3, 2],
  ])("Lemmas 11 and 12 at the counts %i and %i, by the clock's own equation", (mean, count) => {
    const [M, etaY] = [9, 0.5];
    const [bar, x] = [mean, count].map((n) => readingOf(M, M * etaY * n));
    const D = Math.abs(count - mean);
    const G = (at: number) => 1 / (M - 1 + Math.exp(at));
    const least = (M * etaY * D) / (4 * (M - 1));
    const squared = (Math.max(mean, count) / Math.min(mean, count)) ** 2;
    const late: Record<string, number> =
      mean === 40
        ? { 'late: G within the square of the counts': 1 - Math.max(G(x) / G(bar), G(bar) / G(x)) / squared }
        : {};
    expectAsked(asked('algebra', { vocabulary: M, etaY, mean, count }), {
      'h(N_n) within h(Nbar) D/Nbar': 1 - Math.abs(x / bar - 1) / (D / mean),
      'G(N_n)/G(Nbar) - 1 within etaY D': 1 - (G(x) / G(bar) - 1) / (etaY * D),
      '1 - G(N_n)/G(Nbar) within (M/(M-1)) etaY D/4': (G(x) / G(bar) - 1 + least) / least,
      ...late,
    });
  });
});
