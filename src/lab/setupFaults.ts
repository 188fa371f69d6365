/** What the numbers of a lab's setup must be: the form and the link check by the same table. */
import { inRange, type Range, rangeText } from '../io/range.ts';
import { attentionKernels } from '../model/attentionKernels.ts';
import { normalisers } from '../model/model.ts';
import { optimisers } from '../model/optimiser.ts';
import { occurrences, type Problem } from '../model/problem.ts';
import { problemFaults } from '../model/problemShape.ts';
import { BATCHES, HEADS, LENGTHS, MOMENTUM, RATE_LIMITS, RESIDUAL } from '../model/ranges.ts';
import { SEEDS } from '../model/seeds.ts';
import type { RandomSizes, Setup } from './setup.ts';
import { RANDOM_LIMITS, usedBy } from './worlds.ts';

/** A number that one can type. */
export interface NumberRule {
  readonly range: Range;
  readonly whole: boolean;
}

/** The numbers of a setup by their keys; `length` may be null, too: T -> infinity. */
export const SETUP_NUMBERS = {
  etaZ: { range: RATE_LIMITS, whole: false },
  ratio: { range: RATE_LIMITS, whole: false },
  momentum: { range: MOMENTUM, whole: false },
  batch: { range: BATCHES, whole: true },
  length: { range: LENGTHS, whole: true },
  seed: { range: SEEDS, whole: true },
  residual: { range: RESIDUAL, whole: false },
  heads: { range: HEADS, whole: true },
} as const satisfies Partial<Record<keyof Setup, NumberRule>>;
export type SetupNumber = keyof typeof SETUP_NUMBERS;

/** The numbers of a random world by their keys. */
export const RANDOM_NUMBERS = {
  seed: { range: SEEDS, whole: true },
  classes: { range: RANDOM_LIMITS.classes, whole: true },
  queries: { range: RANDOM_LIMITS.queries, whole: true },
  common: { range: RANDOM_LIMITS.common, whole: true },
  distinct: { range: RANDOM_LIMITS.distinct, whole: true },
  vocabulary: { range: RANDOM_LIMITS.vocabulary, whole: true },
} as const satisfies Record<keyof RandomSizes, NumberRule>;

/** The words of a setup by their keys, with what they may be. */
export const SETUP_CHOICES = {
  init: ['zero', 'uniform'],
  optimiser: optimisers,
  attention: attentionKernels.map(({ id }) => id),
  normaliser: normalisers,
} as const satisfies Partial<Record<keyof Setup, readonly string[]>>;
export type SetupChoice = keyof typeof SETUP_CHOICES;

/** Most probabilities of a problem that a page trains and draws. */
export const MOST_DRAWN = 2e4;
/** Most pairs of distinct tokens of one class, whose order is checked at every picture: about 3 microseconds each. */
export const MOST_PAIRS = 2e4;

/** What is wrong with a number; undefined if nothing is. */
export function numberFault(x: number, { range, whole }: NumberRule): string | undefined {
  const kind = whole ? 'a whole number' : 'a number';
  if (inRange(x, range) && (!whole || Number.isInteger(x))) return undefined;
  return `expected ${kind} ${rangeText(range)}, got ${Number.isNaN(x) ? 'something else' : x}`;
}

/** What is wrong with the sizes of a random world, by key; empty if nothing is. */
export function randomFaults(sizes: RandomSizes): Map<keyof RandomSizes, string> {
  const found = new Map<keyof RandomSizes, string>();
  for (const key of Object.keys(RANDOM_NUMBERS) as (keyof RandomSizes)[]) {
    const fault = numberFault(sizes[key], RANDOM_NUMBERS[key]);
    if (fault) found.set(key, fault);
  }
  if (found.size > 0) return found;
  if (sizes.common + sizes.distinct === 0)
    found.set('distinct', 'expected at least one common or distinct token, got none');
  const used = usedBy(sizes);
  if (sizes.vocabulary < used)
    found.set('vocabulary', `expected at least the ${used} tokens that are used, got ${sizes.vocabulary}`);
  return found;
}

/** The faults of a problem from outside that the page is to train and draw; empty if there are none. */
export function drawnProblemFaults(problem: unknown): readonly string[] {
  const { listed } = problemFaults(problem);
  if (listed.length > 0) return listed;
  const { classes } = problem as Problem;
  const all = classes.reduce((sum, { tokens }) => sum + tokens.length, 0);
  if (all > MOST_DRAWN)
    return [`expected at most ${MOST_DRAWN} probabilities, which is what a page can draw, got ${all}`];
  const omega = occurrences(problem as Problem);
  const pairs = classes.reduce((sum, { tokens }) => {
    const own = tokens.filter((l) => omega.get(l)!.length === 1).length;
    return sum + (own * (own - 1)) / 2;
  }, 0);
  if (pairs > MOST_PAIRS)
    return [
      `expected at most ${MOST_PAIRS} pairs of distinct tokens of one class, which is what a page can check, got ${pairs}`,
    ];
  return [];
}
