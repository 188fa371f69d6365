/** Special cases of the arithmetic that random worlds rarely reach. */
import { describe, expect, it, vi } from 'vitest';
import { contains, decimal, exactDecimal, interval } from '../../src/arithmetic/decimal.ts';
import { doubleDouble } from '../../src/arithmetic/doubleDouble.ts';
import { determinant, jacobi, modulus, rayleigh } from '../../src/arithmetic/eigen.ts';
import { dot, ratio, sum } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { inverse, rowSums } from '../../src/arithmetic/linear.ts';
import { describe as sampleOf } from '../../src/arithmetic/sample.ts';

/** Leibniz's sum over all permutations. */
function leibniz(A: readonly (readonly number[])[], row = 0, used: number[] = []): number {
  if (row === A.length) return 1;
  return A[row].reduce((s, x, j) => {
    if (used.includes(j)) return s;
    const sign = used.filter((k) => k > j).length % 2 === 0 ? 1 : -1;
    return s + sign * x * leibniz(A, row + 1, [...used, j]);
  }, 0);
}

describe('a determinant', () => {
  const F = interval(30);
  const of = (A: number[][]) =>
    determinant(
      F,
      A.map((row) => row.map(F.of)),
    );
  it.each([
    [
      [0, 1],
      [1, 0],
    ],
    [
      [0, 2, 1],
      [3, 0, 4],
      [1, 5, 0],
    ],
    [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 10],
    ],
    [
      [0, 0, 0, 2],
      [0, 3, 1, 0],
      [5, 0, 0, 1],
      [0, 1, 4, 0],
    ],
    [[-3]],
  ])('is the sum over permutations, for any exchange of rows (%#)', (...A) => {
    const found = of(A as number[][]);
    const exact = leibniz(A as number[][]);
    expect(F.sign(F.sub(found, F.of(exact)))).not.toBe(1);
    expect(F.sign(F.sub(found, F.of(exact)))).not.toBe(-1);
    // Empirical, so that a wide enclosure fails: the widest of these has a radius of 2e-27, at 30 digits.
    expect(F.radius(found)).toBeLessThan(1e-26);
  });
});

describe('sizes', () => {
  const F = interval(20);
  it('modulus is |x| where the sign is known, and has the same largest modulus as x where it is not', () => {
    expect(F.toNumber(modulus(F, F.of(-3)))).toBe(3);
    expect(F.toNumber(modulus(F, F.of(3)))).toBe(3);
    expect(F.toNumber(modulus(F, F.of(0)))).toBe(0);
    const open = modulus(F, F.between(-2, 1));
    expect(F.sign(F.sub(open, F.of(2.001)))).toBe(-1);
    expect(F.sign(F.sub(open, F.of(1.999)))).toBeUndefined();
  });
  it("Rayleigh's quotient is the eigenvalue at an eigenvector of any length", () => {
    const A = [
      [2, 1],
      [1, 2],
    ];
    expect(rayleigh(float64, A, [3, 3])).toBe(3);
    expect(rayleigh(float64, A, [-2, 2])).toBe(1);
    // The largest modulus belongs to a negative eigenvalue, -4.
    const B = [
      [-1, 3],
      [3, -1],
    ];
    expect(Math.abs(rayleigh(float64, B, jacobi(B).vectors[0]) + 4)).toBeLessThan(2 ** -48);
  });
  it('empty sums are 0, ratio is the quotient of its integers', () => {
    expect(sum(float64, [])).toBe(0);
    expect(dot(float64, [], [])).toBe(0);
    expect(dot(float64, [1, 2, 3], [4, 5, 6])).toBe(32);
    expect(sum(float64, [1, 2, 4])).toBe(7);
    expect(ratio(float64, 3, 4)).toBe(0.75);
    expect(
      rowSums(float64, [
        [1, 2],
        [3, 5],
      ]),
    ).toEqual([3, 8]);
  });
  it('a matrix times its inverse is the identity, on integers whose pivots are exact', () => {
    const G = [
      [4, 2, 0],
      [2, 5, 4],
      [0, 4, 8],
    ];
    const inverted = inverse(float64, G);
    for (const [i, row] of G.entries())
      for (const j of G.keys()) {
        const entry = total(row.map((x, k) => x * inverted[k][j]));
        expect(Math.abs(entry - (i === j ? 1 : 0))).toBeLessThan(2 ** -48);
      }
  });
  const total = (values: number[]) => values.reduce((a, b) => a + b, 0);
  it('a sample has its mean and the deviation with divisor n - 1; the deviation of one number is 0', () => {
    expect(sampleOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, std: Math.sqrt(32 / 7), size: 8 });
    expect(sampleOf([3])).toEqual({ mean: 3, std: 0, size: 1 });
    expect(sampleOf([1, 3]).std).toBe(Math.SQRT2);
  });
});

