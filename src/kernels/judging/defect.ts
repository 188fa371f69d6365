/** The error of a computed element relative to its error bound. */
import type { Field } from '../../arithmetic/field.ts';
import type { Dtype } from '../../model/stepInput.ts';

/** The bounds are first-order; this factor covers products of two errors. */
export const SECOND_ORDER = 1.05;

/**
 * |got - exact|: infinite if the result is not finite, which is a fault for any bound; 0 if the exact value exceeds the
 * range, where every result is accepted.
 * @param largest finite number of the kernel's dtype
 */
export function elementError<T>(F: Field<T>, got: number, exact: T, largest: number): number {
  if (Math.abs(F.toNumber(exact)) > largest) return 0;
  return Number.isFinite(got) ? Math.abs(F.toNumber(F.sub(F.of(got), exact))) : Infinity;
}

/** error / bound; a bound of NaN (0 times infinity) counts as infinite. */
export const errorRatio = (error: number, bound: number): number =>
  error === Infinity ? Infinity : error > 0 && bound < Infinity ? error / bound : 0;

/** Significant bits of a dtype. */
const BITS: Readonly<Record<Dtype, number>> = { float32: 24, float64: 53 };
/** Exponents of the smallest normal numbers. */
const LEAST: Readonly<Record<Dtype, number>> = { float32: -126, float64: -1022 };

/** The unit in the last place: the distance of neighbours of the dtype at |x|, 2^(e - bits + 1) where 2^e <= |x| < 2^(e + 1). */
export function ulp(x: number, dtype: Dtype): number {
  const size = Math.abs(x);
  let e = Math.floor(Math.log2(size));
  // log2 is rounded: next to a power of 2 it may be the power itself.
  if (2 ** e > size) e -= 1;
  return 2 ** (Math.max(e, LEAST[dtype]) - BITS[dtype] + 1);
}

/**
 * The unit in which an element's error is told to people: the unit in the last place of its exact value, which lies between
 * u and 2 u of the value. Where the value is not above its bound, it has no certain digit: its size, often that of the
 * rounding of the reference, says nothing about the terms that cancel in it. Then the bound is the unit, a few roundings
 * of those terms. So an error within its bound is at most bound / ulp < |exact| / (u |exact|) = 1 / u units.
 */
export const elementUnit = (exact: number, bound: number, dtype: Dtype): number =>
  Math.abs(exact) > bound ? ulp(exact, dtype) : bound < Infinity ? bound : Infinity;

/** An error or a distance in such units: infinite if it is; 0 if the unit is, where nothing is bounded. */
export const inUnits = (error: number, unit: number): number =>
  error === Infinity ? Infinity : error > 0 ? error / unit : 0;
