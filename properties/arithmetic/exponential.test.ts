/** exp by integers, against decimal.js at 30 more digits: two programs and two algorithms. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponential } from '../../src/arithmetic/exponential.ts';
import { decimalsOf } from './exact.ts';

/** x = c 10^e with |x| < 1000. */
const operand = (digits: number) =>
  fc.integer({ min: 1, max: 2 * digits }).chain((size) =>
    fc.record({
      c: fc
        .bigInt({ min: -(10n ** BigInt(size)) + 1n, max: 10n ** BigInt(size) - 1n })
        .filter((c) => c !== 0n),
      // Of `size` digits at most: from just below 1000 to far below a unit in the last place of 1 + x.
      e: fc.integer({ min: -size - digits, max: 3 - size }),
    }),
  );

/** |m 10^k / exp(c 10^e) - 1| 10^(digits + 6) */
function error(c: bigint, e: number, digits: number): number {
  const D = decimalsOf(digits + 30);
  const [m, k] = exponential(c, e, digits);
  const exact = new D(`${c}e${e}`).exp();
  return new D(`${m}e${k}`)
    .div(exact)
    .minus(1)
    .abs()
    .times(`1e${digits + 6}`)
    .toNumber();
}

describe('exp by integers', () => {
  it.each([2, 7, 40, 80, 320])('has the digits that it promises: %i and six', (digits) => {
    fc.assert(
      fc.property(operand(digits), ({ c, e }) => error(c, e, digits) < 1),
      { seed: 1, numRuns: digits > 100 ? 20 : 200 },
    );
  });

  it.each([
    [1n, 0],
    [-1n, 0],
    [999_999n, -3],
    [-999_999n, -3],
    [1n, -1000],
    [-1n, -1000],
    // ln 2 from both sides: r is nearly 0, or nearly ln 2.
    [6931471805599453094172321214581765680755001343602552541206800094933936219696947n, -79],
    [6931471805599453094172321214581765680755001343602552541206800094933936219696948n, -79],
    [-6931471805599453094172321214581765680755001343602552541206800094933936219696948n, -79],
  ])('at %s 10^%i', (c, e) => {
    for (const digits of [2, 40, 90]) expect(error(c, e, digits)).toBeLessThan(1);
  });
});
