/** Sizes of a run, and what they may be. */
import { LEAST_CAP } from '../decide/digits.ts';

/** Random worlds per row, before the row's own share. */
export const DEFAULT_RUNS = 80;
/** The size of a thorough run. */
export const FULL_RUNS = 25 * DEFAULT_RUNS;

/** Random worlds per row: how many a run may ask for. */
export const RUNS = { low: 1, high: 1_000_000 } as const;
/** The most digits of an enclosure: an equality is evaluated twice, with half as many digits and with all. */
export const DIGITS = { low: LEAST_CAP, high: 1000 } as const;
