/** What an independent checker needs to confirm what was decided of one world. */
import { type Interval, parts } from '../arithmetic/decimal.ts';
import type { Field, IntervalField } from '../arithmetic/field.ts';
import { type ProgramStep, ProgramTooLong, type Recorded, recording } from '../arithmetic/recording.ts';
import { checked, type Margin, type Margins } from './margin.ts';

/** Steps of a program; a longer one gives no certificate. */
const MOST_PROGRAM_STEPS = 200_000;
/** Largest exponent of an end: its digits from the least one of both are below the 4300 that Python reads. */
const MOST_EXPONENT = 1800;

/** What is certified of a world: all its margins, or of a violated one the margin that fails, by its name and time. */
export type Certified =
  | { readonly outcome: 'held' }
  | { readonly outcome: 'violated'; readonly name: string; readonly time: number };

export interface Certificate {
  /** The program, the signs and the margins, as the fields of a JSON object, without its braces. */
  readonly fields: string;
  readonly margins: number;
  /** |left - right| <= width times their scale for each equality of a world that held; null without equalities. */
  readonly width: number | null;
}

/** There is no certificate, and why. */
export interface Uncertified {
  readonly why: string;
}

/**
 * [m, m + d] 10^e exactly, as `m,d,e`; all numbers are `null,null,0`, and d is null where the upper end alone is infinite. Undefined
 * where the lower end alone is infinite, or an end is beyond the exponents.
 */
function endsText({ lo, hi }: Interval): string | undefined {
  if (!lo.isFinite()) return hi.isFinite() ? undefined : 'null,null,0';
  const ends = hi.isFinite() ? [lo, hi] : [lo];
  if (ends.some((x) => !x.isZero() && Math.abs(x.e) > MOST_EXPONENT)) return undefined;
  const plain = ends.filter((x) => !x.isZero()).map(parts);
  const e = plain.length > 0 ? Math.min(...plain.map(([, own]) => own)) : 0;
  const [m, n] = ends.map((x) => {
    const [c, own] = x.isZero() ? [0n, e] : parts(x);
    return c * 10n ** BigInt(own - e);
  });
  const texts = [`${m}`, ...(n === undefined ? [] : [`${n - m}`])];
  // Decimals are kept in words of seven digits: zeros at the end say nothing.
  const zeros = Math.min(
    ...texts.map((text) => (text === '0' ? Number.POSITIVE_INFINITY : text.length - text.search(/0*$/))),
  );
  if (!Number.isFinite(zeros)) return `0,${n === undefined ? null : 0},0`;
  const [low, width = null] = texts.map((text) => (text === '0' ? text : text.slice(0, text.length - zeros)));
  return `${low},${width},${e + zeros}`;
}

/** Every number of a plain value, in the order of its JSON text. */
function* numbersOf(x: unknown): Generator<number> {
  if (typeof x === 'number') yield x;
  else if (typeof x === 'object' && x !== null) for (const part of Object.values(x)) yield* numbersOf(part);
}

/** The places of each number of a world. */
function placesOf(world: unknown): Map<number, number[]> {
  const places = new Map<number, number[]>();
  let place = 0;
  for (const x of numbersOf(world)) {
    const known = places.get(x);
    if (known) known.push(place);
    else places.set(x, [place]);
    place += 1;
  }
  return places;
}

/** The places of the values on which these depend, themselves included, in order. */
function needed(steps: readonly ProgramStep[], roots: Iterable<number>): number[] {
  const use = new Uint8Array(steps.length);
  for (const root of roots) use[root] = 1;
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i];
    if (use[i] && 'operands' in step) for (const k of step.operands) use[k] = 1;
  }
  return steps.map((_, i) => i).filter((i) => use[i]);
}

/** The margins of a world that its certificate shows. */
function* shown<W>(
  margins: Margins<W>,
  world: W,
  F: Field<Recorded>,
  certified: Certified,
  signOf: Field<Interval>['sign'],
): Generator<Margin<Recorded>> {
  for (const margin of checked(F, margins(F, world))) {
    const { name, time, requires, value } = margin;
    if (certified.outcome === 'held') yield margin;
    else if (name === certified.name && time === certified.time) {
      const sign = signOf(value.enclosure);
      if (sign === undefined || sign === (requires === 'zero' ? 0 : 1)) continue;
      yield margin;
      return;
    }
  }
}

/**
 * Evaluates the margins of a world once more, in intervals, and writes down the program that gives them. Values
 * on which no margin and no sign depends are left out. A double that the world has, too, is written with its places there.
 * @param world plain JSON
 */
export function certificateOf<W>(
  margins: Margins<W>,
  world: W,
  intervals: IntervalField<Interval>,
  certified: Certified,
  most = MOST_PROGRAM_STEPS,
): Certificate | Uncertified {
  const [F, { steps, signs }] = recording(intervals, most);
  let found: Margin<Recorded>[];
  try {
    // The sign of a margin is not recorded: nothing of the program depends on it.
    found = [...shown(margins, world, F, certified, intervals.sign)];
  } catch (error) {
    if (error instanceof ProgramTooLong) return { why: error.message };
    throw error;
  }
  if (found.length === 0) return { why: 'no margin' };
  // That a value which may be any number has no known sign says nothing, and it may have no value at all (0/0).
  const asked = [...signs].filter(([old]) => steps[old].enclosure.lo.isFinite());
  const kept = needed(steps, [
    ...asked.map(([old]) => old),
    ...found.flatMap(({ value, scale }) => [value.place, scale.place]),
  ]);
  const place = new Map(kept.map((old, i) => [old, i]));
  const places = placesOf(world);
  const lines: string[] = [];
  for (const old of kept) {
    const step = steps[old];
    const ends = endsText(step.enclosure);
    if (ends === undefined)
      return { why: `an enclosure without a lower end, or an end beyond 10^${MOST_EXPONENT}` };
    if ('operation' in step)
      lines.push(`["${step.operation}",${step.operands.map((k) => place.get(k))},${ends}]`);
    else if (Number.isNaN(step.constant)) lines.push(`["a",${ends}]`);
    else lines.push(`["c",${step.constant},[${places.get(step.constant) ?? ''}],${ends}]`);
  }
  const signsText = asked.map(([old, sign]) => `[${place.get(old)},${sign ?? null}]`);
  const marginsText = found.map(({ name, requires, time, value, scale }) =>
    JSON.stringify({ name, requires, time, value: place.get(value.place), scale: place.get(scale.place) }),
  );
  const widths = found.flatMap(({ requires, value, scale }) => {
    const size = Math.abs(F.toNumber(scale));
    const width = F.radius(value) / (size > 0 ? size : 1);
    // Both sizes were rounded to doubles; the checker compares them exactly.
    return requires === 'zero' ? [width > 0 ? width * (1 + 2 ** -50) + Number.MIN_VALUE : 0] : [];
  });
  return {
    fields: `"steps":[${lines}],"signs":[${signsText}],"margins":[${marginsText}]`,
    margins: found.length,
    width: widths.length > 0 && certified.outcome === 'held' ? Math.max(...widths) : null,
  };
}
