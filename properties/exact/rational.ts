import type { Field } from '../../src/arithmetic/field.ts';

/** p/q in lowest terms, q > 0. */
export interface Rational {
  readonly p: bigint;
  readonly q: bigint;
}

/** The result of an operation is no rational number, or is not known to be one. */
export class NotRational extends RangeError {
  override readonly name = 'NotRational';
}

const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);

/** Integers up to here are doubles. */
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The greatest common divisor of |a| and |b|, by Euclid's algorithm; gcd(0, 0) = 0.
 *
 * Measured (reduction.mjs, numbers of 200 to 500 bits): the crosswise reduction below takes a third of the time of one gcd after every
 * operation, and two thirds of that of reducing only from 2000 bits on. Lehmer's gcd would save another 10 to 45 %, a second
 * or two of the tests' time: not worth its code.
 */
export function gcd(a: bigint, b: bigint): bigint {
  let x = magnitude(a);
  let y = magnitude(b);
  // The last steps in doubles, which hold these integers: a seventh of the time of the proofs is saved.
  while (y > SAFE) {
    const rest = x % y;
    x = y;
    y = rest;
  }
  if (y === 0n) return x;
  if (y === 1n) return 1n;
  let small = Number(y);
  let rest = Number(x % y);
  while (rest !== 0) {
    const next = small % rest;
    small = rest;
    rest = next;
  }
  return BigInt(small);
}

/** p/q in lowest terms. @throws NotRational where q is 0 */
export function rationalOf(p: bigint, q = 1n): Rational {
  if (q === 0n) throw new NotRational(`${p}/0: a quotient by 0 is no rational number`);
  const common = q < 0n ? -gcd(p, q) : gcd(p, q);
  return common === 1n ? { p, q } : { p: p / common, q: q / common };
}

/** p/q with at most 40 characters a part, for messages. */
export function written({ p, q }: Rational): string {
  const short = (x: bigint) => {
    const text = String(x);
    return text.length > 40 ? `${text.slice(0, 20)}..(${text.length} digits)` : text;
  };
  return q === 1n ? short(p) : `${short(p)}/${short(q)}`;
}

const bits = (x: bigint): number => (x === 0n ? 0 : x.toString(2).length);

/** 2^k x, rounded to an integer, ties to even; x = p/q > 0. */
function scaledInteger(p: bigint, q: bigint, k: number): bigint {
  const [up, down] = k >= 0 ? [p << BigInt(k), q] : [p, q << BigInt(-k)];
  const whole = up / down;
  const twice = 2n * (up - whole * down);
  return twice > down || (twice === down && whole % 2n === 1n) ? whole + 1n : whole;
}

/**
 * The double nearest to p/q, ties to even, subnormal and infinite where IEEE 754's rounding is: |p/q| < 2^(e+1) with e the difference
 * of the lengths, so that 2^(52-e) p/q rounded to an integer has 52 to 54 bits; e is lowered by one where it would have 52 or 54.
 * The least unit is 2^-1074.
 */
function nearest({ p, q }: Rational): number {
  if (p === 0n) return 0;
  const size = magnitude(p);
  let e = bits(size) - bits(q);
  // Now 2^(e-1) < |p/q| < 2^(e+1): the exponent is e or e - 1.
  if (e >= 0 ? size < q << BigInt(e) : size << BigInt(-e) < q) e -= 1;
  const k = Math.min(52 - e, 1074);
  const whole = Number(scaledInteger(size, q, k));
  // 2^-k in two factors: 2^1074 is no double. The first product is exact, and so is the second.
  const half = Math.trunc(k / 2);
  return (p < 0n ? -1 : 1) * whole * 2 ** -half * 2 ** (half - k);
}

/** m and e with x = m 2^e, m an integer. */
function decompose(x: number): readonly [bigint, number] {
  if (Number.isInteger(x)) return [BigInt(x), 0];
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const m = exponent === 0 ? fraction : fraction | (1n << 52n);
  return [x < 0 ? -m : m, Math.max(exponent, 1) - 1075];
}

