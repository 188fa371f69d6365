import { Decimal } from 'decimal.js';

/** Holds any number; computes only where a comment states that the result has few digits. */
export const Exact = Decimal.clone({ defaults: true, precision: 1e6 });

const made = new Map<string, Decimal.Constructor>();
/** Decimals of so many digits and this rounding, half up when left out. To make them anew takes longer than most operations. */
export function decimalsOf(
  precision: number,
  rounding: Decimal.Rounding = Decimal.ROUND_HALF_UP,
): Decimal.Constructor {
  const key = `${precision} ${rounding}`;
  const known = made.get(key) ?? Decimal.clone({ defaults: true, precision, rounding });
  made.set(key, known);
  return known;
}
