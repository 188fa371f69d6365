import { type Field, type IntervalField, scoped } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { LEAST_CAP, LEAST_DIGITS } from './digits.ts';
import { intervals, stateFields } from './enclosureLibrary.ts';
import type { EnclosureLibrary } from './libraries.ts';
import {
  checked,
  type EnclosedMargins,
  type Judgement,
  type Margin,
  type Margins,
  relative,
} from './margin.ts';
import { EnclosureEnds } from './validated.ts';

/** How precise enclosures are made, and with what. */
export interface Precision {
  /** Digits of the first attempt, LEAST_DIGITS or more; up to 30 it is made in double-doubles, which have 30. */
  readonly digits: number;
  /** Most digits of an attempt, LEAST_CAP or more; a world that is still open then stays undecided. */
  readonly cap: number;
  /** The library of the enclosures; decimal.js by default. */
  readonly arithmetic?: EnclosureLibrary;
}

export const defaultPrecision: Precision = { digits: LEAST_DIGITS, cap: 320 };

const idleIf = (idle: boolean): { idle?: true } => (idle ? { idle } : {});

type Reading = NonNullable<Judgement['margin']>;

/** The width of the enclosure of a difference, relative to its scale (to 1 where the scale is 0). */
type Width = number;

const read = <T>(F: Field<T>, margin: Margin<T>): Reading => {
  const value = relative(F, margin);
  return {
    name: margin.name,
    time: margin.time,
    value: margin.requires === 'zero' ? -Math.abs(value) : value,
  };
};

/** Always positive: a width below the doubles is rounded up to the smallest one. */
const widthOf = <T>(F: Field<T>, { value, scale }: Margin<T>): Width => {
  const size = Math.abs(F.toNumber(scale));
  return Math.max(Number.MIN_VALUE, F.radius(value) / (size > 0 ? size : 1));
};

/** The widths of the equalities, in order, at so many digits. */
interface Pass {
  readonly widths: readonly Width[];
  readonly digits: number;
}

/**
 * One pass at a given precision. An inequality is open when its enclosure touches 0. For an equality whose enclosure
 * contains 0 the caller decides, by its widths at two precisions.
 */
function pass<T, W>(F: IntervalField<T>, margins: EnclosedMargins<W>, world: W) {
  let least: Reading | null = null;
  let open: Reading | null = null;
  const widths: Width[] = [];
  /** The equality with the widest enclosure, to be reported if it stays open. */
  let widest: Reading | null = null;
  let most = 0;
  let count = 0;
  for (const margin of checked(F, margins(F, world))) {
    count += 1;
    const sign = F.sign(margin.value);
    if (margin.requires === 'zero') {
      if (sign === 1 || sign === -1) return { violated: read(F, margin), least, open, widths, widest, count };
      const width = sign === 0 ? 0 : widthOf(F, margin);
      if (!(width <= most)) [most, widest] = [width, read(F, margin)];
      widths.push(width);
      continue;
    }
    if (sign === -1 || sign === 0) return { violated: read(F, margin), least, open, widths, widest, count };
    if (sign === undefined) open ??= read(F, margin);
    else {
      const reading = read(F, margin);
      if (least === null || reading.value < least.value) least = reading;
    }
  }
  return { violated: null, least, open, widths, widest, count };
}

/**
 * Whether the equalities hold: the enclosures of their differences contain 0 at p and at q > p digits, and shrink. The
 * width of an enclosure after finitely many roundings is C 10^-p to first order, where C is the condition of the formula:
 * q digits divide it by about 10^(q - p). Half of these digits are required of the quotient, and p of the final width. So
 * |left - right| <= w times their scale is certified with w <= 10^-p <= 1e-20; w is reported. A width of 0 is an equality by itself.
 */
const shrinks = (before: Pass, after: Pass): boolean =>
  before.widths.length === after.widths.length &&
  before.widths.every((width, i) => {
    const now = after.widths[i];
    if (now === 0 || width === 0) return true;
    return (
      width < Infinity &&
      now <= width * 10 ** ((before.digits - after.digits) / 2) &&
      now <= 10 ** -before.digits
    );
  });

const widthIf = (widths: readonly Width[]): { width?: number } =>
  widths.length > 0 ? { width: Math.max(...widths) } : {};

/**
 * Decides a world with enclosures: the enclosure of every inequality must be positive; that of every equality must contain
 * 0 at two precisions, with widths that fall as in `shrinks`. While a margin is open the precision is doubled, up to the cap.
 * @throws RangeError when the precision is below what an equality needs
 */
