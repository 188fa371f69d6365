/** Decimal digits of enclosures. */

/** Least number of digits of the first attempt; an equality is evaluated again with twice as many. */
export const LEAST_DIGITS = 20;
/** Least cap. With a lower one no equality is evaluated twice, and a wide enclosure could pass for a narrow one. */
export const LEAST_CAP = 2 * LEAST_DIGITS;
