import { type Interval, interval } from '../arithmetic/decimal.ts';
import type { Field } from '../arithmetic/field.ts';
import { type Judgement, type Margin, relative } from './margin.ts';

/** Closed ranges of the parameters, one [low, high] each, both doubles. */
export type Box = readonly (readonly [low: number, high: number])[];

/** Assertions about one point of the parameters; run on intervals, about every point of a box. */
export type Everywhere = <T>(F: Field<T>, at: readonly T[]) => readonly Margin<T>[];

export interface BranchOptions {
  readonly digits?: number;
  /** Boxes looked at before the rest is left open. */
  readonly boxes?: number;
}

export interface Proof extends Judgement {
  /** Boxes looked at. */
  readonly boxes: number;
  /** Boxes on which some margin is still open. */
  readonly open: readonly Box[];
}

/** The enclosure of all points of a box. */
const enclose = (F: Field<Interval>, box: Box): Interval[] =>
  box.map(([low, high]) => ({ lo: F.of(low).lo, hi: F.of(high).hi }));

const middle = ([low, high]: Box[number]): number => low + (high - low) / 2;

/** Halves of a box across its side that is longest relative to the whole; undefined where doubles end. */
function halves(box: Box, whole: Box): [Box, Box] | undefined {
  const share = (i: number) => (box[i][1] - box[i][0]) / (whole[i][1] - whole[i][0] || 1);
  const i = box.map((_, k) => k).reduce((a, b) => (share(b) > share(a) ? b : a));
  const cut = middle(box[i]);
  if (!(cut > box[i][0] && cut < box[i][1])) return undefined;
  const part = (side: readonly [number, number]): Box => box.map((old, k) => (k === i ? side : old));
  return [part([box[i][0], cut]), part([cut, box[i][1]])];
}

/**
 * Proves that every margin is positive at every point of a box, by subdivision: a margin whose enclosure over a box
 * lies above 0 is settled there; one that does not is asked at the box's middle, where a negative enclosure refutes
 * the statement, and else on both halves. Margins that ask for zero are not for boxes.
 */
export function branch(
  margins: Everywhere,
  whole: Box,
  { digits = 20, boxes: most = 20_000 }: BranchOptions = {},
): Proof {
  const F = interval(digits);
  // Widest boxes first, so that what is left open at the end is as small as the budget allows.
  const queue: Box[] = [whole];
  const open: Box[] = [];
  let boxes = 0;
  let least: NonNullable<Judgement['margin']> | null = null;
  const reading = (m: Margin<Interval>, box: Box) => ({
    name: `${m.name} on ${box.map(([a, b]) => `[${a}, ${b}]`).join(' x ')}`,
    value: relative(F, m),
    time: m.time,
  });
  while (boxes < queue.length) {
    const box = queue[boxes];
    boxes += 1;
    let settled = true;
    for (const m of margins(F, enclose(F, box))) {
      if (F.sign(m.value) === 1) {
        const r = reading({ ...m, value: { lo: m.value.lo, hi: m.value.lo } }, box);
        if (least === null || r.value < least.value) least = r;
      } else settled = false;
    }
    if (settled) continue;
    const point = box.map((side): [number, number] => [middle(side), middle(side)]);
    for (const m of margins(F, enclose(F, point))) {
      const sign = F.sign(m.value);
      if (sign === -1 || sign === 0)
        return { outcome: 'violated', margin: reading(m, point), digits, certified: true, boxes, open };
    }
    const parts = boxes < most ? halves(box, whole) : undefined;
    if (parts) queue.push(...parts);
    else open.push(box);
  }
  const margin = open.length > 0 ? { name: `open: ${JSON.stringify(open[0])}`, value: 0, time: 0 } : least;
  return { outcome: open.length > 0 ? 'undecided' : 'held', margin, digits, certified: true, boxes, open };
}
