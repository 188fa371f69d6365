/** What the atlas asks of a given problem, in place of the problems that it draws. */
import type { ShapeFault } from '../io/shape.ts';
import { occurrences, type Problem } from '../model/problem.ts';
import { MOST_ENTRIES } from '../model/ranges.ts';
import { type ClaimId, claimIds, sliceIds } from './settings.ts';

/** Below, e^x = (M - 1) x has no root, and the snap has no onset (`crossing`). */
const LEAST_VOCABULARY = 4;

/** A problem without what a file may have beside it, its keys in one order: equal problems give equal bytes. */
export const plainProblem = ({ vocabulary, classes }: Problem): Problem => ({
  vocabulary,
  classes: classes.map(({ next, query, tokens, probabilities, weight }) => ({
    ...{ next, query, tokens: [...tokens], probabilities: [...probabilities] },
    ...(weight !== undefined && { weight }),
  })),
});

/** What a problem must have for a claim to say something about it; the checks are met by nothing, or by equalities, without. */
const NEEDS: Record<ClaimId, string> = {
  discriminative: 'a token that two classes share',
  frequency: 'a class that shares a token and has two distinct tokens of different probability',
  sparsification: 'in every class a shared token, and two distinct tokens of different probability',
  snap: 'a token that two classes share',
};

/** The claims that say something about a problem. */
export function claimsAbout(problem: Problem): ClaimId[] {
  const omega = occurrences(problem);
  const classes = problem.classes.map(({ tokens, probabilities }) => {
    const own = probabilities.filter((_, i) => omega.get(tokens[i])!.length === 1);
    const overlaps = own.length < tokens.length;
    return { overlaps, unequal: overlaps && own.some((p) => p !== own[0]) };
  });
  const says: Record<ClaimId, boolean> = {
    discriminative: classes.some(({ overlaps }) => overlaps),
    frequency: classes.some(({ unequal }) => unequal),
    sparsification: classes.every(({ unequal }) => unequal),
    snap: classes.some(({ overlaps }) => overlaps),
  };
  return claimIds.filter((id) => says[id]);
}

/** Why there is no atlas around a problem with these claims and slices; `path` begins with the option at fault. */
export function* aroundFaults(
  problem: Problem,
  { claims, slices }: { readonly claims: readonly string[]; readonly slices: readonly string[] },
): Generator<ShapeFault> {
  const { vocabulary, classes } = problem;
  if (vocabulary < LEAST_VOCABULARY)
    yield {
      path: ['problem', 'vocabulary'],
      message: `expected at least ${LEAST_VOCABULARY} tokens, since the snap has no onset below, got ${vocabulary}`,
    };
  const entries = occurrences(problem).size * (classes.length + 1);
  if (entries > MOST_ENTRIES)
    yield {
      path: ['problem'],
      message: `its matrices would have ${entries} entries, more than ${MOST_ENTRIES}`,
    };
  const about = claimsAbout(problem);
  if (about.length === 0)
    yield {
      path: ['problem'],
      message: `no claim says anything about it: expected ${NEEDS.discriminative}`,
    };
  else
    for (const [i, id] of claims.entries())
      if (claimIds.includes(id as ClaimId) && !about.includes(id as ClaimId))
        yield {
          path: ['claims', i],
          message: `${id} says nothing about this problem: expected ${NEEDS[id as ClaimId]}; leave the claim out`,
        };
  const around = sliceIds(problem);
  for (const [i, id] of slices.entries())
    if (sliceIds().includes(id) && !around.includes(id))
      yield {
        path: ['slices', i],
        message: `expected of ${around.join(', ')}, the slices around a given problem, got ${id}`,
      };
}
