/** What enclosures are made of: decimal.js, or MPFR where it is installed. */
import { interval } from '../arithmetic/decimal.ts';
import type { IntervalField } from '../arithmetic/field.ts';
import { loadMpfr } from '../arithmetic/mpfr.ts';
import { mpfrInterval } from '../arithmetic/mpfrInterval.ts';

export const ENCLOSURE_LIBRARIES = ['decimal', 'mpfr'] as const;
export type EnclosureLibrary = (typeof ENCLOSURE_LIBRARIES)[number];

/** Intervals of at least `digits` digits. Nobody who decides looks into one: only the field can. */
export const intervals = (digits: number, arithmetic: EnclosureLibrary = 'decimal'): IntervalField<unknown> =>
  (arithmetic === 'mpfr' ? mpfrInterval(digits) : interval(digits)) as IntervalField<unknown>;

/**
 * To be awaited once in every thread before anything is decided in this arithmetic.
 * @throws MpfrMissing when it is MPFR and gmp-wasm is not installed
 */
export const ready = async (arithmetic: EnclosureLibrary = 'decimal'): Promise<void> => {
  if (arithmetic === 'mpfr') await loadMpfr();
};
