/** Square roots by integers: by their squares, and against those of decimal.js, which are rounded correctly too. */
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerRoot, squareRoot } from '../../src/arithmetic/squareRoot.ts';
import { decimalsOf } from './exact.ts';

const operand = (digits: number) =>
  fc.integer({ min: 1, max: 4 * digits }).chain((size) =>
    fc.record({
      c: fc.oneof(
        fc.bigInt({ min: 1n, max: 10n ** BigInt(size) }),
        // A square, and its neighbours: the root is a decimal of the precision, or the middle between two, or nearly.
        fc
          .tuple(fc.bigInt({ min: 2n, max: 10n ** BigInt(digits + 1) }), fc.constantFrom(-1n, 0n, 1n))
          .map(([root, step]) => root * root + step),
      ),
      e: fc.integer({ min: -1000, max: 1000 }),
    }),
  );

describe('square roots by integers', () => {
  it('have the largest square that is not above', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 1n << 4000n }),
        fc.integer({ min: 0, max: 3990 }),
        (large, bits) => {
          const N = (large >> BigInt(bits)) + 1n;
          const root = integerRoot(N);
          return root * root <= N && (root + 1n) * (root + 1n) > N;
        },
      ),
      { seed: 1, numRuns: 1000 },
    );
    for (let N = 1n; N < 2000n; N++) expect(integerRoot(N)).toBe(BigInt(Math.floor(Math.sqrt(Number(N)))));
  });

  it.each([2, 7, 40, 80, 320])('round to %i digits as the root does, in every direction', (digits) => {
    for (const rounding of [Decimal.ROUND_FLOOR, Decimal.ROUND_CEIL, Decimal.ROUND_HALF_EVEN] as const) {
      const D = decimalsOf(digits, rounding);
      fc.assert(
        fc.property(operand(digits), ({ c, e }) => {
          const [m, k] = squareRoot(c, e, digits);
          return new D(`${m}e${k}`).toSignificantDigits(digits, rounding).equals(new D(`${c}e${e}`).sqrt());
        }),
        { seed: 1, numRuns: 200 },
      );
    }
  });
});
