/** The error of a computed element relative to its error bound. */
import type { Field } from '../../arithmetic/field.ts';

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
