// heavy: 4 s
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import {
  choices,
  integerAbove,
  integerBelow,
  lowerTail,
  roomBelow,
  upperTail,
} from '../../src/model/binomialTails.ts';
import { binomialOutside } from '../support/decoder.ts';

const PROBABILITIES = [0, 1e-9, 0.03, 0.3, 0.5, 0.500001, 0.8, 1 - 1e-9, 1];

describe('binomial tails', () => {
  it('are the sums of the probabilities, term by term, for every count and p on both sides of 1/2', () => {
    for (const n of [1, 2, 7, 30]) {
      const choose = choices(float64, n);
      for (const p of PROBABILITIES)
        for (let k = -1; k <= n + 1; k++) {
          const law = choose.map((c, i) => c * p ** i * (1 - p) ** (n - i));
          const plain = law.reduce((sum, x, i) => (i >= k ? sum + x : sum), 0);
          // About n roundings of positive terms in each of the two.
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

describe('counts beyond a number', () => {
  const F = interval(20);
  /** m + side 1e-30, not distinguishable from m at 20 digits. */
  const near = (m: number, side: number) => F.add(F.of(m), F.of(side * 1e-30));

  it('are the least integer above and the greatest below it', () => {
    for (const [x, above, below] of [
      [0, 1, -1],
      [2.5, 3, 2],
      [-2.5, -2, -3],
      [7, 8, 6],
      [-1, 0, -2],
    ]) {
      expect(integerAbove(F, F.of(x))).toEqual([above, above]);
      expect(integerBelow(F, F.of(x)).map((k) => k + 0)).toEqual([below, below]);
      expect(integerAbove(float64, x)).toEqual([above, above]);
      expect(integerBelow(float64, x)).toEqual([below, below]);
    }
  });
  it('are two where the enclosure contains an integer, for numbers on both sides of it', () => {
    const root = F.sqrt(F.of(3));
    for (const x of [F.mul(root, root), near(3, 1), near(3, -1)]) {
      expect(integerAbove(F, x)).toEqual([3, 4]);
      expect(integerBelow(F, x)).toEqual([2, 3]);
    }
  });
  it('refuse unbounded numbers and NaN, without an endless search', () => {
    for (const x of [F.of(Number.NaN), F.div(F.of(1), F.of(0))])
      expect(() => integerAbove(F, x)).toThrow('expected a number below 2^53');
    expect(() => integerBelow(float64, Number.NaN)).toThrow('expected a number below 2^53');
  });
});

describe('the room below d, against all 2^n sequences of draws', () => {
  const F = interval(20);
  const N = 6;
  /** 4^n Pr(count outside) for p = 1/4, summed over all sequences, in exact integers. */
  function outside(n: number, isOutside: (count: number) => boolean): number {
    let weight = 0;
    for (let draws = 0; draws < 2 ** n; draws++) {
      const count = draws.toString(2).replaceAll('0', '').length;
      if (isOutside(count)) weight += 3 ** (n - count);
    }
    return weight;
  }
  /** m, and m + 1e-30 and m - 1e-30, of which 20 digits enclose m too. */
  const numbers = Array.from({ length: N + 2 }, (_, i) => i - 1).flatMap((m) =>
    [-1, 0, 1].map((side) => ({
      x: F.add(F.of(m), F.of(side * 1e-30)),
      above: (k: number) => k > m || (k === m && side < 0),
      below: (k: number) => k < m || (k === m && side > 0),
    })),
  );
  /** The number of wrong signs over both sides of d, and of undetermined signs. */
  function faults(room: typeof roomBelow): { wrong: number; open: number } {
    let [wrong, open] = [0, 0];
    for (let n = 1; n <= N; n++) {
      const choose = choices(F, n);
      for (const low of numbers)
        for (const high of numbers) {
          const exact = outside(n, (k) => low.below(k) || high.above(k));
          for (const side of [-1, 1]) {
            // d differs from the exact probability by half the weight of a sequence: d > Pr exactly when side is 1.
            const d = F.div(F.of(exact + side / 2), F.of(4 ** n));
            const counts = [integerBelow(F, low.x), integerAbove(F, high.x)] as const;
            if (counts[0][1] >= counts[1][0]) continue;
            const sign = F.sign(room(F, d, choose, counts, F.of(1 / 4)));
            if (sign === undefined) open += 1;
            else if (sign !== side) wrong += 1;
          }
        }
    }
    return { wrong, open };
  }

  it('never has the wrong sign, and has one wherever no integer is enclosed', () => {
    const { wrong, open } = faults(roomBelow);
    expect(wrong).toBe(0);
    expect(open).toBeGreaterThan(0);
    const choose = choices(F, 4);
    const counts = [integerBelow(F, F.of(1)), integerAbove(F, F.of(3))] as const;
    for (const side of [-1, 1]) {
      const d = F.of((outside(4, (k) => k < 1 || k > 3) + side / 2) / 4 ** 4);
      expect(F.sign(roomBelow(F, d, choose, counts, F.of(1 / 4)))).toBe(side);
    }
  });
  it('control: with either choice of the two counts alone the sign is wrong', () => {
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
      expect(
        faults((F, d, choose, [low, high], p) =>
          roomBelow(
            F,
            d,
            choose,
            [
              [low[i], low[i]],
              [high[j], high[j]],
            ],
            p,
          ),
        ).wrong,
      ).toBeGreaterThan(0);
  });
});
