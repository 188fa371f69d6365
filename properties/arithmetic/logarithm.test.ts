/** ln by integers, against decimal.js at 30 more digits and those that cancel near 1: two programs and two algorithms. */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../src/arithmetic/decimal.ts';
import { logarithm } from '../../src/arithmetic/logarithm.ts';
import { decimalsOf } from './exact.ts';

type Operand = { c: bigint; e: number };

/** x = c 10^e of up to `2 digits` digits, from 10^-500 to 10^500. */
const anywhere = (digits: number): fc.Arbitrary<Operand> =>
  fc.integer({ min: 1, max: Math.min(2 * digits, 290) }).chain((size) =>
    fc.record({
      c: fc.bigInt({ min: 2n, max: 10n ** BigInt(size) }),
      e: fc.oneof(fc.integer({ min: -size - 1, max: 1 - size }), fc.integer({ min: -500, max: 500 - size })),
    }),
  );

/** x = 1 + d 10^-size with d of any number of digits: ln x is small. */
const nearOne = (digits: number): fc.Arbitrary<Operand> =>
  fc.integer({ min: 1, max: Math.min(2 * digits, 290) }).chain((size) =>
    fc.integer({ min: 1, max: size }).chain((own) =>
      fc
        .bigInt({ min: -(10n ** BigInt(own)) + 1n, max: 10n ** BigInt(own) - 1n })
        .filter((d) => d !== 0n)
        .map((d) => ({ c: 10n ** BigInt(size) + d, e: -size })),
    ),
  );

/** Its logarithm is 0, which has no relative error. */
const isOne = ({ c, e }: Operand) => e <= 0 && c === 10n ** BigInt(-e);

/** |m 10^k / ln(c 10^e) - 1| 10^(digits + 6) */
function error({ c, e }: Operand, digits: number): number {
  // Near 1 decimal.js loses as many digits as cancel.
  const D = decimalsOf(Math.min(digits + 30 + `${c}`.length, 1000));
  const [m, k] = logarithm(c, e, digits);
  return new D(`${m}e${k}`)
    .div(new D(`${c}e${e}`).ln())
    .minus(1)
    .abs()
    .times(`1e${digits + 6}`)
    .toNumber();
}

describe('ln by integers', () => {
  it.each([2, 7, 40, 80, 320])('has the digits that it promises: %i and six', (digits) => {
    for (const operand of [anywhere(digits), nearOne(digits)])
      fc.assert(
        fc.property(operand, (x) => isOne(x) || error(x, digits) < 1),
        { seed: 1, numRuns: digits > 100 ? 20 : 200 },
      );
  });

  it.each([
    [2n, 0],
    [1n, -1],
    [1n, 500],
    [1n, -500],
    // Around sqrt(2) and sqrt(1/2), where n changes.
    [14142135623730950488016887242096980785696n, -40],
    [14142135623730950488016887242096980785697n, -40],
    [70710678118654752440084436210484903928483n, -41],
    [70710678118654752440084436210484903928484n, -41],
    // The neighbours of 1.
    [10n ** 40n + 1n, -40],
    [10n ** 40n - 1n, -40],
    [10n ** 290n + 1n, -290],
  ])('at %s 10^%i', (c, e) => {
    for (const digits of [2, 40, 90]) expect(error({ c, e }, digits)).toBeLessThan(1);
  });

  it('is left to decimal.js at 0, below it, at 1, at infinity, and beyond 10^500', () => {
    const F = decimal(40);
    const D = Decimal.clone({ defaults: true, precision: 40, rounding: Decimal.ROUND_HALF_EVEN });
    for (const text of [
      '0',
      '-0',
      '-2',
      '1',
      'Infinity',
      '-Infinity',
      'NaN',
      '1e501',
      '1e-501',
      `1.${'3'.repeat(400)}`,
    ])
      expect(F.ln(new D(text)).toString(), text).toBe(new D(text).ln().toString());
  });
});
