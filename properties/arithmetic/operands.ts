/** Hard operands of the arithmetic, as exact decimals, and intervals of them with points inside. */
import { Decimal } from 'decimal.js';
import fc, { type Arbitrary } from 'fast-check';
import type { Interval } from '../../src/arithmetic/decimal.ts';
import { decimalsOf, Exact } from './exact.ts';
import type { Operation } from './oracle.ts';

/** 1 to `longest` significant digits: random, next to a power of ten, or all nines and zeros. */
const mantissa = (longest: number): Arbitrary<bigint> =>
  fc.integer({ min: 1, max: longest }).chain((length) => {
    const top = 10n ** BigInt(length);
    return fc.oneof(
      fc.bigInt({ min: 1n, max: top - 1n }),
      fc.integer({ min: -3, max: 3 }).map((k) => top + BigInt(k)),
      fc.bigInt({ min: 1n, max: 99n }),
    );
  });

/** Decimal exponents: small, at the ends of the range of doubles, far outside it, and at the ends of decimal.js's range. */
const exponent: Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -4, max: 4 }) },
  { weight: 3, arbitrary: fc.integer({ min: -60, max: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom(-3000000, -324, -308, -300, 300, 308, 3000000) },
);

/** Zero, numbers of any size, and numbers so near 1 that ln cancels, of at most `longest` digits. */
export const operand = (longest: number): Arbitrary<Decimal> => {
  const scaled = fc
    .tuple(mantissa(longest), exponent, fc.boolean())
    .map(([m, e, minus]) => new Exact(`${minus ? '-' : ''}${m}e${e - m.toString().length + 1}`));
  const nearOne = fc
    .tuple(fc.bigInt({ min: -99n, max: 99n }), fc.integer({ min: 1, max: longest }))
    .map(([k, places]) => new Exact(`${10n ** BigInt(places) + k}e-${places}`));
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(new Exact(0)) },
    { weight: 8, arbitrary: scaled },
    { weight: 3, arbitrary: nearOne },
  );
};

/** x (1 + k 10^-places) up to sign, to `digits` digits: sums with x cancel. */
const companion = (x: Decimal, digits: number): Arbitrary<Decimal> =>
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: digits }), fc.boolean())
    .map(([k, places, minus]) => {
      const near = x.times(new Exact(`${10n ** BigInt(places) + BigInt(k)}e-${places}`));
      return minus ? near.negated() : near;
    });

/** An interval and a point of it. */
export interface Sample {
  readonly range: Interval;
  readonly point: Decimal;
}

/**
 * A point x, [x, y] or an interval with an infinite end, and one of its points: an end or one between the ends.
 * Ends are rounded outward to `digits`; with `excess` they keep all their digits.
 */
export const sample = (
  digits: number,
  excess: boolean,
  first: Arbitrary<Decimal> = operand(digits + 20),
): Arbitrary<Sample> =>
  first.chain((x) =>
    fc
      .record({
        other: fc.oneof(operand(digits + 20), companion(x, digits), fc.constant(x)),
        share: fc.integer({ min: -2, max: 12 }),
        open: fc.constantFrom('no', 'no', 'no', 'no', 'no', 'no', 'no', 'below', 'above'),
      })
      .map(({ other, share, open }) => {
        const [low, high] = x.lessThan(other) ? [x, other] : [other, x];
        const Down = decimalsOf(digits, Decimal.ROUND_FLOOR);
        const Up = decimalsOf(digits, Decimal.ROUND_CEIL);
        const lo = excess ? new Down(low) : Down.add(low, 0);
        const hi = excess ? new Up(high) : Up.add(high, 0);
        // A weighted mean of the ends at the field's precision, clamped to [lo, hi].
        const Mix = decimalsOf(digits);
        const between = Mix.add(Mix.mul(lo, 1 - share / 10), Mix.mul(hi, share / 10));
        const point = share <= 0 ? lo : share >= 10 ? hi : Decimal.max(lo, Decimal.min(hi, between));
        return {
          range: {
            lo: open === 'below' ? new Down(-Infinity) : lo,
            hi: open === 'above' ? new Up(Infinity) : hi,
          },
          point: new Exact(point),
        };
      }),
  );

/**
 * Arguments whose image under a function is next to a number of `digits` digits, where the rounding is most easily on the
 * wrong side: the inverse function at such a number, to some digits more.
 */
const preimage = (digits: number, inverse: 'ln' | 'exp' | 'square'): Arbitrary<Decimal> =>
  fc
    .record({
      image: fc
        .tuple(mantissa(digits), fc.integer({ min: -3, max: 3 }))
        .map(([m, e]) => new Exact(`${m}e${e - m.toString().length + 1}`)),
      extra: fc.integer({ min: 0, max: 40 }),
      rounding: fc.constantFrom(Decimal.ROUND_FLOOR, Decimal.ROUND_CEIL),
    })
    .map(({ image, extra, rounding }) => {
      const D = decimalsOf(digits + extra, rounding);
      const v = new D(image);
      return new Exact(inverse === 'square' ? v.times(v) : v[inverse]());
    });

/** Two samples for `op`, the second often next to the first; half of those of a function are hard for it. */
export const samples = (
  digits: number,
  excess: boolean,
  op: Operation,
): Arbitrary<readonly [Sample, Sample]> => {
  const inverse = { exp: 'ln', ln: 'exp', sqrt: 'square' } as const;
  const first =
    op === 'exp' || op === 'ln' || op === 'sqrt'
      ? fc.oneof(operand(digits + 20), preimage(digits, inverse[op]))
      : operand(digits + 20);
  return sample(digits, excess, first).chain((a) =>
    fc.tuple(
      fc.constant(a),
      sample(digits, excess, fc.oneof(operand(digits + 20), companion(a.point, digits))),
    ),
  );
};
