/**
 * True values: + - * / sqrt from decimal.js at a given precision, which rounds them correctly (documented, and cheap to
 * check), exp and ln from integer arithmetic that shares nothing with decimal.js.
 */
import { Decimal } from 'decimal.js';
import { decimalsOf, Exact } from './exact.ts';

export type Operation = 'add' | 'sub' | 'mul' | 'div' | 'sqrt' | 'exp' | 'ln' | 'neg';

/** low <= truth <= high, and the sign of the true value, also where it underflows. */
export interface Truth {
  readonly low: Decimal;
  readonly high: Decimal;
  readonly sign: number;
}

/** Additional digits; they cover the unit errors of the series and 18 digits of exponent. */
const GUARD = 45;

/** The terms of sum_k z^(2k+1)/(2k+1), z in units of 1/S; each division truncates, by less than a unit. */
function atanh(z: bigint, S: bigint): bigint {
  const square = (z * z) / S;
  let total = 0n;
  for (let [power, k] = [z, 1n]; power !== 0n; power = (power * square) / S, k += 2n) total += power / k;
  return total;
}

const LN10 = new Map<bigint, bigint>();
/** ln 10 = 3 ln 2 + ln(5/4) = 6 atanh(1/3) + 2 atanh(1/9). */
function ln10(S: bigint): bigint {
  const known = LN10.get(S) ?? 6n * atanh(S / 3n, S) + 2n * atanh(S / 9n, S);
  LN10.set(S, known);
  return known;
}

/** The decimal x as an integer in units of 1/S, truncated. */
function fixed(x: Decimal, places: number): bigint {
  const m = BigInt(x.d.map((w, i) => (i === 0 ? `${w}` : `${w}`.padStart(7, '0'))).join(''));
  const shift = places + x.e - (m.toString().length - 1);
  const value = shift >= 0 ? m * 10n ** BigInt(shift) : m / 10n ** BigInt(-shift);
  return x.isNegative() ? -value : value;
}

/** v (1 +- 10^-digits) as a pair of decimals; v = m 10^e. */
function around(m: bigint, e: bigint, digits: number): [Decimal, Decimal] {
  const error = m / 10n ** BigInt(digits) + 1n;
  const [low, high] = [m - (error < 0n ? -error : error), m + (error < 0n ? -error : error)];
  return [new Exact(`${low}e${e}`), new Exact(`${high}e${e}`)];
}

/** exp x = 10^k exp r with k = floor(x / ln 10); exp r by Taylor's series on r / 2^40, squared 40 times. */
function exp(x: Decimal, digits: number): Truth {
  // Beyond the exponent range: decimal.js cannot represent the true value.
  if (x.greaterThan(3e16))
    return { low: new Exact('9e9000000000000000'), high: new Exact(Infinity), sign: 1 };
  if (x.lessThan(-3e16)) return { low: new Exact(0), high: new Exact('1e-9000000000000000'), sign: 1 };
  // The fixed point must resolve x where it is far below an ulp of 1.
  const places = digits + GUARD + Math.min(400, Math.max(0, -x.e));
  if (!x.isZero() && x.e < -400)
    return x.isNegative()
      ? { low: new Exact(`0.${'9'.repeat(400)}`), high: new Exact(1), sign: 1 }
      : { low: new Exact(1), high: new Exact(`1.${'0'.repeat(399)}1`), sign: 1 };
  const S = 10n ** BigInt(places);
  const t = fixed(x, places);
  const base = ln10(S);
  const k = t / base - (t < 0n ? 1n : 0n);
  const r = (t - k * base) >> 40n;
  let [term, value] = [S, 0n];
  for (let i = 1n; term !== 0n; i++) {
    value += term;
    term = (term * r) / (S * i);
  }
  for (let i = 0; i < 40; i++) value = (value * value) / S;
  // 2^40 times a few hundred units, and 10^17 units from k ln 10: below 10^-25 relative to the wanted digits.
  const [low, high] = around(value, k - BigInt(places), places - 30);
  return { low, high, sign: 1 };
}

/** ln x = 2 atanh((m-1)/(m+1)) + e ln 10 with x = m 10^e, m about 1. */
function ln(x: Decimal, digits: number): Truth {
  const sign = x.comparedTo(1);
  if (sign === 0) return { low: new Exact(0), high: new Exact(0), sign };
  // x within 10^-j of 1 needs j more digits; j is at most half of what is added.
  const places = digits + GUARD + 2 * x.d.length * 7;
  const S = 10n ** BigInt(places);
  const e = x.e + (Number(`${x.d[0]}`[0]) > 3 ? 1 : 0);
  const m = fixed(x.times(new Exact(`1e${-e}`)), places);
  const value = 2n * atanh(((m - S) * S) / (m + S), S) + BigInt(e) * ln10(S);
  // A few hundred units from the series, |e| times that from ln 10.
  const slack = 10n ** 20n;
  return {
    low: new Exact(`${value - slack}e-${places}`),
    high: new Exact(`${value + slack}e-${places}`),
    sign,
  };
}

/** The value of `op` at exact points, to `digits` digits; undefined where it does not exist. */
export function truth(op: Operation, x: Decimal, y: Decimal, digits: number): Truth | undefined {
  if (op === 'exp') return exp(x, digits);
  if (op === 'ln') return x.greaterThan(0) ? ln(x, digits) : undefined;
  if (op === 'div' && y.isZero()) return undefined;
  if (op === 'sqrt' && x.lessThan(0)) return undefined;
  const at = (rounding: Decimal.Rounding) => {
    const D = decimalsOf(digits, rounding);
    const a = new D(x);
    if (op === 'add') return a.plus(y);
    if (op === 'sub') return a.minus(y);
    if (op === 'mul') return a.times(y);
    if (op === 'div') return a.dividedBy(y);
    return op === 'sqrt' ? a.sqrt() : a.negated();
  };
  const signs = {
    add: () => x.comparedTo(y.negated()),
    sub: () => x.comparedTo(y),
    mul: () => x.comparedTo(0) * y.comparedTo(0),
    div: () => x.comparedTo(0) * y.comparedTo(0),
    sqrt: () => x.comparedTo(0),
    neg: () => -x.comparedTo(0),
  };
  return { low: at(Decimal.ROUND_FLOOR), high: at(Decimal.ROUND_CEIL), sign: signs[op]() };
}
