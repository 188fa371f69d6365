/** Decimal digits of enclosures. */

/** Digits of the first attempt, at least: an equality is read with so many digits and with twice as many. */
export const LEAST_DIGITS = 20;
/** The lowest cap: below it no equality can be read twice, and a wide enclosure would pass for a narrow one. */
export const LEAST_CAP = 2 * LEAST_DIGITS;
