import { type Field, type IntervalField, scoped } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { LEAST_CAP, LEAST_DIGITS } from './digits.ts';
import { type EnclosureLibrary, intervals } from './enclosureLibrary.ts';
import { type Judgement, type Margin, type Margins, relative } from './margin.ts';

export interface Precision {
  /** Digits of the first attempt, LEAST_DIGITS or more. */
  readonly digits: number;
  /** The attempt with more digits than this is not made (LEAST_CAP or more); what is open by then stays undecided. */
  readonly cap: number;
  /** What the enclosures are made of; decimal.js where nothing is said. */
  readonly arithmetic?: EnclosureLibrary;
}

export const defaultPrecision: Precision = { digits: LEAST_DIGITS, cap: 320 };

const idleIf = (idle: boolean): { idle?: true } => (idle ? { idle } : {});

type Reading = NonNullable<Judgement['margin']>;

/** How wide the enclosure of a difference is, relative to the size of what is compared (to 1 where that is 0). */
type Width = number;

const read = <T>(F: Field<T>, margin: Margin<T>): Reading => {
  const value = relative(F, margin);
  return { name: margin.name, time: margin.time, value: margin.asks === 'zero' ? -Math.abs(value) : value };
};

/** Never 0: what is too narrow for a double is rounded up to the smallest one. */
const widthOf = <T>(F: Field<T>, { value, scale }: Margin<T>): Width => {
  const size = Math.abs(F.toNumber(scale));
  return Math.max(Number.MIN_VALUE, F.radius(value) / (size > 0 ? size : 1));
};

/**
 * One pass at a given precision. An inequality is open when its enclosure touches 0. An equality whose enclosure
 * contains 0 is settled by the caller, who compares its width at two precisions.
 */
function pass<T, W>(F: IntervalField<T>, margins: Margins<W>, world: W) {
  let least: Reading | null = null;
  let open: Reading | null = null;
  const widths: Width[] = [];
  /** The equality of the widest enclosure, for the case that it stays open. */
  let widest: Reading | null = null;
  let most = 0;
  let asked = 0;
  for (const margin of margins(F, world)) {
    asked += 1;
    const sign = F.sign(margin.value);
    if (margin.asks === 'zero') {
      if (sign === 1 || sign === -1) return { violated: read(F, margin), least, open, widths, widest, asked };
      const width = sign === 0 ? 0 : widthOf(F, margin);
      if (!(width <= most)) [most, widest] = [width, read(F, margin)];
      widths.push(width);
      continue;
    }
    if (sign === -1 || sign === 0) return { violated: read(F, margin), least, open, widths, widest, asked };
    if (sign === undefined) open ??= read(F, margin);
    else {
      const reading = read(F, margin);
      if (least === null || reading.value < least.value) least = reading;
    }
  }
  return { violated: null, least, open, widths, widest, asked };
}

/**
 * Whether the differences can be taken for 0: their enclosures contain 0 with p and with 2p digits. An enclosure made of
 * finitely many roundings has the width C 10^-p to first order, where C is the condition of the formula: twice the digits
 * divide it by 10^p, up to how the roundings fall. Asked is a half of that, in width and in what is left: a factor of at
 * most 10^-(p/2) between the two, and a relative width of at most 10^-p at the end. So what is certified is
 * |left - right| <= w times their scale with w <= 10^-p <= 1e-20; w itself is reported.
 */
const shrinks = (before: readonly Width[], after: readonly Width[], digits: number): boolean =>
  before.length === after.length &&
  before.every((width, i) => {
    const now = after[i];
    return now === 0 || (width < Infinity && now <= width * 10 ** (-digits / 2) && now <= 10 ** -digits);
  });

const widthIf = (widths: readonly Width[]): { width?: number } =>
  widths.length > 0 ? { width: Math.max(...widths) } : {};

/**
 * Decides a world with enclosures: every inequality must exclude 0 on the right side; every equality must contain 0
 * at p and 2p digits with a width that falls accordingly (`shrinks`). Whatever is open doubles the precision, up to the cap.
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
  let before: { widths: Width[]; digits: number } | null = null;
  let open: Reading | null = null;
  for (let p = digits; p <= cap; p *= 2) {
    const F = intervals(p, arithmetic);
    const now = scoped(F, () => pass(F, margins, world));
    if (now.violated) return { outcome: 'violated', margin: now.violated, digits: p, certified: true };
    const equalities = now.widths.some((width) => width > 0);
    const settled = !equalities || (before !== null && shrinks(before.widths, now.widths, before.digits));
    open = now.open ?? (settled ? null : now.widest);
    if (!open && settled)
      return {
        outcome: 'held',
        margin: now.least,
        digits: p,
        certified: true,
        ...widthIf(now.widths),
        ...idleIf(now.asked === 0),
      };
    before = { widths: now.widths, digits: p };
  }
  return { outcome: 'undecided', margin: open, digits: cap, certified: false };
}

/** Reads a world's margins in floating point: a search, whose violations are to be confirmed by `confirm`. */
export function measure<W>(margins: Margins<W>, world: W, slack = 0): Judgement {
  return measureReadings(margins(float64, world), slack);
}

/** As `measure`, for margins that some trainer has already produced. */
export function measureReadings(margins: Iterable<Margin<number>>, slack = 0): Judgement {
  let least: Reading | null = null;
  let asked = 0;
  for (const margin of margins) {
    asked += 1;
    const reading = read(float64, margin);
    const fails = margin.asks === 'zero' ? Math.abs(reading.value) > slack : !(reading.value > -slack);
    if (fails || Number.isNaN(reading.value))
      return { outcome: 'violated', margin: reading, digits: null, certified: false };
    if (margin.asks === 'positive' && (least === null || reading.value < least.value)) least = reading;
  }
  return { outcome: 'held', margin: least, digits: null, certified: false, ...idleIf(asked === 0) };
}

/** The margin of this name and time, and whether it holds where its enclosure can tell. */
function one<T, W>(F: IntervalField<T>, margins: Margins<W>, world: W, at: { name: string; time: number }) {
  for (const margin of margins(F, world)) {
    if (margin.time > at.time) break;
    if (margin.time !== at.time || margin.name !== at.name) continue;
    const sign = F.sign(margin.value);
    if (sign === undefined) break;
    return { holds: sign === (margin.asks === 'zero' ? 0 : 1), reading: read(F, margin) };
  }
  return null;
}

/**
 * Confirms with enclosures that the margin of this name and time fails in this world, evaluating nothing later.
 * Returns undecided when no precision up to the cap excludes 0, and held when an enclosure shows the opposite.
 */
export function confirm<W>(
  margins: Margins<W>,
  world: W,
  at: { name: string; time: number },
  { digits, cap, arithmetic }: Precision = defaultPrecision,
): Judgement {
  for (let p = digits; p <= cap; p *= 2) {
    const F = intervals(p, arithmetic);
    const found = scoped(F, () => one(F, margins, world, at));
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
