import type { Field } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import type { Layout } from '../model/layout.ts';
import { occurrences, type Problem } from '../model/problem.ts';

/** The tokens of a problem by kind (section 3.2), as indices into the layout's tokens. */
export interface Kinds {
  /** Per class, the distinct tokens: |Omega(l)| = 1. */
  readonly distinct: readonly (readonly number[])[];
  /** Common tokens: |Omega(l)| > 1. */
  readonly common: readonly number[];
  /** Per class, whether it holds a common token, so that it overlaps another. */
  readonly overlaps: readonly boolean[];
}

export function kinds(problem: Problem, layout: Layout): Kinds {
  const omega = occurrences(problem);
  const isCommon = layout.tokens.map((id) => (omega.get(id)?.length ?? 0) > 1);
  return {
    distinct: layout.classes.map(({ support }) => support.filter((l) => !isCommon[l])),
    common: layout.tokens.map((_, l) => l).filter((l) => isCommon[l]),
    overlaps: layout.classes.map(({ support }) => support.some((l) => isCommon[l])),
  };
}

/** The largest modulus in a vector, as a field value for `scale`. */
export const largest = <T>(F: Field<T>, values: readonly T[]): T =>
  F.of(Math.max(...values.map((x) => Math.abs(F.toNumber(x)))));

/** Asks value > 0. */
export const positive = <T>(name: string, value: T, scale: T, time = 0): Margin<T> => ({
  name,
  asks: 'positive',
  value,
  scale,
  time,
});

/** Asks left = right. */
export const equal = <T>(F: Field<T>, name: string, left: T, right: T, time = 0): Margin<T> => ({
  name,
  asks: 'zero',
  value: F.sub(left, right),
  scale: largest(F, [left, right]),
  time,
});
