/** The library of the enclosures: decimal.js, or MPFR where it is installed. */
import { interval } from '../arithmetic/decimal.ts';
import type { IntervalField } from '../arithmetic/field.ts';
import { loadMpfr } from '../arithmetic/mpfr.ts';
import { mpfrInterval } from '../arithmetic/mpfrInterval.ts';
import type { EnclosureLibrary } from './libraries.ts';

/** Intervals of at least `digits` digits. Their values are opaque: only the field reads them. */
export const intervals = (digits: number, arithmetic: EnclosureLibrary = 'decimal'): IntervalField<unknown> =>
  (arithmetic === 'mpfr' ? mpfrInterval(digits) : interval(digits)) as IntervalField<unknown>;

/**
 * Loads the library. Await it once in every thread before a decision in this arithmetic.
 * @throws MpfrMissing when it is MPFR and gmp-wasm is not installed
 */
export const ready = async (arithmetic: EnclosureLibrary = 'decimal'): Promise<void> => {
  if (arithmetic === 'mpfr') await loadMpfr();
};
