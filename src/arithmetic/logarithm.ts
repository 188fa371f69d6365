/**
 * ln of a decimal by integers in fixed point, from the double logarithm and one exponential. decimal.js adds up a series of
 * decimals at more digits, until they round in one way, which takes several times as long at 40 digits.
 */
import { BITS, expOfSmall, ln2, powerOfTen, SPARE, squarings } from './exponential.ts';

/** Bits of the double logarithm that are used. */
const FIRST = 48;

/** The bits of x >= 0, or up to three more. */
const bits = (x: bigint): number => 4 * x.toString(16).length;

/**
 * ln(x) for x = coefficient 10^exponent > 0, x not 1, coefficient < 10^300, |exponent| <= 1000, as [m, k] with
 *
 *     ln(x) = m 10^k (1 + d),  |d| < 10^-(digits + 6).
 *
 * x = 2^n w with w in [0.7, 1.42]; y, the double ln(w) rounded to 2^-48, is within 2^-46 of ln(w), so that
 * ln(x) = n ln 2 + y + ln(q), q = w exp(-y) = 1 + d with |d| < 2^-45, and ln(q) = 2 atanh(u), u = d / (2 + d). In units of
 * 2^-W: w is rounded by 1; exp(-y) has a relative error below 2^(s+11) (`expOfSmall`); q, rounded once more, one below
 * 2^(s+11) + 3, and so has ln(q), with 2^8 for the fewer than 40 terms of its series, each rounded by less than 3; n ln 2
 * has 2 |n| < 2^14, and y none. Together this is below 2^(s+14). And |ln x| >= 2^-z: where n is not 0 with z = 2; where it is
 * 0, ln x >= 0.7 |x - 1|. So W has s + 14 + z bits more than the guaranteed digits. The last rounding, of m >= 10^(digits + 8),
 * adds 10^-(digits + 8).
 * @param digits 2 to 1000
 */
export function logarithm(coefficient: bigint, exponent: number, digits: number): [m: bigint, k: number] {
  const above = exponent >= 0 ? coefficient * powerOfTen(exponent) : coefficient;
  const below = exponent >= 0 ? 1n : powerOfTen(-exponent);
  const n = Math.round(Math.log2(Number(coefficient)) + exponent * Math.log2(10));
  const gap = above > below ? above - below : below - above;
  // |x - 1| >= 2^-(z - 1)
  const z = n === 0 ? Math.max(0, bits(below) - bits(gap) + 4) + 1 : 2;
  const wanted = Math.ceil((digits + SPARE) * BITS) + z;
  const s = squarings(wanted);
  const places = Math.max(wanted + s + 14, 64);
  const W = BigInt(places);
  const w = n <= places ? (above << BigInt(places - n)) / below : above / (below << BigInt(n - places));
  const y = Math.round(Math.log(Number(w >> (W - 53n)) * 2 ** -53) * 2 ** FIRST);
  const Y = BigInt(y) << (W - BigInt(FIRST));
  const d = ((w * expOfSmall(-Y, s, W)) >> W) - (1n << W);
  const u = (d << W) / ((2n << W) + d);
  const square = (u * u) >> W;
  let total = 0n;
  let power = u;
  for (let i = 1n; power !== 0n; i += 2n) {
    total += power / i;
    power = (power * square) / (1n << W);
  }
  const sum = BigInt(n) * ln2(places) + Y + 2n * total;
  const k = digits + 8 + Math.ceil(z / BITS);
  return [(sum * powerOfTen(k)) / (1n << W), -k];
}