/** The root of a square number; undefined where x is none. Newton's iteration from above falls to floor(sqrt x). */
function exactRoot(x: bigint): bigint | undefined {
  if (x < 2n) return x < 0n ? undefined : x;
  let root = 1n << BigInt(Math.ceil(bits(x) / 2));
  for (let next = (root + x / root) / 2n; next < root; next = (root + x / root) / 2n) root = next;
  return root * root === x ? root : undefined;
}

const ONE: Rational = { p: 1n, q: 1n };
const ZERO: Rational = { p: 0n, q: 1n };

/** a + sense b, with the gcd of the denominators first: the numbers whose gcd is taken stay half as long (Knuth 4.5.1). */
function added(a: Rational, b: Rational, sense: 1n | -1n): Rational {
  if (a.p === 0n) return sense === 1n ? b : { p: -b.p, q: b.q };
  if (b.p === 0n) return a;
  const d = gcd(a.q, b.q);
  if (d === 1n) return { p: a.p * b.q + sense * b.p * a.q, q: a.q * b.q };
  const [u, v] = [a.q / d, b.q / d];
  const t = a.p * v + sense * b.p * u;
  const common = gcd(t, d);
  return common === 1n ? { p: t, q: u * b.q } : { p: t / common, q: u * (b.q / common) };
}

/** a b, reduced crosswise before the products. */
function product(a: Rational, b: Rational): Rational {
  if (a.p === 0n || b.p === 0n) return ZERO;
  const [c, d] = [gcd(a.p, b.q), gcd(b.p, a.q)];
  return { p: (a.p / c) * (b.p / d), q: (a.q / d) * (b.q / c) };
}

/**
 * The rational numbers: + - * / and signs are exact, and every double is one of them. Unlike other fields it throws where a result is
 * no rational number: it has no infinity, no NaN, and nothing to round to. exp(0) = 1, ln(1) = 0 and roots of squares are
 * rational and exact, so that a state with Z = 0 and features of rational length is evaluated by the same formulas as any other;
 * by Lindemann's theorem no other rational number has a rational exponential or logarithm.
 */
export const rational: Field<Rational> = {
  name: 'rational',
  digits: Number.POSITIVE_INFINITY,
  of(value) {
    if (!Number.isFinite(value)) throw new NotRational(`${value} is no rational number`);
    const [m, e] = decompose(value);
    return e >= 0 ? { p: m << BigInt(e), q: 1n } : rationalOf(m, 1n << BigInt(-e));
  },
  add: (a, b) => added(a, b, 1n),
  sub: (a, b) => added(a, b, -1n),
  mul: product,
  div(a, b) {
    if (b.p === 0n) throw new NotRational(`${written(a)} divided by 0 is no rational number`);
    return product(a, b.p < 0n ? { p: -b.q, q: -b.p } : { p: b.q, q: b.p });
  },
  neg: ({ p, q }) => ({ p: -p, q }),
  sqrt(a) {
    const [p, q] = [exactRoot(a.p), exactRoot(a.q)];
    if (p === undefined || q === undefined)
      throw new NotRational(
        `sqrt(${written(a)}) is not rational: exact worlds need features of rational length`,
      );
    return { p, q };
  },
  exp(a) {
    if (a.p !== 0n)
      throw new NotRational(
        `exp(${written(a)}) is not rational: only exp(0) = 1 is, so exact worlds have Z = 0 and put attention into P`,
      );
    return ONE;
  },
  ln(a) {
    if (a.p !== a.q) throw new NotRational(`ln(${written(a)}) is not rational: only ln(1) = 0 is`);
    return ZERO;
  },
  toNumber: nearest,
  sign: ({ p }) => (p > 0n ? 1 : p < 0n ? -1 : 0),
  radius: () => 0,
};
