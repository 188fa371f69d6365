import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { clopperPearson, LEVEL, STATISTICAL_VERDICTS } from '../../src/decide/statistics.ts';
import { rateVerdict, tally, universalVerdict, violatingLimits } from '../../src/decide/verdict.ts';
import { claims } from '../../src/verify/registry.ts';
import { binomialTail } from './binomial.ts';

const seed = 5;
const counts = fc
  .integer({ min: 1, max: 400 })
  .chain((n) => fc.tuple(fc.nat({ max: n }), fc.constant(n), fc.constantFrom(0.05, 1e-3, LEVEL)));

describe('Clopper-Pearson limits', () => {
  it('leave exactly level/2 in each tail, by exact binomial sums in decimals', () => {
    const F = decimal(40);
    fc.assert(
      fc.property(counts, ([k, n, level]) => {
        const { low, high } = clopperPearson(k, n, level);
        // The quantile is a double: the adjacent doubles bracket the level.
        const brackets = (p: number, tail: (q: number) => number, rising: boolean) => {
          const around = [p * (1 - 1e-9), p * (1 + 1e-9)].map((q) => tail(Math.min(q, 1)) - level / 2);
          expect(rising ? around[0] <= 0 && around[1] >= 0 : around[0] >= 0 && around[1] <= 0).toBe(true);
        };
        if (k > 0) brackets(low, (q) => binomialTail(F, n, q, k, n), true);
        else expect(low).toBe(0);
        if (k < n) brackets(high, (q) => binomialTail(F, n, q, 0, k), false);
        else expect(high).toBe(1);
      }),
      { seed, numRuns: 25 },
    );
  });

  it('refuse impossible counts', () => {
    expect(() => clopperPearson(3, 2, 0.05)).toThrow(RangeError);
    expect(() => clopperPearson(0.5, 2, 0.05)).toThrow(RangeError);
  });
});

describe('limits of the fraction that violates', () => {
  it('count an undecided world in the upper limit only', () => {
    const counts = { held: 58, violated: 1, undecided: 41 };
    expect(violatingLimits(counts, 0.01)).toEqual({
      low: clopperPearson(1, 100, 0.01).low,
      high: clopperPearson(42, 100, 0.01).high,
    });
  });
  it('are 0 and 1 for no worlds', () =>
    expect(violatingLimits({ held: 0, violated: 0, undecided: 0 }, 0.01)).toEqual({ low: 0, high: 1 }));
});

describe('verdicts', () => {
  it('one violation refutes a universal statement, else one undecided world leaves it undecided', () => {
    expect(universalVerdict({ held: 9, violated: 1, undecided: 3 })).toBe('violated');
    expect(universalVerdict({ held: 9, violated: 0, undecided: 1 })).toBe('undecided');
    expect(universalVerdict({ held: 9, violated: 0, undecided: 0 })).toBe('holds');
    expect(universalVerdict(tally([]))).toBe('undecided');
  });

  it('a rate holds, is violated, or stays open by exact limits', () => {
    expect(rateVerdict({ held: 100, violated: 0, undecided: 0 }, 0.25)).toBe('holds');
    expect(rateVerdict({ held: 0, violated: 100, undecided: 0 }, 0.25)).toBe('violated');
    expect(rateVerdict({ held: 75, violated: 25, undecided: 0 }, 0.25)).toBe('undecided');
    expect(rateVerdict({ held: 20, violated: 0, undecided: 0 }, 0.25)).toBe('undecided');
  });

  it('an undecided world never makes a rate hold', () => {
    expect(rateVerdict({ held: 60, violated: 0, undecided: 40 }, 0.25)).toBe('undecided');
  });

  it('are at most the number that the level of the suite is divided by', () => {
    const statistical = claims.flatMap(({ checks }) => checks).filter(({ rate }) => rate !== undefined);
    expect(statistical.length).toBeGreaterThan(0);
    expect(statistical.length).toBeLessThanOrEqual(STATISTICAL_VERDICTS);
  });
});
