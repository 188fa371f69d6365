/** The synthetic problems of the paper's section 6, as in its authors' public code. */
import { OptionChecks } from '../io/optionChecks.ts';
import type { Problem } from './problem.ts';
import { MOST_ENTRIES, PROBLEM_SIZES } from './ranges.ts';

/** The sizes of a synthetic problem; each query token serves `nextPerQuery` classes. */
export interface SyntheticSizes {
  readonly queryTokens: number;
  readonly nextPerQuery: number;
  /** Common tokens, used by every class. */
  readonly common: number;
  /** Distinct tokens of each class. */
  readonly distinct: number;
}

/** The sizes of the published problems. */
export const presets = {
  'syn-small': { queryTokens: 2, nextPerQuery: 1, common: 10, distinct: 10 },
  'syn-medium': { queryTokens: 3, nextPerQuery: 2, common: 10, distinct: 10 },
} as const satisfies Record<string, SyntheticSizes>;

/** Their names. */
export type PresetName = keyof typeof presets;

/** `count` equally spaced numbers from `first` to `last` (one number: `first`). */
const linspace = (first: number, last: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + (count > 1 ? (i * (last - first)) / (count - 1) : 0));

/** @throws BadInput with every fault */
function checkSizes({ queryTokens, nextPerQuery, common, distinct }: SyntheticSizes): void {
  const checks = new OptionChecks();
  checks.required({ queryTokens, nextPerQuery, common, distinct });
  for (const [name, size] of Object.entries({ queryTokens, nextPerQuery }))
    checks.checkInteger(name, size, { ...PROBLEM_SIZES, low: 1 });
  for (const [name, size] of Object.entries({ common, distinct }))
    checks.checkInteger(name, size, PROBLEM_SIZES);
  if (common === 0 && distinct === 0)
    checks.fault('common and distinct: expected at least one token in a class, got 0 of both');
  if (queryTokens * nextPerQuery * (common + distinct) > MOST_ENTRIES)
    checks.fault(`the sizes: expected at most ${MOST_ENTRIES} probabilities in all, got more`);
  checks.refuse();
}

/**
 * Common tokens have unnormalised probability 1 in every class, the distinct ones linspace(0.1, 1). Token ids: common,
 * distinct class by class, query, next, so M = common + distinct K + #query + K with K = queryTokens nextPerQuery.
 * @throws BadInput with every fault of the sizes: one that is out of its range, or together no token or too many
 */
export function syntheticProblem(sizes: SyntheticSizes): Problem {
  checkSizes(sizes);
  const { queryTokens, nextPerQuery, common, distinct } = sizes;
  const K = queryTokens * nextPerQuery;
  const firstQuery = common + distinct * K;
  const firstNext = firstQuery + queryTokens;
  const unnormalised = [...Array.from({ length: common }, () => 1), ...linspace(0.1, 1, distinct)];
  const total = unnormalised.reduce((a, b) => a + b, 0);
  return {
    vocabulary: firstNext + K,
    classes: Array.from({ length: K }, (_, n) => ({
      next: firstNext + n,
      query: firstQuery + Math.floor(n / nextPerQuery),
      tokens: [
        ...Array.from({ length: common }, (_, l) => l),
        ...Array.from({ length: distinct }, (_, i) => common + n * distinct + i),
      ],
      probabilities: unnormalised.map((p) => p / total),
    })),
  };
}