export function decide<W>(
  margins: Margins<W>,
  world: W,
  { digits, cap, arithmetic }: Precision = defaultPrecision,
): Judgement {
  if (!(digits >= LEAST_DIGITS && cap >= LEAST_CAP))
    throw new RangeError(
      `expected at least ${LEAST_DIGITS} digits and a cap of at least ${LEAST_CAP}, got ${digits} and ${cap}: fewer certify equalities that are false`,
    );
  let before: Pass | null = null;
  let open: Reading | null = null;
  for (const F of stateFields(digits, cap, arithmetic)) {
    const now = scoped(F, () => pass(F, margins, world));
    if (now.violated) return { outcome: 'violated', margin: now.violated, digits: F.digits, certified: true };
    const after = { widths: now.widths, digits: F.digits };
    const settled = now.widths.every((width) => width === 0) || (before !== null && shrinks(before, after));
    open = now.open ?? (settled ? null : now.widest);
    if (!open && settled)
      return {
        outcome: 'held',
        margin: now.least,
        digits: F.digits,
        certified: true,
        ...widthIf(now.widths),
        ...idleIf(now.count === 0),
      };
    before = after;
  }
  return { outcome: 'undecided', margin: open, digits: cap, certified: false };
}

/** Evaluates a world's margins in float64. A search: `confirm` certifies the violations found. */
export function measure<W>(margins: Margins<W>, world: W, slack = 0): Judgement {
  return measureReadings(margins(float64, world), slack);
}

/** As `measure`, for margins that are already evaluated. */
export function measureReadings(margins: Iterable<Margin<number>>, slack = 0): Judgement {
  let least: Reading | null = null;
  let count = 0;
  for (const margin of checked(float64, margins)) {
    count += 1;
    const reading = read(float64, margin);
    const fails = margin.requires === 'zero' ? Math.abs(reading.value) > slack : !(reading.value > -slack);
    if (fails || Number.isNaN(reading.value))
      return { outcome: 'violated', margin: reading, digits: null, certified: false };
    if (margin.requires === 'positive' && (least === null || reading.value < least.value)) least = reading;
  }
  return { outcome: 'held', margin: least, digits: null, certified: false, ...idleIf(count === 0) };
}

/** The margin of this name and time, and whether it holds; null where its enclosure does not decide. */
function one<T, W>(
  F: IntervalField<T>,
  margins: EnclosedMargins<W>,
  world: W,
  at: { name: string; time: number },
) {
  for (const margin of checked(F, margins(F, world))) {
    if (margin.time > at.time) break;
    if (margin.time !== at.time || margin.name !== at.name) continue;
    const sign = F.sign(margin.value);
    if (sign === undefined) break;
    return { holds: sign === (margin.requires === 'zero' ? 0 : 1), reading: read(F, margin) };
  }
  return null;
}

/** Null where a solution of a differential equation has no enclosure in this precision. */
function orNull<R>(body: () => R): R | null {
  try {
    return body();
  } catch (error) {
    if (error instanceof EnclosureEnds) return null;
    throw error;
  }
}

/**
 * Decides a world along a trajectory, by enclosures of whole runs in one field after the other until one decides: margins must be positive.
 * An equality stays open, unless it is violated or exactly 0. Undecided where all fields leave a margin open or find no enclosure (`EnclosureEnds`).
 */
export function decideAlong<W>(
  margins: EnclosedMargins<W>,
  world: W,
  fields: readonly IntervalField<unknown>[],
): Judgement {
  let last: Judgement = { outcome: 'undecided', margin: null, digits: null, certified: false };
  for (const F of fields) {
    const digits = Math.ceil(F.digits);
    const ended = (error: EnclosureEnds): Judgement => ({
      ...last,
      digits,
      margin: { name: `not enclosed: ${error.message}`, value: 0, time: 0 },
    });
    try {
      const { violated, least, open, widest, count } = scoped(F, () => pass(F, margins, world));
      const left = open ?? widest;
      if (violated) return { outcome: 'violated', margin: violated, digits, certified: true };
      if (!left) return { outcome: 'held', margin: least, digits, certified: true, ...idleIf(count === 0) };
      last = { ...last, digits, margin: left };
    } catch (error) {
      if (!(error instanceof EnclosureEnds)) throw error;
      last = ended(error);
    }
  }
  return last;
}

/**
 * Confirms with enclosures that the margin of this name and time fails in this world; later times are not evaluated.
 * The outcome is undecided when no precision up to the cap excludes 0, and held when an enclosure shows the opposite.
 */
export function confirm<W>(
  margins: EnclosedMargins<W>,
  world: W,
  at: { name: string; time: number },
  { digits, cap, arithmetic }: Precision = defaultPrecision,
): Judgement {
  for (let p = digits; p <= cap; p *= 2) {
    const F = intervals(p, arithmetic);
    const found = scoped(F, () => orNull(() => one(F, margins, world, at)));
    if (found)
      return {
        outcome: found.holds ? 'held' : 'violated',
        margin: found.reading,
        digits: p,
        certified: true,
      };
  }
  return { outcome: 'undecided', margin: { ...at, value: 0 }, digits: cap, certified: false };
}
