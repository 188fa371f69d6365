import type { Field, IntervalField } from '../arithmetic/field.ts';
import { cameText, shown } from '../io/place.ts';

/** One assertion of a statement about one world, as a number: `positive` requires value > 0, `zero` requires value = 0. */
export interface Margin<T> {
  /** The assertion, and where: "z' > 0 for distinct token 7 of class 2". */
  readonly name: string;
  readonly requires: 'positive' | 'zero';
  readonly value: T;
  /**
   * The size of the quantities that `value` compares. It does not affect the decision of an inequality, only its reported
   * relative margin. An equality holds when its enclosure is narrow relative to the scale (to 1 where that is 0): see `decide`.
   */
  readonly scale: T;
  /** Step or time at which it is evaluated. */
  readonly time: number;
}

/** What became of a statement in one world; undecided: no precision up to the cap decided it. */
export type Outcome = 'held' | 'violated' | 'undecided';

/** The outcome in one world. */
export interface Judgement {
  readonly outcome: Outcome;
  /** The least margin relative to its scale, with its name; the failing one where one failed. */
  readonly margin: { readonly name: string; readonly value: number; readonly time: number } | null;
  /** Digits of the arithmetic that decided; null for float64. */
  readonly digits: number | null;
  /** Whether an enclosure decided. */
  readonly certified: boolean;
  /**
   * Where equalities were certified: |left - right| <= `width` times their scale, for each of them. Absent without
   * equalities; 0 where all enclosures are the point 0.
   */
  readonly width?: number;
  /** What was run, in words, where the judge runs what the fields of the world do not say (a rate). */
  readonly run?: string;
  /** Set where the world reached no state that the statement is about, and gave no margin: it counts as held. */
  readonly idle?: true;
}

/** value / scale as a double, for reports; `value` itself where that is NaN. */
export function relative<T>(F: Field<T>, { value, scale }: Margin<T>): number {
  const quotient = F.toNumber(F.div(value, scale));
  return Number.isNaN(quotient) ? F.toNumber(value) : quotient;
}

/** The code of a statement gives something else than margins. */
export class BadMargin extends TypeError {
  override readonly name = 'BadMargin';
}

type Parts = Readonly<Record<keyof Margin<unknown>, unknown>>;

/** Whether something is a number of a field. @param kind the `typeof` of its numbers */
const isOf = (x: unknown, kind: string): boolean => typeof x === kind && x !== null;

/** Whether something has the shape of a margin. Of every margin: it builds no text. */
function isMargin(margin: unknown, kind: string): boolean {
  if (typeof margin !== 'object' || margin === null) return false;
  const { name, requires, value, scale, time } = margin as Parts;
  return (
    typeof name === 'string' &&
    (requires === 'positive' || requires === 'zero') &&
    isOf(value, kind) &&
    isOf(scale, kind) &&
    typeof time === 'number'
  );
}

/** What is wrong with what is no margin. */
function faultOf(margin: unknown, kind: string): string {
  if (typeof margin !== 'object' || margin === null)
    return `expected margins, as positive(name, value, scale) gives them, got ${cameText(margin)}`;
  const { name, requires, value, scale, time } = margin as Parts;
  if (typeof name !== 'string') return `name of a margin: expected a text, got ${cameText(name)}`;
  const at = `margin ${shown(name)}`;
  if (requires !== 'positive' && requires !== 'zero')
    return `${at}, requires: expected "positive" or "zero", got ${cameText(requires)}`;
  for (const [part, x, example] of [
    ['value', value, 'F.of(1), F.sub(a, b)'],
    ['scale', scale, 'F.of(1), largest(F, [a, b])'],
  ] as const)
    if (!isOf(x, kind))
      return `${at}, ${part}: expected a number of the field F, as ${example}, got ${typeof x === 'number' ? `the plain number ${x} (write F.of(${x}))` : cameText(x)}`;
  return `${at}, time: expected a number, got ${cameText(time)}`;
}

/** What `along` and its like returned. @throws BadMargin where it is no list, nor a generator */
export function listed<T>(margins: Iterable<Margin<T>>): Iterable<Margin<T>> {
  if (typeof (margins as Partial<Iterable<unknown>> | undefined)?.[Symbol.iterator] === 'function')
    return margins;
  throw new BadMargin(`expected a list of margins, or a generator of them, got ${cameText(margins)}`);
}

/**
 * The margins, each checked for its shape before it is read. A plain number in place of one of the field is seen where the field's
 * are objects, as in decimals and double-doubles.
 * @throws BadMargin at the first that is none
 */
export function* checked<T>(F: Field<T>, margins: Iterable<Margin<T>>): Generator<Margin<T>> {
  const kind = typeof F.of(0);
  for (const margin of listed(margins)) {
    if (!isMargin(margin, kind)) throw new BadMargin(faultOf(margin, kind));
    yield margin;
  }
}

/** Margins of a statement in any field, evaluated lazily, so that the evaluation ends at a failure. */
export type Margins<W> = <T>(F: Field<T>, world: W) => Iterable<Margin<T>>;

/** Margins in intervals alone: those along enclosed solutions of a differential equation. */
export type EnclosedMargins<W> = <T>(F: IntervalField<T>, world: W) => Iterable<Margin<T>>;

/** The largest modulus in a vector, as a field value for `scale`. */
export const largest = <T>(F: Field<T>, values: readonly T[]): T =>
  F.of(Math.max(...values.map((x) => Math.abs(F.toNumber(x)))));

/** Asserts value > 0. */
export const positive = <T>(name: string, value: T, scale: T, time = 0): Margin<T> => ({
  name,
  requires: 'positive',
  value,
  scale,
  time,
});

/** Asserts left = right, relative to the larger modulus of the two. */
export const equal = <T>(F: Field<T>, name: string, left: T, right: T, time = 0): Margin<T> => ({
  name,
  requires: 'zero',
  value: F.sub(left, right),
  scale: largest(F, [left, right]),
  time,
});

/** Asserts left > right, relative to the larger modulus of the two. */
export const above = <T>(F: Field<T>, name: string, left: T, right: T): Margin<T> =>
  positive(name, F.sub(left, right), largest(F, [left, right]));
