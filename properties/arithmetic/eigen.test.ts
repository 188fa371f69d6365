import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { eigenDiscs, jacobi, moduli, modulus, rayleigh } from '../../src/arithmetic/eigen.ts';

const F = interval(30);
/** Symmetric integer matrices: exact in every field. */
const symmetric = fc
  .integer({ min: 2, max: 6 })
  .chain((n) =>
    fc
      .array(fc.integer({ min: -9, max: 9 }), { minLength: n * n, maxLength: n * n })
      .map((x) =>
        Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (_, j) => x[Math.min(i, j) * n + Math.max(i, j)]),
        ),
      ),
  );
const run = (property: (A: number[][]) => void) =>
  fc.assert(fc.property(symmetric, property), { seed: 62, numRuns: 60 });

describe('eigenvalues of symmetric matrices', () => {
  it('by Jacobi rotations solve A v = lambda v up to rounding, in decreasing modulus', () => {
    run((A) => {
      const { values, vectors } = jacobi(A);
      const size = Math.max(1, ...A.flat().map(Math.abs)) * A.length;
      values.forEach((lambda, i) => {
        // About 10 sweeps of n^2/2 rotations, each with a few roundings of size u |A|: below 2^10 u |A| n for n <= 6.
        const rest = A.map((row) => row.reduce((s, x, j) => s + x * vectors[i][j], 0)).map(
          (x, j) => x - lambda * vectors[i][j],
        );
        expect(Math.max(...rest.map(Math.abs))).toBeLessThanOrEqual(2 ** -43 * size);
        if (i > 0) expect(Math.abs(lambda)).toBeLessThanOrEqual(Math.abs(values[i - 1]));
      });
      expect(moduli(A)).toEqual(values.map(Math.abs));
    });
  });

  it('lie in discs whose centres sum to the trace and whose squares sum to |A|^2, within the radii', () => {
    run((A) => {
      const discs = eigenDiscs(
        F,
        A.map((row) => row.map(F.of)),
      );
      const near = (parts: number[], slack: number[], exact: number) =>
        expect(Math.abs(parts.reduce((a, b) => a + b, 0) - exact)).toBeLessThanOrEqual(
          slack.reduce((a, b) => a + b, 0),
        );
      const c = discs.map(({ centre }) => F.toNumber(centre));
      // toNumber and the float sums here round by at most 2^-48 of 6 * 9 * 6.
      const r = discs.map(({ radius }) => F.toNumber(radius) + 2 ** -44);
      near(
        c,
        r,
        A.reduce((s, row, i) => s + row[i], 0),
      );
      const squares = A.flat().reduce((s, x) => s + x * x, 0);
      near(
        c.map((x) => x * x),
        c.map((x, i) => (2 * Math.abs(x) + 1) * r[i]),
        squares,
      );
      // Empirical, so that wide discs fail: the largest radius of these worlds is 8.6e-14.
      expect(Math.max(...r)).toBeLessThan(1e-11);
    });
  });

  it('have the known spectrum of a cycle: 2 cos(2 pi k / n)', () => {
    const n = 5;
    const cycle = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => (Math.abs(i - j) === 1 || Math.abs(i - j) === n - 1 ? 1 : 0)),
    );
    const expected = [0, 1, 2, 3, 4].map((k) => 2 * Math.cos((2 * Math.PI * k) / n)).sort((a, b) => a - b);
    const found = [...jacobi(cycle).values].sort((a, b) => a - b);
    for (const [i, x] of found.entries()) expect(Math.abs(x - expected[i])).toBeLessThanOrEqual(2 ** -48);
  });

  it('are bounded from below in modulus by Rayleigh quotients, which never exceed the outermost disc', () => {
    run((A) => {
      const E = A.map((row) => row.map(F.of));
      const outer = eigenDiscs(F, E).map(({ centre, radius }) => F.add(modulus(F, centre), radius));
      const reach = Math.max(...outer.map(F.toNumber)) * (1 + 2 ** -50);
      const one = A.map(() => F.of(1));
      const first = jacobi(A).vectors[0].map(F.of);
      for (const v of [first, one])
        expect(F.toNumber(modulus(F, rayleigh(F, E, v)))).toBeLessThanOrEqual(reach);
    });
  });

  it('have a radius that covers the error of the float64 eigenvectors, visible in a centre of 60 digits', () => {
    const fine = interval(60);
    const A = [
      [2, 1],
      [1, 3],
    ].map((row) => row.map(fine.of));
    // (5 +- sqrt 5)/2, the larger first.
    const root = fine.sqrt(fine.of(5));
    const exact = [fine.add(fine.of(5), root), fine.sub(fine.of(5), root)].map((x) =>
      fine.div(x, fine.of(2)),
    );
    for (const [i, { centre, radius }] of eigenDiscs(fine, A).entries()) {
      const apart = modulus(fine, fine.sub(exact[i], centre));
      expect(fine.sign(fine.sub(radius, apart))).toBe(1);
      expect(fine.toNumber(radius)).toBeLessThan(2 ** -48);
    }
  });
});
