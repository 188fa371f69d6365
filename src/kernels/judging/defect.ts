/** The error of a computed element relative to its error bound. */
import type { Field } from '../../arithmetic/field.ts';
import { type Dtype, SMALLEST_NORMAL } from '../../model/stepInput.ts';

/** The bounds are first-order; this factor covers products of two errors. */
export const SECOND_ORDER = 1.05;

/**
 * |got - exact|: infinite if the result is not finite, which is a fault for any bound; 0 if the exact value exceeds the
 * range, where every result is accepted.
 * @param largest finite number of the kernel's dtype
 */
export function elementError<T>(F: Field<T>, got: number, exact: T, largest: number): number {
  // Numbers are those of float64. The calls of a field would box them: most of the time of this function.
  if (typeof exact === 'number') {
    if (Math.abs(exact) > largest) return 0;
    return Number.isFinite(got) ? Math.abs(got - exact) : Infinity;
  }
  if (Math.abs(F.toNumber(exact)) > largest) return 0;
  return Number.isFinite(got) ? Math.abs(F.toNumber(F.sub(F.of(got), exact))) : Infinity;
}

/** error / bound; a bound of NaN (0 times infinity) counts as infinite. */
export const errorRatio = (error: number, bound: number): number =>
  error === Infinity ? Infinity : error > 0 && bound < Infinity ? error / bound : 0;

/** 2^(1 - bits) for the significant bits of a dtype. */
const LAST_BIT: Readonly<Record<Dtype, number>> = { float32: 2 ** -23, float64: 2 ** -52 };

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
/** The word of a double with its sign and exponent. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0];

/** 2^e, where 2^e <= |x| < 2^(e + 1); 0 for subnormal doubles. The double without its significand: a logarithm is slower. */
function leadingBit(x: number): number {
  double[0] = x;
  words[HIGH] &= 0x7ff00000;
  words[1 - HIGH] = 0;
  return double[0];
}

/** The unit in the last place: the distance of neighbours of the dtype at |x|, 2^(e - bits + 1) where 2^e <= |x| < 2^(e + 1). */
export const ulp = (x: number, dtype: Dtype): number =>
  Math.max(leadingBit(x), SMALLEST_NORMAL[dtype]) * LAST_BIT[dtype];

/**
 * The unit in which an element's error is told to people: the unit in the last place of its exact value, which lies between
 * u and 2 u of the value. Where the value is not above its bound, it has no certain digit: its size, often that of the
 * rounding of the reference, says nothing about the terms that cancel in it. Then the bound is the unit, a few roundings
 * of those terms. So an error within its bound is at most bound / ulp < |exact| / (u |exact|) = 1 / u units.
 */
export const elementUnit = (exact: number, bound: number, dtype: Dtype): number =>
  Math.abs(exact) > bound ? ulp(exact, dtype) : bound < Infinity ? bound : Infinity;

/**
 * Whether an error may be more than `least` of its units. A unit is at least the value times 2^-bits, of which half is taken, so that
 * rounding decides nothing: most elements need no unit.
 */
export const mayExceed = (error: number, least: number, exact: number, dtype: Dtype): boolean =>
  !(error < least * Math.abs(exact) * (LAST_BIT[dtype] / 4));

/** An error or a distance in such units: infinite if it is; 0 if the unit is, where nothing is bounded. */
export const inUnits = (error: number, unit: number): number =>
  error === Infinity ? Infinity : error > 0 ? error / unit : 0;
