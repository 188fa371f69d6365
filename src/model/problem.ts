import { type Field, sum } from '../arithmetic/field.ts';

/**
 * One sequence class: contextual tokens drawn i.i.d. from P(.|n), query token m = psi(n), next token n
 * (paper, section 3.2). Probabilities may be unnormalised; the model normalises them in its own field.
 */
export interface SequenceClass {
  /** Next token n, in [0, M); no two classes share it. */
  readonly next: number;
  /** Query token m = psi(n), in [0, M). */
  readonly query: number;
  /** The support of P(.|n): distinct token ids in [0, M). */
  readonly tokens: readonly number[];
  /** Positive, same length as `tokens`. */
  readonly probabilities: readonly number[];
  /** Relative frequency of the class in training; uniform when absent. */
  readonly weight?: number;
}

/** A training problem: the vocabulary size M and the sequence classes n = 1..K. */
export interface Problem {
  readonly vocabulary: number;
  readonly classes: readonly SequenceClass[];
}

/** Omega(l), the indices of the classes in which token l occurs, for every token that occurs. */
export function occurrences(problem: Problem): Map<number, number[]> {
  const omega = new Map<number, number[]>();
  problem.classes.forEach((c, n) => {
    for (const l of c.tokens) {
      const classes = omega.get(l);
      if (classes) classes.push(n);
      else omega.set(l, [n]);
    }
  });
  return omega;
}

/** P(.|n) over the class's support, summing to 1 in the field. */
export function probabilities<T>(F: Field<T>, c: SequenceClass): T[] {
  const p = c.probabilities.map((x) => F.of(x));
  const total = sum(F, p);
  return p.map((x) => F.div(x, total));
}

/** The weight of every class, summing to 1 in the field. */
export function classWeights<T>(F: Field<T>, problem: Problem): T[] {
  const w = problem.classes.map((c) => F.of(c.weight ?? 1));
  const total = sum(F, w);
  return w.map((x) => F.div(x, total));
}
