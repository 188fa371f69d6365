import type { Field } from '../arithmetic/field.ts';

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

/** Margins of a statement in any field, evaluated lazily, so that the evaluation ends at a failure. */
export type Margins<W> = <T>(F: Field<T>, world: W) => Iterable<Margin<T>>;

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