describe('double-double, at the ends of the range of doubles', () => {
  const F = doubleDouble;
  const plain = (x: { hi: number; lo: number }) => [x.hi, x.lo];
  it('divides by 0 and by infinity, and 0 by a number, as doubles do', () => {
    expect(plain(F.div(F.of(1), F.of(0)))).toEqual([Infinity, 0]);
    expect(plain(F.div(F.of(-1), F.of(0)))).toEqual([-Infinity, 0]);
    expect(plain(F.div(F.of(0), F.of(3)))).toEqual([0, 0]);
    expect(plain(F.div(F.of(1), F.of(Infinity)))).toEqual([0, 0]);
    expect(Number.isNaN(F.div(F.of(0), F.of(0)).hi)).toBe(true);
  });
  it('products that are 0 or infinite have no low part', () => {
    expect(plain(F.mul(F.of(0), F.of(1e300)))).toEqual([0, 0]);
    expect(plain(F.mul(F.of(1e300), F.of(1e300)))).toEqual([Infinity, 0]);
    expect(plain(F.add(F.of(1.7e308), F.of(1.7e308)))).toEqual([Infinity, 0]);
  });
  it('has the roots, exponentials and logarithms of 0, infinity and NaN that doubles have', () => {
    expect(plain(F.sqrt(F.of(0)))).toEqual([0, 0]);
    expect(plain(F.sqrt(F.of(Infinity)))).toEqual([Infinity, 0]);
    expect(Number.isNaN(F.sqrt(F.of(-1)).hi)).toBe(true);
    expect(plain(F.exp(F.of(0)))).toEqual([1, 0]);
    expect(plain(F.exp(F.of(-800)))).toEqual([0, 0]);
    expect(plain(F.exp(F.of(800)))).toEqual([Infinity, 0]);
    expect(plain(F.ln(F.of(1)))).toEqual([0, 0]);
    expect(plain(F.ln(F.of(0)))).toEqual([-Infinity, 0]);
    expect(Number.isNaN(F.ln(F.of(-1)).hi)).toBe(true);
  });
  it('has the sign of every number, and none for NaN', () => {
    expect([2, -2, 0, Number.NaN].map((x) => F.sign(F.of(x)))).toEqual([1, -1, 0, undefined]);
    expect(F.radius(F.of(1))).toBe(0);
  });
});

describe('decimals', () => {
  it('have the sign of every number, and none for NaN', () => {
    const F = decimal(20);
    expect([2, -2, 0, Number.NaN].map((x) => F.sign(F.of(x)))).toEqual([1, -1, 0, undefined]);
  });
});

describe('MPFR', () => {
  it('throws an error that names loadMpfr when it is used before it is loaded', async () => {
    vi.resetModules();
    const { mpfrLibrary } = await import('../../src/arithmetic/mpfr.ts');
    expect(() => mpfrLibrary()).toThrow('await loadMpfr() first');
  });
});

describe('exponentials of decimals', () => {
  it('enclose the value where decimal.js rounds to the wrong side: an operand with more digits than the field', () => {
    const Decimal = exactDecimal(1).constructor as new (text: string) => ReturnType<typeof exactDecimal>;
    const x = new Decimal('-0.06483093828652632028711702323597518606688');
    const value = decimal(60).exp(decimal(60).add(decimal(60).of(0), x));
    expect(contains(interval(34).exp({ lo: x, hi: x }), value)).toBe(true);
  });
  it('have the lower end 0 where the value is below every decimal, the upper end infinity where it is above', () => {
    const F = interval(20);
    const [small, large] = [F.exp(F.of(-1e300)), F.exp(F.of(1e300))];
    expect(small.lo.isZero()).toBe(true);
    expect(small.hi.isPositive() && !small.hi.isZero()).toBe(true);
    expect(large.lo.isFinite() && large.lo.isPositive()).toBe(true);
    expect(large.hi.isFinite()).toBe(false);
  });
});
