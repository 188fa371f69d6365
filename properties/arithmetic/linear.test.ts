import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains, exactDecimal, interval } from '../../src/arithmetic/decimal.ts';
import { dot } from '../../src/arithmetic/field.ts';
import { inverse, rowSums } from '../../src/arithmetic/linear.ts';

/** B B^T + I with small integers in B: symmetric, every eigenvalue at least 1. */
const definite = fc
  .integer({ min: 1, max: 5 })
  .chain((n) =>
    fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: n, maxLength: n }), {
      minLength: n,
      maxLength: n,
    }),
  )
  .map((B) => B.map((a, i) => B.map((b, j) => a.reduce((s, x, k) => s + x * b[k], 0) + (i === j ? 1 : 0))));

describe('inverse', () => {
  it('times the matrix encloses the identity, more sharply with more digits', () => {
    fc.assert(
      fc.property(definite, (G) => {
        const widths = [20, 40].map((p) => {
          const F = interval(p);
          const A = inverse(
            F,
            G.map((row) => row.map(F.of)),
          );
          let widest = 0;
          for (let i = 0; i < G.length; i++)
            for (let j = 0; j < G.length; j++) {
              const entry = dot(
                F,
                A[i],
                G.map((row) => F.of(row[j])),
              );
              expect(contains(entry, exactDecimal(i === j ? 1 : 0))).toBe(true);
              widest = Math.max(widest, F.radius(entry));
            }
          return widest;
        });
        // Widths are linear in the ulp, which falls by 10^20; two decades allow for the position of the leading digits.
        expect(widths[1]).toBeLessThanOrEqual(Math.max(widths[0], 1e-20) * 1e-18);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
  it('is unbounded where a pivot contains 0', () => {
    const F = interval(10);
    const [[x]] = inverse(F, [[{ lo: F.of(-1).lo, hi: F.of(1).hi }]]);
    expect(F.radius(x)).toBe(Infinity);
  });
  it('row sums add along rows', () => {
    const F = interval(10);
    expect(
      rowSums(
        F,
        [[F.of(1), F.of(2)], [F.of(-4)]].map((r) => [...r]),
      ).map(F.toNumber),
    ).toEqual([3, -4]);
  });
});
