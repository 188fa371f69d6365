/** Margins at each time, by two computations of one trajectory; their difference limits what can be decided. */
import type { Field } from '../arithmetic/field.ts';
import { checked, type Judgement, type Margin, relative } from '../decide/margin.ts';

/** What did not move at all is no rounding error: exactly 0 on the scale 0 counts as clearly below. */
const reading = <T>(F: Field<T>, margin: Margin<T>): number =>
  F.sign(margin.value) === 0 && F.sign(margin.scale) === 0 ? -1 : relative(F, margin);

/** A margin relative to its scale, and both as they came. */
interface Read {
  readonly relative: number;
  readonly value: number;
  readonly scale: number;
}

/** The margins of one moment, and by how much equalities that are known to hold are missed. */
export interface MarginsAtTime {
  readonly time: number;
  readonly margins: ReadonlyMap<string, Read>;
  readonly missed: number;
}
export type Reading = NonNullable<Judgement['margin']>;

export function* moments<T>(F: Field<T>, margins: Iterable<Margin<T>>): Generator<MarginsAtTime> {
  let now: { time: number; margins: Map<string, Read>; missed: number } | undefined;
  for (const margin of checked(F, margins)) {
    if (now?.time !== margin.time) {
      if (now) yield now;
      now = { time: margin.time, margins: new Map(), missed: 0 };
    }
    if (margin.requires === 'zero') now.missed = Math.max(now.missed, Math.abs(relative(F, margin)));
    else
      now.margins.set(margin.name, {
        relative: reading(F, margin),
        value: F.toNumber(margin.value),
        scale: F.toNumber(margin.scale),
      });
  }
  if (now) yield now;
}

/** Of 3,300 moments none was in error by more than 2.4 times what is estimated (empirical: properties/claims/integrated.test.ts). */
const SAFETY = 10;

/**
 * A bound of the error of the stricter of two computations (integrations, trajectories) at one moment: SAFETY times the largest of
 *
 *  - the differences of margins between the two. Where E and E' are the errors of a margin, it differs by at least
 *    |E| - |E'|, so |E'| <= |difference| as soon as the stricter tolerance halves the error: a fifth-order method at a
 *    hundredth of the tolerance divides it by 100^(4/5) = 40. One difference may be small by chance, all of a moment hardly.
 *    Values are compared, over the stricter one's scale, and quotients: what is the largest of its row has the quotient 1 or -1 in both,
 *    whatever is left of its digits;
 *  - what equalities that are known to hold are missed by: rounding that is the same in both, as where terms cancel;
 *  - the stricter tolerance.
 *
 * NaN where the two do not have the same margins.
 */
export function errorOf(loose: MarginsAtTime, strict: MarginsAtTime, tolerance: number): number {
  if (loose.margins.size !== strict.margins.size) return Number.NaN;
  let most = Math.max(tolerance, loose.missed, strict.missed);
  for (const [name, { relative, value, scale }] of strict.margins) {
    const other = loose.margins.get(name);
    if (other === undefined) return Number.NaN;
    most = Math.max(most, Math.abs(relative - other.relative), Math.abs(value - other.value) / (scale || 1));
  }
  return SAFETY * most;
}

/** Some margin of a moment; null where it has none. */
const anyOf = ({ time, margins }: MarginsAtTime): Reading | null => {
  for (const [name, { relative: value }] of margins) return { name, value, time };
  return null;
};

/**
 * Two of them side by side: the first margin that lies below 0 by more than the error; else the least one, and the
 * first that lies within the error of 0. An error that is no number leaves all of its moment open, and a margin or moment
 * of the looser one alone is open: it may be the one that fails.
 */
export function compare(
  loose: IterableIterator<MarginsAtTime>,
  strict: Iterable<MarginsAtTime>,
  tolerance: number,
) {
  let [least, open]: (Reading | null)[] = [null, null];
  for (const moment of strict) {
    const { time } = moment;
    const other: MarginsAtTime | undefined = loose.next().value;
    const error = other?.time === time ? errorOf(other, moment, tolerance) : Number.NaN;
    for (const [name, { relative: value }] of moment.margins) {
      const margin = { name, value, time };
      if (value < -error) return { violated: margin, least, open };
      if (!(value > error)) open ??= margin;
      if (least === null || value < least.value) least = margin;
    }
    if (other && Number.isNaN(error)) open ??= anyOf(other);
  }
  for (const rest of loose) open ??= anyOf(rest);
  return { violated: null, least, open };
}

export const float = { digits: null, certified: false } as const;
export const asksNothing = (all: readonly MarginsAtTime[]): boolean =>
  all.every(({ margins }) => margins.size === 0);
