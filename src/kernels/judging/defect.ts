/** The error of a computed element relative to its error bound. */
import type { Field } from '../../arithmetic/field.ts';

/** The bounds are first-order; this factor covers products of two errors. */
export const SECOND_ORDER = 1.05;

/**
 * One element's error and error/bound.
 * @param largest finite number of the kernel's dtype; if the exact value exceeds it, every result is accepted
 */
export function elementDefect<T>(F: Field<T>, got: number, exact: T, bound: number, largest: number) {
  const value = F.toNumber(exact);
  const beyond = Math.abs(value) > largest;
  const error = beyond ? 0 : Number.isFinite(got) ? Math.abs(F.toNumber(F.sub(F.of(got), exact))) : Infinity;
  // A result that is not finite is a fault for any bound. A bound of NaN (0 times infinity) counts as infinite.
  const ratio = !Number.isFinite(error) ? Infinity : error > 0 && bound < Infinity ? error / bound : 0;
  return { got, exact: value, error, bound, ratio };
}
