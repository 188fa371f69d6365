import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DoubleDoubleBall,
  doubleDoubleIntervals as F,
} from '../../src/arithmetic/doubleDoubleInterval.ts';
import { dot, products } from '../../src/arithmetic/field.ts';
import { rational as Q, type Rational } from '../exact/rational.ts';
import { ball, centre, contains, isNormalised, pair, pointOf, type Sample } from './balls.ts';

type Pair = [Sample, Sample];
const opposite = ({ a: { hi, lo, radius }, share }: Sample): Sample => ({ a: ball(-hi, -lo, radius), share });
/** Pairs, among them some that cancel others but for a last digit. */
const pairs = fc
  .array(fc.tuple(pair, fc.constantFrom('alone', 'with its negative')), { minLength: 1, maxLength: 12 })
  .map((drawn) =>
    drawn.flatMap(([[x, y], how]): Pair[] =>
      how === 'alone'
        ? [[x, y]]
        : [
            [x, y],
            [opposite(x), y],
          ],
    ),
  );
const signed = fc
  .tuple(fc.double({ min: 2 ** -20, max: 2, noNaN: true }), fc.constantFrom(1, -1))
  .map(([x, sign]) => sign * x);
/** Terms of about the same size, so that each rounding counts. */
const ordinary = fc
  .array(fc.tuple(...[0, 1].map(() => signed.chain(centre))), {
    minLength: 2,
    maxLength: 30,
  })
  .map((drawn) => drawn.map((centres) => centres.map(([hi, lo]) => ball(hi, lo, 0))));

const exactSum = (terms: readonly (readonly [Rational, Rational])[]): Rational =>
  terms.reduce((sum, [x, y]) => Q.add(sum, Q.mul(x, y)), Q.of(0));
const sumOf = (G: typeof F, terms: readonly Pair[]) =>
  dot(
    G,
    terms.map(([x]) => x.a),
    terms.map(([, y]) => y.a),
  );
const encloses = (G: typeof F) =>
  fc.property(pairs, (terms) => {
    const result = sumOf(G, terms);
    expect(isNormalised(result)).toBe(true);
    expect(contains(result, exactSum(terms.map(([x, y]) => [pointOf(x), pointOf(y)])))).toBe(true);
  });
const enclosesPoints = (G: typeof F) =>
  fc.property(ordinary, (terms) => {
    const [a, b] = [0, 1].map((side) => terms.map((term) => term[side]));
    const middle = ({ hi, lo }: DoubleDoubleBall) => Q.add(Q.of(hi), Q.of(lo));
    expect(contains(dot(G, a, b), exactSum(a.map((x, j) => [middle(x), middle(b[j])])))).toBe(true);
  });
const changed = (change: (b: DoubleDoubleBall) => DoubleDoubleBall): typeof F => ({
  ...F,
  products: (...of) => change(F.products!(...of)),
});
// Exact rationals of subnormal factors have thousands of bits: hundreds of sums of up to twelve pairs take a second.
const SEED = { seed: 1, numRuns: 500 };

describe('a sum of products of balls, against exact rationals', () => {
  it('contains the exact sum at every point, also where products cancel, are subnormal or too large', () => {
    fc.assert(encloses(F), SEED);
  });
  it('contains the exact sum of points of the same size', () => {
    fc.assert(enclosesPoints(F), SEED);
  });
  it('control: one without radius, and one of a thousandth of it, are found', () => {
    const thin = (share: number) => changed(({ hi, lo, radius }) => ball(hi, lo, share * radius));
    expect(fc.check(encloses(thin(0)), SEED).failed).toBe(true);
    expect(fc.check(encloses(thin(1e-3)), SEED).failed).toBe(true);
    expect(fc.check(enclosesPoints(thin(0)), SEED).failed).toBe(true);
  });
  it('is as exact as a chain of products and sums, up to the sizes of the terms', () => {
    fc.assert(
      fc.property(ordinary, (terms) => {
        const [a, b] = [0, 1].map((side) => terms.map((term) => term[side]));
        const size = a.reduce((sum, x, j) => sum + Math.abs(x.hi * b[j].hi), 0);
        // 9 u^2 of each product; v and c are at most u (j + 4) times the size each, and rounded once.
        const n = terms.length;
        expect(dot(F, a, b).radius).toBeLessThanOrEqual(2 ** -106 * size * (9 + (n + 4) * (n + 2)) * 1.001);
      }),
      SEED,
    );
  });
  it('is a point where it is exact: of integers, of nothing, with factors that are 0', () => {
    const integers = fc.array(fc.tuple(fc.integer(), fc.integer({ min: -(2 ** 20), max: 2 ** 20 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(integers, (terms) => {
        const result = dot(
          F,
          terms.map(([x]) => F.of(x)),
          terms.map(([, y]) => F.of(y)),
        );
        expect(result).toMatchObject({ hi: terms.reduce((sum, [x, y]) => sum + x * y, 0), lo: 0, radius: 0 });
      }),
    );
    const wide = ball(0, 0, Infinity);
    expect(dot(F, [F.of(0), F.of(0)], [wide, F.of(3)])).toMatchObject({ hi: 0, radius: 0 });
    expect(dot(F, [F.of(1), F.of(0)], [wide, F.of(3)]).radius).toBe(Infinity);
  });
  it('contains products and spreads that no double shows', () => {
    const at = (hi: number, radius: number, share: number): Sample => ({ a: ball(hi, 0, radius), share });
    const one: Pair = [at(1, 0, 0), at(0, 0, 0)];
    const least = at((1 + 2 ** -52) * 2 ** -530, 0, 0);
    for (const small of [
      [at(0, 1e-200, 1), at(1e-150, 0, 0)],
      [least, least],
    ] satisfies Pair[]) {
      const terms = [small, one];
      const exact = exactSum(terms.map(([x, y]) => [pointOf(x), pointOf(y)]));
      expect(contains(sumOf(F, terms), exact)).toBe(true);
    }
  });
  it('takes its factors from the places that are asked for, in both directions', () => {
    const [a, b] = [
      [7, 1, 2, 3],
      [4, 5, 6, 9],
    ].map((row) => row.map(F.of));
    expect(F.toNumber(products(F, a, 1, b, 0, 1, 3))).toBe(1 * 4 + 2 * 5 + 3 * 6);
    expect(F.toNumber(products(F, a, 1, b, 2, -1, 3))).toBe(1 * 6 + 2 * 5 + 3 * 4);
    expect(F.sign(products(F, a, 0, b, 0, 1, 0))).toBe(0);
  });
});
