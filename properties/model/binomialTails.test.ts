import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { choices, integerAbove, lowerTail, upperTail } from '../../src/model/binomialTails.ts';
import { binomialOutside } from '../support/decoder.ts';

const PROBABILITIES = [0, 1e-9, 0.03, 0.3, 0.5, 0.500001, 0.8, 1 - 1e-9, 1];

describe('binomial tails', () => {
  it('are the sum of the law, term by term, for every count and both sides of 1/2', () => {
    for (const n of [1, 2, 7, 30]) {
      const choose = choices(float64, n);
      for (const p of PROBABILITIES)
        for (let k = -1; k <= n + 1; k++) {
          const law = choose.map((c, i) => c * p ** i * (1 - p) ** (n - i));
          const plain = law.reduce((sum, x, i) => (i >= k ? sum + x : sum), 0);
          // Some n roundings of positive terms on either side.
          const room = 1e-13 * plain;
          expect(Math.abs(upperTail(float64, choose, k, p) - plain), `${n} ${p} ${k}`).toBeLessThanOrEqual(
            room,
          );
          const other = law.reduce((sum, x, i) => (i <= k ? sum + x : sum), 0);
          expect(Math.abs(lowerTail(float64, choose, k, p) - other)).toBeLessThanOrEqual(1e-13 * other);
        }
    }
  });
  it('enclose: both together are 1', () => {
    const F = interval(20);
    const choose = choices(F, 200);
    for (const p of PROBABILITIES)
      for (const k of [0, 1, 50, 100, 101, 200]) {
        const all = F.add(upperTail(F, choose, k, F.of(p)), lowerTail(F, choose, k - 1, F.of(p)));
        expect([0, undefined]).toContain(F.sign(F.sub(all, F.of(1))));
        expect(F.radius(all)).toBeLessThan(1e-15);
      }
  });
  it('control: a tail that starts one count too late is found', () => {
    const choose = choices(float64, 50);
    const outside = binomialOutside(50, 0.3, 15, 4.5);
    const tail = (k: number) => upperTail(float64, choose, k, 0.3) + lowerTail(float64, choose, 10, 0.3);
    expect(Math.abs(tail(20) - outside)).toBeLessThan(1e-12);
    expect(Math.abs(tail(21) - outside)).toBeGreaterThan(1e-3);
  });
});

describe('the least integer above', () => {
  const F = interval(20);
  it('is above, and the next lower one is not', () => {
    for (const [x, k] of [
      [0, 1],
      [2.5, 3],
      [-2.5, -2],
      [7, 8],
      [-1, 0],
    ])
      expect(integerAbove(F, F.of(x))).toBe(k);
  });
  it('is the integer itself where the enclosure holds it: the event is then no smaller', () => {
    const root = F.sqrt(F.of(3));
    expect(integerAbove(F, F.mul(root, root))).toBe(3);
  });
});
