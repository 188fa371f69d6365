/** The library of the enclosures: decimal.js, or MPFR where it is installed. */
import { interval } from '../arithmetic/decimal.ts';
import { doubleDoubleIntervals } from '../arithmetic/doubleDoubleInterval.ts';
import type { IntervalField } from '../arithmetic/field.ts';
import { loadMpfr } from '../arithmetic/mpfr.ts';
import { mpfrInterval } from '../arithmetic/mpfrInterval.ts';
import type { EnclosureLibrary } from './libraries.ts';

/** Intervals of at least `digits` digits. Their values are opaque: only the field reads them. */
export const intervals = (digits: number, arithmetic: EnclosureLibrary = 'decimal'): IntervalField<unknown> =>
  (arithmetic === 'mpfr' ? mpfrInterval(digits) : interval(digits)) as IntervalField<unknown>;

const doubleDoubles = doubleDoubleIntervals as IntervalField<unknown>;

/**
 * The fields that decide a state, one after the other, from `digits` to `cap` digits and each of twice as many. Double-doubles stand for the first if they
 * have enough: they take a twentieth of the time of decimals.
 */
export function* stateFields(
  digits: number,
  cap: number,
  arithmetic?: EnclosureLibrary,
): Generator<IntervalField<unknown>> {
  for (let p = digits; p <= cap; p *= 2)
    yield p === digits && p <= doubleDoubles.digits ? doubleDoubles : intervals(p, arithmetic);
}

/** Digits of MPFR's enclosures of a trajectory that double-doubles leave open. */
const MORE_DIGITS = [40, 80];

/**
 * The fields that enclose a trajectory, one after the other: double-doubles, which take as long as doubles. MPFR, where it is asked for, takes five
 * times as long; decimals would take twenty-five times.
 */
export const trajectoryFields = (arithmetic: EnclosureLibrary = 'decimal'): IntervalField<unknown>[] => [
  doubleDoubles,
  ...(arithmetic === 'mpfr' ? MORE_DIGITS.map((digits) => intervals(digits, arithmetic)) : []),
];

/**
 * Loads the library. Await it once in every thread before a decision in this arithmetic.
 * @throws MpfrMissing when it is MPFR and gmp-wasm is not installed
 */
export const ready = async (arithmetic: EnclosureLibrary = 'decimal'): Promise<void> => {
  if (arithmetic === 'mpfr') await loadMpfr();
};
