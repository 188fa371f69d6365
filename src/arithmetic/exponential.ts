/**
 * exp of a decimal by integers in fixed point. decimal.js adds up its series in decimals, with a division and a comparison of
 * texts for each term, which takes seven times as long at 40 digits.
 */

/** Guaranteed digits beyond those asked for. */
export const SPARE = 6;
/** Bits of a digit, rounded up. */
export const BITS = 3.3219281;

const tens = new Map<number, bigint>();
export function powerOfTen(n: number): bigint {
  const known = tens.get(n) ?? 10n ** BigInt(n);
  tens.set(n, known);
  return known;
}

/** atanh(1/q) = sum_i q^-(2i+1) / (2i+1) in units of 2^-W: each term is rounded down twice, by less than two units. */
function inverseTangent(q: bigint, W: bigint): bigint {
  let power = (1n << W) / q;
  let total = 0n;
  for (let i = 1n; power > 0n; i += 2n) {
    total += power / i;
    power /= q * q;
  }
  return total;
}

const logarithms = new Map<number, bigint>();
/**
 * ln 2 = 18 atanh(1/26) - 2 atanh(1/4801) + 8 atanh(1/8749) in units of 2^-W, within two units: one of the last rounding, and
 * with 20 bits more, the fewer than 2^10 terms of each sum have an error below 28 2^11 < 2^16 of the smaller units.
 */
export function ln2(W: number): bigint {
  let known = logarithms.get(W);
  if (known === undefined) {
    const more = BigInt(W + 20);
    const [a, b, c] = [26n, 4801n, 8749n].map((q) => inverseTangent(q, more));
    known = (18n * a - 2n * b + 8n * c) >> 20n;
    logarithms.set(W, known);
  }
  return known;
}

/** The squarings s that go with so many bits: of s squarings and about wanted/s terms, of two operations each. */
export const squarings = (wanted: number): number => Math.ceil(Math.sqrt(wanted)) + 2;

/**
 * exp(r) = exp(r/2^s)^(2^s) for |r| < ln 2, both in units of 2^-W. The error of r/2^s is below 1. A term of the series has an
 * error below 3 (a product and a division, and a small part of the error of the term before), N terms and the rest of the
 * series, below 1, less than 2^10 for N < 300; each of s squarings doubles a relative error and adds a rounding, at most two
 * units of a value above 1/2. Together the relative error is below 2^s (1.01 2^10 + 2), less than 2^(s+11).
 */
export function expOfSmall(r: bigint, s: number, W: bigint): bigint {
  const t = r >> BigInt(s);
  let term = 1n << W;
  let total = term;
  // Of a negative r, terms alternate; the division rounds to 0, and so ends them.
  for (let i = 1n; term !== 0n; i += 1n) {
    term = ((term * t) >> W) / i;
    total += term;
  }
  for (let i = 0; i < s; i++) total = (total * total) >> W;
  return total;
}

/**
 * exp(x) for x = coefficient 10^exponent, |x| < 1000, as [m, k] with
 *
 *     exp(x) = m 10^k (1 + d),  |d| < 10^-(digits + 6).
 *
 * x = n ln 2 + r with 0 <= r < ln 2. In units of 2^-W: the error of x is at most 1, that of n ln 2 below 2 |n| < 2^12, and
 * that of exp(r), as a part of it, below 2^(s+11) (`expOfSmall`). Together this is below 2^(s+12), and W has s + 16 bits
 * more than the guaranteed digits. The last rounding, of
 * m >= 10^(digits + 8), adds 10^-(digits + 8).
 * @param digits 2 to 1000
 */
export function exponential(coefficient: bigint, exponent: number, digits: number): [m: bigint, k: number] {
  const wanted = Math.ceil((digits + SPARE) * BITS);
  const s = squarings(wanted);
  const places = wanted + s + 16;
  const W = BigInt(places);
  const X =
    exponent >= 0
      ? (coefficient * powerOfTen(exponent)) << W
      : (coefficient << W) / powerOfTen(-exponent) - (coefficient < 0n ? 1n : 0n);
  const unit = ln2(places);
  let n = X / unit;
  let r = X - n * unit;
  if (r < 0n) {
    n -= 1n;
    r += unit;
  }
  const total = expOfSmall(r, s, W);
  // 2^n <= exp(x), so that 10^E <= exp(x).
  const N = Number(n);
  const E = Math.floor(N * Math.LOG10E * Math.LN2 - 1e-9);
  const k = digits + 8 - E;
  const scaled = k >= 0 ? total * powerOfTen(k) : total;
  const whole = places >= N ? scaled >> BigInt(places - N) : scaled << BigInt(N - places);
  return [k >= 0 ? whole : whole / powerOfTen(-k), -k];
}
