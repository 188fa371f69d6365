import { type Field, type IntervalField, scoped } from '../arithmetic/field.ts';
import { type Watched, watched } from './domain.ts';
import { intervals } from './enclosureLibrary.ts';
import type { EnclosureLibrary } from './libraries.ts';
import { checked, type Judgement, type Margin, relative } from './margin.ts';

/** Closed ranges of the parameters, one [low, high] each, both doubles. */
export type Box = readonly (readonly [low: number, high: number])[];

/** Assertions about one point of the parameters; on intervals, about every point of a box. */
export type Everywhere = <T>(F: Field<T>, at: readonly T[]) => readonly Margin<T>[];

export interface BranchOptions {
  readonly digits?: number;
  readonly arithmetic?: EnclosureLibrary;
  /** Most boxes examined; those that remain are left open. 20,000 by default. */
  readonly boxes?: number;
}

export interface Branched extends Judgement {
  /** Boxes examined. */
  readonly boxes: number;
  /** Boxes on which a margin is still open. */
  readonly open: readonly Box[];
  /** The boxes on which every margin is positive, with the least of them; together with `open` they cover the whole. */
  readonly leaves: readonly Leaf[];
  /** Where the statement is refuted: a point, and the box around it that no subdivision could settle. */
  readonly refuted?: { readonly box: Box; readonly point: readonly number[] };
}

/** A settled box, and a lower bound of its margins, relative to their scales. */
export interface Leaf {
  readonly box: Box;
  readonly margin: number;
}

type Reading = NonNullable<Judgement['margin']>;

const lesser = (a: Reading | null, b: Reading): Reading => (a === null || b.value < a.value ? b : a);

/** A box as text; JSON cannot represent NaN and Infinity. */
const shown = (box: Box): string => box.map(([low, high]) => `[${low}, ${high}]`).join(' x ') || 'none';

/** The enclosure of all points of a box. */
const enclose = <T>(F: IntervalField<T>, box: Box): T[] => box.map(([low, high]) => F.between(low, high));

const middle = ([low, high]: Box[number]): number => low + (high - low) / 2;

/** The halves of a box, cut across its side that is longest relative to the whole; undefined where no double is inside. */
function halves(box: Box, whole: Box): [Box, Box] | undefined {
  const share = (i: number) => (box[i][1] - box[i][0]) / (whole[i][1] - whole[i][0] || 1);
  const i = box.map((_, k) => k).reduce((a, b) => (share(b) > share(a) ? b : a));
  const cut = middle(box[i]);
  if (!(cut > box[i][0] && cut < box[i][1])) return undefined;
  const part = (side: readonly [number, number]): Box => box.map((old, k) => (k === i ? side : old));
  return [part([box[i][0], cut]), part([cut, box[i][1]])];
}

/**
 * The margins on a box. They must have the names and the order of those on the whole: a callback that leaves out a margin
 * on some boxes would leave points unproved.
 * @throws RangeError where names or order differ, where there are none, or where one requires zero
 */
function marginsOn<T>(F: IntervalField<T>, margins: Everywhere, box: Box, names?: readonly string[]) {
  const found = [...checked(F, margins(F, enclose(F, box)))];
  const zeros = found.filter(({ requires }) => requires === 'zero').map(({ name }) => name);
  const faults = [
    ...(found.length === 0 ? ['expected at least one margin, got none'] : []),
    ...(zeros.length > 0 ? [`expected inequalities, got equalities: ${zeros.join(', ')}`] : []),
    ...(names && !(names.length === found.length && names.every((name, i) => name === found[i].name))
      ? [
          `expected the margins ${names.join(', ')}, got ${found.map(({ name }) => name).join(', ') || 'none'}`,
        ]
      : []),
  ];
  if (faults.length > 0) throw new RangeError(`on the box ${shown(box)}: ${faults.join('; ')}`);
  return found;
}

/**
 * The margins on a box: the least of those that are positive on it, whether all are, and the one that fails at its middle.
 * Where an operation leaves its domain, nothing is settled and nothing is refuted.
 */
function examine<T>(F: Watched<T>, margins: Everywhere, box: Box, names: readonly string[]) {
  const reading = (m: Margin<T>, on: Box): Reading => ({
    name: `${m.name} on ${shown(on)}`,
    value: relative(F, m),
    time: m.time,
  });
  let least: Reading | null = null;
  const [found, everywhere] = F.watch(() => marginsOn(F, margins, box, names));
  let settled = everywhere;
  for (const m of found) {
    if (F.sign(m.value) === 1) least = lesser(least, reading({ ...m, value: F.lower(m.value) }, box));
    else settled = false;
  }
  if (settled) return { least, settled, refuted: null };
  const point = box.map((side): [number, number] => [middle(side), middle(side)]);
  const [there, defined] = F.watch(() => marginsOn(F, margins, point, names));
  const failing = defined ? there.find(({ value }) => (F.sign(value) ?? 1) !== 1) : undefined;
  return { least, settled, refuted: failing ? reading(failing, point) : null };
}

/**
 * Proves that every margin is positive at every point of a box, by subdivision: a box is settled where all enclosures
 * are above 0. Otherwise the margins are evaluated at its middle, where a negative enclosure refutes the statement, and
 * else on both halves.
 * A box is settled only where every operation is defined on all of it, which the root of an enclosure that contains
 * negative numbers, the logarithm of one that contains 0 and a quotient by one that contains 0 are not.
 * @throws RangeError when the box is empty or not finite, when there is no margin, when one requires zero (no subdivision
 *   proves an equality), or when the margins on some box are not those on the whole
 */
export function branch(
  margins: Everywhere,
  whole: Box,
  { digits = 20, arithmetic, boxes: most = 20_000 }: BranchOptions = {},
): Branched {
  if (whole.length === 0 || !whole.every(([low, high]) => low <= high && high - low < Infinity))
    throw new RangeError(
      `expected a box of finite sides [low, high] with low <= high and high - low below 1.8e308, got ${shown(whole)}`,
    );
  const F = watched(intervals(digits, arithmetic));
  const names = scoped(F, () => marginsOn(F, margins, whole).map(({ name }) => name));
  // Widest boxes first, so that the boxes left open are as small as the budget allows.
  const queue: Box[] = [whole];
  const open: Box[] = [];
  const leaves: Leaf[] = [];
  let boxes = 0;
  let least: Reading | null = null;
  while (boxes < queue.length) {
    const box = queue[boxes];
    boxes += 1;
    const seen = scoped(F, () => examine(F, margins, box, names));
    if (seen.least) least = lesser(least, seen.least);
    if (seen.settled) {
      leaves.push({ box, margin: seen.least!.value });
      continue;
    }
    if (seen.refuted) {
      const refuted = { box, point: box.map(middle) };
      return {
        outcome: 'violated',
        margin: seen.refuted,
        digits,
        certified: true,
        boxes,
        open,
        leaves,
        refuted,
      };
    }
    const parts = boxes < most ? halves(box, whole) : undefined;
    if (parts) queue.push(...parts);
    else open.push(box);
  }
  const rest = { digits, boxes, open, leaves };
  if (open.length === 0) return { outcome: 'held', margin: least, certified: true, ...rest };
  const margin = { name: `open: ${JSON.stringify(open[0])}`, value: 0, time: 0 };
  return { outcome: 'undecided', margin, certified: false, ...rest };
}
