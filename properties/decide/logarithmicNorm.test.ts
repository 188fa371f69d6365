import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, interval } from '../../src/arithmetic/decimal.ts';
import { jacobi } from '../../src/arithmetic/eigen.ts';
import { logarithmicNorm } from '../../src/decide/logarithmicNorm.ts';

const F = interval(20);
const entry = fc.integer({ min: -40, max: 40 }).map((k) => k / 8);
const square = (n: number) =>
  fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: n, maxLength: n });
const weight = fc.integer({ min: -8, max: 30 }).map((k) => 10 ** (k / 3));

/** A matrix, half the widths of its entries, and the weights of the norm. */
const enclosed = fc.integer({ min: 1, max: 5 }).chain((n) =>
  fc.record({
    J: square(n),
    half: fc.integer({ min: 0, max: 8 }).map((k) => (k === 0 ? 0 : 10 ** -k)),
    weights: fc.array(weight, { minLength: n, maxLength: n }),
    where: square(n),
  }),
);

const normOf = (J: readonly (readonly Interval[])[], weights: readonly number[]): number => {
  const mu = logarithmicNorm(
    F,
    J,
    weights.map((w) => F.sqrt(F.of(w))),
  );
  return mu === undefined ? Number.NaN : Number(mu.hi);
};
/** Largest eigenvalue of the symmetric part of W^(1/2) J W^(-1/2), by Jacobi's rotations. */
const largest = (J: readonly (readonly number[])[], weights: readonly number[]): number => {
  const s = weights.map(Math.sqrt);
  const part = J.map((row, i) => row.map((x, j) => ((x * s[i]) / s[j] + (J[j][i] * s[j]) / s[i]) / 2));
  return Math.max(...jacobi(part).values);
};

describe('the logarithmic norm', () => {
  it('of an enclosed matrix is at least that of every matrix in it', () => {
    fc.assert(
      fc.property(enclosed, ({ J, half, weights, where }) => {
        const box = J.map((row) => row.map((x) => F.between(x - half, x + half)));
        // `where` is from -5 to 5: corners and inner points.
        const inside = J.map((row, i) =>
          row.map((x, j) => x + half * Math.max(-1, Math.min(1, where[i][j] / 4))),
        );
        const exact = largest(inside, weights);
        const scale = Math.sqrt(Math.max(...weights) / Math.min(...weights)) * 25;
        // jacobi's rounding: some 100 rotations.
        expect(normOf(box, weights)).toBeGreaterThanOrEqual(exact - 1e-13 * scale);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('of a point is close to its own: 2^-13 of the largest row sum', () => {
    fc.assert(
      fc.property(enclosed, ({ J, weights }) => {
        const s = weights.map(Math.sqrt);
        const rows = J.map((row, i) =>
          row.reduce((t, x, j) => t + Math.abs((x * s[i]) / s[j] + (J[j][i] * s[j]) / s[i]) / 2, 0),
        );
        const exact = largest(J, weights);
        const most = exact + 2 ** -12 * Math.max(...rows) + 1e-12;
        expect(
          normOf(
            J.map((row) => row.map(F.of)),
            weights,
          ),
        ).toBeLessThanOrEqual(most);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('is negative where all solutions approach each other, and 0 for a rotation', () => {
    const of = (rows: number[][]) => rows.map((row) => row.map(F.of));
    expect(
      normOf(
        of([
          [-3, 1],
          [-1, -2],
        ]),
        [1, 1],
      ),
    ).toBeLessThan(-1.99);
    expect(
      Math.abs(
        normOf(
          of([
            [0, 5],
            [-5, 0],
          ]),
          [1, 1],
        ),
      ),
    ).toBeLessThan(1e-3);
  });

  it('in the weights in which a matrix is symmetric is its largest eigenvalue, in others larger', () => {
    // [[0, 100], [1, 0]] has the eigenvalues 10 and -10.
    const J = [
      [F.of(0), F.of(100)],
      [F.of(1), F.of(0)],
    ];
    expect(normOf(J, [1, 100])).toBeLessThan(10.01);
    expect(normOf(J, [1, 1])).toBeGreaterThan(50);
  });

  it('of an unbounded matrix is none', () => {
    const whole = F.div(F.of(1), F.between(-1, 1));
    expect(normOf([[whole]], [1])).toBeNaN();
  });
});
