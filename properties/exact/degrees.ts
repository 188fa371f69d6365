/** Bounds of degrees, computed by the formulas themselves. */
import type { Field } from '../../src/arithmetic/field.ts';
import { NotRational, type Rational, rational } from './rational.ts';

/** A polynomial by which something was divided, known by its degree and its identity. */
interface Factor {
  readonly degree: number;
}

/**
 * A rational function x = N / (D_1^e_1 D_2^e_2 ..) of the coordinates of a point: `degree` >= deg N, with the D_i as `below`, and its
 * value at one point. The function 0 has degree -Infinity.
 */
export interface Bounded {
  readonly value: Rational;
  readonly degree: number;
  readonly below: ReadonlyMap<Factor, number>;
}

/** Larger numbers that a formula is given are coordinates, or polynomials in them. */
export const CONSTANTS = 64;
/** The degree of the latter: c_l of stereographic vectors has degree 2; M, M - 1 and free coordinates have 1. */
const DATA = 2;

const NOTHING: ReadonlyMap<Factor, number> = new Map();
const vanishes = ({ degree }: Bounded): boolean => degree === Number.NEGATIVE_INFINITY;
const ZERO: Bounded = { value: rational.of(0), degree: Number.NEGATIVE_INFINITY, below: NOTHING };

/** The degree of what is missing in `below` from `common`. */
function missing(common: ReadonlyMap<Factor, number>, below: ReadonlyMap<Factor, number>): number {
  let degree = 0;
  for (const [factor, e] of common) degree += (e - (below.get(factor) ?? 0)) * factor.degree;
  return degree;
}

/** a + b over the least common multiple of the denominators: deg N <= max(deg N_a + deg(lcm/D_a), deg N_b + deg(lcm/D_b)). */
function added(a: Bounded, b: Bounded, value: Rational): Bounded {
  if (vanishes(a)) return { ...b, value };
  if (vanishes(b)) return { ...a, value };
  const below = new Map(a.below);
  for (const [factor, e] of b.below) below.set(factor, Math.max(e, below.get(factor) ?? 0));
  const degree = Math.max(a.degree + missing(below, a.below), b.degree + missing(below, b.below));
  return { value, degree, below };
}

/** Numerators and denominators of a product multiply. */
function product(a: Bounded, b: Bounded): Bounded {
  if (vanishes(a) || vanishes(b)) return ZERO;
  const below = new Map(a.below);
  for (const [factor, e] of b.below) below.set(factor, e + (below.get(factor) ?? 0));
  return { value: rational.mul(a.value, b.value), degree: a.degree + b.degree, below };
}

/** The numerator of a divisor as a factor: the same one for the same divisor, so that quotients by it have a common denominator. */
const factors = new WeakMap<Bounded, Factor>();
function factorOf(b: Bounded): Factor {
  const known = factors.get(b) ?? { degree: b.degree };
  factors.set(b, known);
  return known;
}

/** a/b = N_a D_b / (D_a N_b), without the factors that D_a and D_b share. */
function quotient(a: Bounded, b: Bounded): Bounded {
  if (vanishes(a)) return ZERO;
  const below = new Map(a.below);
  let { degree } = a;
  for (const [factor, e] of b.below) {
    const own = below.get(factor) ?? 0;
    const shared = Math.min(own, e);
    if (own > shared) below.set(factor, own - shared);
    else below.delete(factor);
    degree += (e - shared) * factor.degree;
  }
  if (b.degree > 0) {
    const factor = factorOf(b);
    below.set(factor, 1 + (below.get(factor) ?? 0));
  }
  return { value: rational.div(a.value, b.value), degree, below };
}

/**
 * The root of N/D where it is a rational function. Where D is a square of its factors, so is N = (root D^(1/2))^2, of a polynomial of
 * half its degree. Otherwise the root in lowest terms is p/q with p^2 | N and q^2 | D.
 */
function root(a: Bounded): Bounded {
  const value = rational.sqrt(a.value);
  if (vanishes(a)) return ZERO;
  const degree = Math.floor(a.degree / 2);
  if ([...a.below.values()].every((e) => e % 2 === 0))
    return { value, degree, below: new Map([...a.below].map(([factor, e]) => [factor, e / 2])) };
  const factor = { degree: Math.floor(missing(a.below, NOTHING) / 2) };
  return { value, degree, below: new Map([[factor, 1]]) };
}

/** exp and ln: of the functions 0 and 1 alone. */
const constantOnly = (a: Bounded, value: Rational): Bounded => {
  if (a.degree > 0 || a.below.size > 0)
    throw new NotRational('exp or ln of a function that only happens to be 0 or 1 at a point');
  return rational.sign(value) === 0 ? ZERO : { value, degree: 0, below: NOTHING };
};

/**
 * Evaluates a formula at a rational point and bounds the degree of its numerator: an upper bound of the formula as it is written,
 * where nothing cancels that is not the same factor. The sign of what vanishes at the point, but is not known to vanish
 * everywhere, is left open, so that no formula takes a shorter way by accident.
 */
export const degrees: Field<Bounded> = {
  name: 'degrees',
  digits: Number.POSITIVE_INFINITY,
  of: (x) =>
    x === 0 ? ZERO : { value: rational.of(x), degree: Math.abs(x) > CONSTANTS ? DATA : 0, below: NOTHING },
  add: (a, b) => added(a, b, rational.add(a.value, b.value)),
  sub: (a, b) => added(a, b, rational.sub(a.value, b.value)),
  mul: product,
  div: quotient,
  neg: (a) => ({ ...a, value: rational.neg(a.value) }),
  sqrt: root,
  exp: (a) => constantOnly(a, rational.exp(a.value)),
  ln: (a) => constantOnly(a, rational.ln(a.value)),
  toNumber: ({ value }) => rational.toNumber(value),
  sign: (a) => (vanishes(a) ? 0 : rational.sign(a.value) || undefined),
  radius: () => 0,
};
