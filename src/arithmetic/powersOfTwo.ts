/** Powers of 2 as doubles, from integers: 2^k, and 2^(j/64) in two parts. No engine's `Math.pow` is involved. */
import { integerRoot } from './squareRoot.ts';

/** An exponential reduces its argument to n ln 2/64 + r, |r| <= ln 2/128. */
export const STEPS = 64;
/**
 * ln 2/64 in parts of 36, 36 and 53 bits, rounded down: the products of the first two with |n| < 2^17 are exact. The three are
 * within 2^-136 of ln 2/64.
 */
export const STEP = [0.010830424696223417, 2.5728046223228848e-14, 4.784126150029144e-26] as const;

const LEAST = -1074;
const MOST = 1023;
const WHOLE = new Float64Array(MOST - LEAST + 1);
for (let k = 0, power = 1; k <= MOST; k++, power *= 2) WHOLE[k - LEAST] = power;
for (let k = -1, power = 0.5; k >= LEAST; k--, power /= 2) WHOLE[k - LEAST] = power;

/** 2^k for an integer -1074 <= k <= 1023. */
export const powerOfTwo = (k: number): number => WHOLE[k - LEAST];

const BITS = 160;
/** 2^(1/64) in units of 2^-BITS, rounded down: nested square roots, since floor(sqrt(floor(y))) = floor(sqrt(y)). */
let root = 1n << BigInt(1 + STEPS * BITS);
for (let degree = STEPS; degree > 1; degree /= 2) root = integerRoot(root);
/** 2^(j/64) = hi + lo up to 2^-106, 0 <= j < 64: each product adds less than three units of 2^-BITS to the error. */
const parts: [hi: number, lo: number][] = [];
for (let j = 0, power = 1n << BigInt(BITS); j < STEPS; j++, power = (power * root) >> BigInt(BITS)) {
  const hi = Number(power) * 2 ** -BITS;
  const rest = power - (BigInt(hi * 2 ** 52) << BigInt(BITS - 52));
  parts.push([hi, Number(rest) * 2 ** -BITS]);
}
/** hi and lo of 2^(j/64), |lo| <= 2^-53. */
export const ROOT_HIGH = Float64Array.from(parts, ([hi]) => hi);
export const ROOT_LOW = Float64Array.from(parts, ([, lo]) => lo);
