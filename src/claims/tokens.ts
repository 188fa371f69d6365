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

/**
 * Why distinct tokens lose, or frequent ones gain less than rare ones, in training: what `Check.why` says of it. The
 * split of z' by what the decoder remembers is tested in properties/verify/why.test.ts.
 */
export const MEMORY =
  'the decoder is the sum of what it saw at earlier steps, not at its solution for the present attention. Its memory of the ' +
  "token's own class pulls a token whose share has grown since back towards the share it had, and by now pulls harder than the " +
  'memory of the other classes, the only part in the theorem, pushes.';
export const SAMPLED_MEMORY =
  'a sampled sequence holds tokens in chance proportions. The decoder remembers the few sequences seen, and pulls a token that is ' +
  'more frequent in this sequence than in the earlier ones of its class back, harder than the other classes push.';
