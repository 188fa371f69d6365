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

const known = new WeakMap<Layout, { problem: Problem; kinds: Kinds }>();

/** Computed once for a run, whose motions all have the same problem and layout. */
export function kinds(problem: Problem, layout: Layout): Kinds {
  const last = known.get(layout);
  if (last?.problem === problem) return last.kinds;
  const found = kindsOf(problem, layout);
  known.set(layout, { problem, kinds: found });
  return found;
}

function kindsOf(problem: Problem, layout: Layout): Kinds {
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
  'the theorem puts the decoder at its solution for the present attention; in training the decoder is a sum over earlier steps. Its ' +
  "terms of the token's own class pull a token whose share has grown back to its earlier share. Its terms of the other classes, the " +
  'only ones in the theorem, push the token forward. Here the pull is stronger.';
export const SAMPLED_MEMORY =
  'a sampled sequence has tokens in random proportions, and the decoder is a sum over the few sequences seen so far. It pulls back a ' +
  'token that is more frequent in this sequence than in the earlier ones of its class, more strongly than the other classes push.';
