/** What attention does along a run, class by class: shares, entropy, effective number of tokens, growth, and the onset of the snap. */
import { onset } from '../ladder/clock.ts';
import { classAttention, entropy } from '../model/entropy.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import { occurrences, type Problem } from '../model/problem.ts';
import type { Matrix } from '../model/transformer.ts';
import type { RecordedRates, RecordedRun } from './run.ts';

/** One class at one recorded state. */
export interface ClassState {
  /** c_l|n = P(l|n) exp(Z[m, l]) / sum, in the order of the class's tokens: attention as T -> inf. */
  readonly attention: readonly number[];
  /** Entropy (nats) of attention over the class's distinct tokens, normalised over them; null where it has none. */
  readonly entropy: number | null;
  /** 1 / sum c^2 over all its tokens: their number if attention were equal. */
  readonly effective: number;
  /** The same over its distinct tokens, normalised over them; null where it has none. */
  readonly effectiveDistinct: number | null;
  /**
   * chi = exp(2 (z_l - z_l(0))) of the distinct token l that has most attention at the first recorded state (Theorem 3); null where
   * the class has none. Infinity where a double cannot hold it.
   */
  readonly chi: number | null;
}

/** One class along a run. */
export interface ClassCourse {
  readonly next: number;
  readonly query: number;
  /** Its tokens, and which of them are distinct. */
  readonly tokens: readonly number[];
  readonly distinct: readonly boolean[];
  /** The distinct token that chi is of; null where there is none. */
  readonly dominant: number | null;
  /** One for each recorded state. */
  readonly states: readonly ClassState[];
}

/** p / sum p. A share of 0 in all gives equal shares: attention that underflows has no order. */
const shares = (p: readonly number[]): number[] => {
  const total = p.reduce((a, b) => a + b, 0);
  return p.map((x) => (total > 0 ? x / total : 1 / p.length));
};

/** 1 / sum p^2 of shares that sum to 1. */
export const effectiveNumber = (p: readonly number[]): number => 1 / p.reduce((sum, x) => sum + x * x, 0);

/** What does not change along a run, and every class at a state. */
export interface ClassTracks {
  readonly classes: readonly Omit<ClassCourse, 'states'>[];
  at(Z: Matrix<number>): ClassState[];
}

/**
 * The classes of runs that start at Z0, rows and columns as the layout has them. Over several heads attention is their mean, and chi
 * is null.
 */
export function classTracks(problem: Problem, layout: Layout, Z0: Matrix<number>): ClassTracks {
  const omega = occurrences(problem);
  const first = classAttention(problem, layout, Z0);
  const classes = problem.classes.map(({ next, query, tokens }, n) => {
    const distinct = tokens.map((l) => omega.get(l)!.length === 1);
    const places = tokens.flatMap((_, i) => (distinct[i] ? [i] : []));
    const top = places.reduce<number | null>(
      (best, i) => (best === null || first[n][i] > first[n][best] ? i : best),
      null,
    );
    return { next, query, tokens, distinct, places, top, dominant: top === null ? null : tokens[top] };
  });
  const heads = layout.model?.heads ?? 1;
  return {
    classes: classes.map(({ places, top, ...one }) => one),
    at: (Z) => {
      const attention = classAttention(problem, layout, Z);
      return classes.map(({ places, top }, n): ClassState => {
        const { row, support } = layout.classes[n];
        const all = attention[n];
        const own = shares(places.map((i) => all[i]));
        const grown = top === null || heads > 1 ? null : Z[row][support[top]] - Z0[row][support[top]];
        return {
          attention: all,
          entropy: own.length > 0 ? entropy(own) : null,
          effective: effectiveNumber(all),
          effectiveDistinct: own.length > 0 ? effectiveNumber(own) : null,
          chi: grown === null ? null : Math.exp(2 * grown),
        };
      });
    },
  };
}

/**
 * The course of every class.
 * @param Z of each recorded state, queries x tokens of `reducedLayout(problem)`
 */
export function courses(problem: Problem, Z: readonly Matrix<number>[]): ClassCourse[] {
  const layout = reducedLayout(problem);
  const zero = layout.queries.map(() => layout.tokens.map(() => 0));
  const { classes, at } = classTracks(problem, layout, Z[0] ?? zero);
  const states = Z.map(at);
  return classes.map((one, n) => ({ ...one, states: states.map((all) => all[n]) }));
}

/**
 * t0 = 2 (1 + w1) K ln M / etaY in steps, the onset of the snap (Lemma 9), with the effective rate etaY / (1 - momentum). Null
 * where etaY is not known, or the optimiser is none of gradient ascent.
 */
export function onsetOf(problem: Problem, rates: RecordedRates = {}): number | null {
  const { etaY, momentum = 0, optimiser = 'sgd' } = rates;
  if (etaY === undefined || optimiser !== 'sgd') return null;
  return onset({
    vocabulary: problem.vocabulary,
    classes: problem.classes.length,
    etaY: etaY / (1 - momentum),
  });
}

/** The courses of a run's classes. */
export const coursesOf = ({ problem, Z }: RecordedRun): ClassCourse[] => courses(problem, Z);
