import { z } from 'zod';
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

/** A world to train in: the vocabulary size M and the sequence classes n = 1..K. */
export interface Problem {
  readonly vocabulary: number;
  readonly classes: readonly SequenceClass[];
}

const token = z.int().nonnegative();
const positive = z.number().positive().finite();

/** How far a file's probabilities may sum from 1: printed decimals of nine places; the model renormalises exactly. */
const SUM_SLACK = 1e-9;

/** The boundary schema of a problem file, published as `fixtures/problem.schema.json`. */
export const problemSchema = z
  .strictObject({
    $schema: z.string().optional().describe('where an editor finds this schema'),
    vocabulary: z.int().min(2).describe('M, the number of tokens'),
    classes: z
      .array(
        z.strictObject({
          next: token.describe('next token n; no two classes share it'),
          query: token.describe('query token psi(n)'),
          tokens: z.array(token).min(1).describe('contextual tokens with P(l|n) > 0, all different'),
          probabilities: z.array(positive).min(1).describe('P(l|n) for each of them, sum 1 within 1e-9'),
          weight: positive.optional().describe('relative frequency of the class; default 1'),
        }),
      )
      .min(1),
  })
  .superRefine((problem, context) => {
    for (const { path, message } of crossFaults(problem)) context.addIssue({ code: 'custom', path, message });
  });

export interface Fault {
  readonly path: (string | number)[];
  readonly message: string;
}

/**
 * What the shape of a problem alone does not say. Its argument may be anything: what has not the shape is passed
 * over, because that is a fault of its own, and both kinds can be told at once.
 */
export function crossFaults(problem: unknown): Fault[] {
  const { vocabulary, classes } = (problem ?? {}) as { vocabulary?: unknown; classes?: unknown };
  const faults: Fault[] = [];
  const fault = (path: (string | number)[], message: string) => faults.push({ path, message });
  const inside = (id: unknown, path: (string | number)[], what: string) => {
    if (Number.isInteger(vocabulary) && (id as number) >= (vocabulary as number))
      fault(path, `${what} must be below the vocabulary size ${vocabulary}, got ${id}`);
  };
  const owner = new Map<unknown, number>();
  (Array.isArray(classes) ? classes : []).forEach((c: unknown, i) => {
    const at = (...rest: (string | number)[]) => ['classes', i, ...rest];
    const { next, query, ...lists } = (c ?? {}) as Record<string, unknown>;
    const tokens: unknown[] | undefined = Array.isArray(lists.tokens) ? lists.tokens : undefined;
    const probabilities: unknown[] | undefined = Array.isArray(lists.probabilities)
      ? lists.probabilities
      : undefined;
    inside(next, at('next'), 'next token');
    inside(query, at('query'), 'query token');
    const seen = new Set<unknown>();
    tokens?.forEach((id, k) => {
      inside(id, at('tokens', k), 'contextual token');
      if (seen.has(id)) fault(at('tokens', k), `token ${id} is listed twice`);
      seen.add(id);
    });
    if (tokens && probabilities && tokens.length !== probabilities.length)
      fault(
        at('probabilities'),
        `expected ${tokens.length} numbers, one per token, got ${probabilities.length}`,
      );
    if (probabilities?.length && probabilities.every((p) => typeof p === 'number')) {
      const total = probabilities.reduce((a, b) => a + b, 0);
      if (!(Math.abs(total - 1) <= SUM_SLACK)) fault(at('probabilities'), `must sum to 1, got ${total}`);
    }
    const other = owner.get(next);
    if (other !== undefined && next !== undefined)
      fault(at('next'), `next token ${next} already belongs to class ${other}`);
    owner.set(next, i);
  });
  return faults;
}

/** Omega(l): the indices of the classes that token l occurs in, for every token that occurs. */
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
