/** Square roots of decimals by integers. decimal.js finds one by texts and divisions of decimals, several times slower. */
import { powerOfTen } from './exponential.ts';

/** floor(sqrt(N)) for N >= 1, by Newton's method from above: the iterates fall until they reach it. */
export function integerRoot(N: bigint): bigint {
  // N / 2^shift has at least 96 bits where it is shifted, and its root, rounded up, those of a double.
  const shift = Math.max(0, 4 * N.toString(16).length - 100) & ~1;
  const head = Math.sqrt(Number(N >> BigInt(shift)));
  // One for the rounding of the double, one for the part that is shifted out.
  let root = (BigInt(Math.ceil(head)) + 2n) << BigInt(shift / 2);
  for (;;) {
    const next = (root + N / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/**
 * sqrt(coefficient 10^exponent), coefficient > 0, as [m, k] with m of at least digits + 2 digits: m 10^k rounds to `digits`
 * digits as the root does, in every direction. The last digit of m is 0 where the digits before it are the whole root, else
 * 1: no end of a rounding interval, nor its middle, has so many digits.
 */
export function squareRoot(coefficient: bigint, exponent: number, digits: number): [m: bigint, k: number] {
  // A coefficient below 10^(2 digits + 2) gets that many digits more, and the exponent has to be even.
  const more = Math.max(0, 2 * digits + 3 - `${coefficient}`.length);
  const odd = (exponent - more) & 1;
  const N = coefficient * powerOfTen(more + odd);
  const root = integerRoot(N);
  return [10n * root + (root * root === N ? 0n : 1n), (exponent - more - odd) / 2 - 1];
}
