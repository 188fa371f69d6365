import { type Field, type IntervalField, scoped } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { type Arithmetic, intervals } from './arithmetic.ts';
import { type Judgement, type Margin, type Margins, relative } from './margin.ts';

export interface Precision {
  /** Digits of the first attempt. */
  readonly digits: number;
  /** The attempt with more digits than this is not made; what is open by then stays undecided. */
  readonly cap: number;
  /** What the enclosures are made of; decimal.js where nothing is said. */
  readonly arithmetic?: Arithmetic;
}

export const defaultPrecision: Precision = { digits: 20, cap: 320 };

const idleIf = (idle: boolean): { idle?: true } => (idle ? { idle } : {});

type Reading = NonNullable<Judgement['margin']>;

/** How wide the enclosure of a difference is, and the size of what is compared (1 where both sides are 0). */
interface Width {
  readonly width: number;
  readonly scale: number;
}

const read = <T>(F: Field<T>, margin: Margin<T>): Reading => {
  const value = relative(F, margin);
  return { name: margin.name, time: margin.time, value: margin.asks === 'zero' ? -Math.abs(value) : value };
};

/**
 * One pass at a given precision. An inequality is open when its enclosure touches 0. An equality whose enclosure
 * contains 0 is settled by the caller, who compares its width at two precisions.
 */
function pass<T, W>(F: IntervalField<T>, margins: Margins<W>, world: W) {
  let least: Reading | null = null;
  let open: Reading | null = null;
  const widths: Width[] = [];
  let asked = 0;
  for (const margin of margins(F, world)) {
    asked += 1;
    const sign = F.sign(margin.value);
    if (margin.asks === 'zero') {
      if (sign === 1 || sign === -1) return { violated: read(F, margin), least, open, widths, asked };
      const scale = Math.abs(F.toNumber(margin.scale));
      widths.push({ width: sign === 0 ? 0 : F.radius(margin.value), scale: scale > 0 ? scale : 1 });
      continue;
    }
    if (sign === -1 || sign === 0) return { violated: read(F, margin), least, open, widths, asked };
    if (sign === undefined) open ??= read(F, margin);
    else {
      const reading = read(F, margin);
      if (least === null || reading.value < least.value) least = reading;
    }
  }
  return { violated: null, least, open, widths, asked };
}

/**
 * Enclosures that contain 0 at p and at 2p digits, lose at least half of the p digits in width between them, and end
 * narrower than p/2 digits of the sizes they compare.
 */
const shrinks = (before: readonly Width[], after: readonly Width[], digits: number): boolean =>
  before.length === after.length &&
  before.every(({ width }, i) => {
    const now = after[i];
    const room = 10 ** (-digits / 2);
    return (
      now.width === 0 || (width < Infinity && now.width <= width * room && now.width <= now.scale * room)
    );
  });

/**
 * Decides a world with enclosures: every inequality must exclude 0 on the right side; every equality must contain 0
 * at p and 2p digits with a width that falls accordingly. Whatever is open doubles the precision, up to the cap.
 */
export function decide<W>(
  margins: Margins<W>,
  world: W,
  { digits, cap, arithmetic }: Precision = defaultPrecision,
): Judgement {
  let before: { widths: Width[]; digits: number } | null = null;
  let open: Reading | null = null;
  for (let p = digits; p <= cap; p *= 2) {
    const F = intervals(p, arithmetic);
    const now = scoped(F, () => pass(F, margins, world));
    if (now.violated) return { outcome: 'violated', margin: now.violated, digits: p, certified: true };
    open = now.open;
    const equalities = now.widths.some(({ width }) => width > 0);
    const settled = !equalities || (before !== null && shrinks(before.widths, now.widths, before.digits));
    if (!open && settled)
      return { outcome: 'held', margin: now.least, digits: p, certified: true, ...idleIf(now.asked === 0) };
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
