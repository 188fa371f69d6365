import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { doubleDouble as D, type DoubleDouble } from '../../src/arithmetic/doubleDouble.ts';

/** The reference for 29 digits; a sum of operands 200 orders of magnitude apart needs all 500. */
const F = decimal(500);
/** The relative error bound that the docstring of doubleDouble.ts states for every operation. */
const PROMISED = 2 ** -98;

const exact = ({ hi, lo }: DoubleDouble) => F.add(F.of(hi), F.of(lo));
const relative = (got: DoubleDouble, truth: ReturnType<typeof exact>): number =>
  truth.isZero()
    ? Math.abs(got.hi)
    : F.div(F.sub(exact(got), truth), truth)
        .abs()
        .toNumber();

const size = fc.oneof(
  fc.double({ min: 1e-70, max: 1e70, noNaN: true }),
  fc.double({ min: 0.5, max: 2, noNaN: true }),
  fc.integer({ min: -50, max: 50 }).map((k) => 1 + k * 2 ** -52),
);
/** Two doubles that do not overlap, or one. */
const operand = fc
  .tuple(size, fc.double({ min: -1, max: 1, noNaN: true }), fc.boolean())
  .map(([hi, part, minus]) => D.mul(D.of(minus ? -1 : 1), D.add(D.of(hi), D.of(hi * part * 2 ** -53))));
/** Operands that nearly cancel in a sum. */
const pair = fc.oneof(
  fc.tuple(operand, operand),
  fc
    .tuple(operand, fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 0, max: 100 }))
    .map(([x, part, bits]) => [x, D.neg(D.add(x, D.mul(x, D.of(part * 2 ** -bits))))] as const),
);

describe('double-double operations are within their error bound, against decimals', () => {
  for (const op of ['add', 'sub', 'mul', 'div'] as const)
    it(op, () => {
      fc.assert(
        fc.property(pair, ([x, y]) => {
          expect(relative(D[op](x, y), F[op](exact(x), exact(y)))).toBeLessThan(PROMISED);
        }),
        { seed: 11, numRuns: 600 },
      );
    });
  const positive = operand.map((x) => (x.hi < 0 ? D.neg(x) : x));
  it('sqrt', () => {
    fc.assert(
      fc.property(positive, (x) => {
        expect(relative(D.sqrt(x), F.sqrt(exact(x)))).toBeLessThan(PROMISED);
      }),
      { seed: 12, numRuns: 200 },
    );
  });
  const short = decimal(60);
  it('exp, over the range in which the low part is a normal number', () => {
    const argument = fc.oneof(
      fc.integer({ min: -600e6, max: 700e6 }).map((k) => k / 1e6),
      fc.double({ min: -1, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(argument, fc.double({ min: -1, max: 1, noNaN: true }), (hi, part) => {
        const x = D.add(D.of(hi), D.of(hi * part * 2 ** -53));
        const truth = short.exp(short.add(short.of(x.hi), short.of(x.lo)));
        expect(relative(D.exp(x), truth)).toBeLessThan(PROMISED);
      }),
      { seed: 13, numRuns: 2000 },
    );
  });
  it('ln, in absolute terms near 1', () => {
    fc.assert(
      fc.property(positive, (x) => {
        const [got, truth] = [D.ln(x), short.ln(short.add(short.of(x.hi), short.of(x.lo)))];
        const error = F.sub(exact(got), truth).abs().toNumber();
        expect(error).toBeLessThanOrEqual(PROMISED * Math.max(1, truth.abs().toNumber()));
      }),
      { seed: 14, numRuns: 200 },
    );
  });
  it('control: a product without its low parts is found', () => {
    const plain = fc.property(
      pair,
      ([x, y]) => relative(D.of(x.hi * y.hi), F.mul(exact(x), exact(y))) < PROMISED,
    );
    expect(fc.check(plain, { endOnFailure: true, seed: 11 }).failed).toBe(true);
  });
});

describe('at the ends of the range', () => {
  it('overflows to infinity and underflows to 0, without NaN', () => {
    expect(D.exp(D.of(1000)).hi).toBe(Infinity);
    expect(D.exp(D.of(-1000)).hi).toBe(0);
    expect(D.add(D.of(1e308), D.of(1e308))).toEqual({ hi: Infinity, lo: 0 });
    expect(D.mul(D.of(1e-300), D.of(1e-300)).hi).toBe(0);
    expect(D.div(D.of(0), D.of(3)).hi).toBe(0);
  });
  it('products of huge and tiny factors are exact where the result is', () => {
    expect(D.mul(D.of(2 ** 1000), D.of(3))).toEqual({ hi: 3 * 2 ** 1000, lo: 0 });
  });
});
