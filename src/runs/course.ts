/** What attention does along a run, class by class: shares, entropy, effective number of tokens, growth, and the onset of the snap. */
import { onset } from '../ladder/clock.ts';
import { classAttention, entropy } from '../model/entropy.ts';
import { reducedLayout } from '../model/layout.ts';
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

/**
 * The course of every class.
 * @param Z of each recorded state, queries x tokens of `reducedLayout(problem)`
 */
export function courses(problem: Problem, Z: readonly Matrix<number>[]): ClassCourse[] {
  const layout = reducedLayout(problem);
  const omega = occurrences(problem);
  const attention = Z.map((one) => classAttention(problem, layout, one));
  return problem.classes.map(({ next, query, tokens }, n) => {
    const { row, support } = layout.classes[n];
    const distinct = tokens.map((l) => omega.get(l)!.length === 1);
    const places = tokens.flatMap((_, i) => (distinct[i] ? [i] : []));
    const first = attention[0]?.[n] ?? [];
    const top = places.reduce<number | null>(
      (best, i) => (best === null || first[i] > first[best] ? i : best),
      null,
    );
    const states = Z.map((one, s): ClassState => {
      const all = attention[s][n];
      const own = shares(places.map((i) => all[i]));
      const grown = top === null ? null : one[row][support[top]] - Z[0][row][support[top]];
      return {
        attention: all,
        entropy: own.length > 0 ? entropy(own) : null,
        effective: effectiveNumber(all),
        effectiveDistinct: own.length > 0 ? effectiveNumber(own) : null,
        chi: grown === null ? null : Math.exp(2 * grown),
      };
    });
    return { next, query, tokens, distinct, dominant: top === null ? null : tokens[top], states };
  });
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
