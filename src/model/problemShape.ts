/** The schema of a problem file. Not in `problem.ts`, so that computations load no schema library. */
import * as z from 'zod';
import { Faults } from '../io/badInput.ts';
import { checkShape, listOf, type ShapeFault } from '../io/shape.ts';

const token = z.int().nonnegative();
const positive = z.number().positive();

/** Most distance from 1 of the sum of a file's probabilities: that of decimals printed to nine places. The model normalises them. */
const SUM_SLACK = 1e-9;
/** Least share of the sum: a smaller quotient underflows, or is subnormal and has few digits. */
const LEAST_SHARE = 2 ** -1022;

/** The shape of a problem file, published as `fixtures/problem.schema.json`. */
export const problemShape = z.strictObject({
  $schema: z.string().optional().describe('where an editor finds this schema'),
  schema: z.literal(1).optional().describe('version of this shape; 1 when left out'),
  vocabulary: z.int().min(2).describe('M, the number of tokens'),
  classes: listOf(
    z.strictObject({
      next: token.describe('next token n; no two classes share it'),
      query: token.describe('query token psi(n)'),
      tokens: listOf(token, { least: 1, says: 'contextual tokens with P(l|n) > 0, all different' }),
      probabilities: listOf(positive, { least: 1, says: 'P(l|n) for each of them, sum 1 within 1e-9' }),
      weight: positive.optional().describe('relative frequency of the class; default 1'),
    }),
    { least: 1 },
  ),
});

/** The full check of a problem file: its shape, and the conditions between its fields. */
export const problemSchema = problemShape.superRefine((problem, context) => {
  for (const { path, message } of crossFaults(problem))
    context.addIssue({ code: 'custom', path: [...path], message });
});

/** Most bytes of a problem file: enough for a million probabilities with their tokens. */
export const MOST_PROBLEM_BYTES = 2 ** 24;

/** Faults of positive numbers that the model divides by their sum. */
function* shareFaults(
  values: readonly unknown[],
  path: (i: number) => ShapeFault['path'],
  what: string,
): Generator<ShapeFault> {
  if (!values.every((x) => typeof x === 'number' && x > 0)) return;
  const numbers = values as readonly number[];
  const total = numbers.reduce((a, b) => a + b, 0);
  if (!(total < Number.POSITIVE_INFINITY)) {
    yield { path: path(0).slice(0, -1), message: `expected ${what} whose sum a double can hold, got more` };
    return;
  }
  for (const [i, x] of numbers.entries())
    if (x / total < LEAST_SHARE)
      yield {
        path: path(i),
        message: `expected a share of the sum ${total} that a double can hold, got ${x}`,
      };
}

/**
 * Faults in the conditions between the fields of a problem. The argument may be any value: parts without the right shape
 * are skipped here, and the shape's check reports them, so that both kinds are reported at once.
 * @param weighted whether `probabilities` may have any sum, as in kept worlds
 */
export function* crossFaults(problem: unknown, weighted = false): Generator<ShapeFault> {
  const { vocabulary, classes } = (problem ?? {}) as { vocabulary?: unknown; classes?: unknown };
  const inside = function* (id: unknown, path: ShapeFault['path'], what: string): Generator<ShapeFault> {
    if (Number.isInteger(vocabulary) && (id as number) >= (vocabulary as number))
      yield { path, message: `${what} must be below the vocabulary size ${vocabulary}, got ${id}` };
  };
  const list: unknown[] = Array.isArray(classes) ? classes : [];
  const owner = new Map<unknown, number>();
  for (const [i, c] of list.entries()) {
    const at = (...rest: PropertyKey[]) => ['classes', i, ...rest];
    const { next, query, ...lists } = (c ?? {}) as Record<string, unknown>;
    const tokens: unknown[] | undefined = Array.isArray(lists.tokens) ? lists.tokens : undefined;
    const probabilities: unknown[] | undefined = Array.isArray(lists.probabilities)
      ? lists.probabilities
      : undefined;
    yield* inside(next, at('next'), 'next token');
    yield* inside(query, at('query'), 'query token');
    const seen = new Set<unknown>();
    for (const [k, id] of tokens?.entries() ?? []) {
      yield* inside(id, at('tokens', k), 'contextual token');
      if (typeof id === 'number' && seen.has(id))
        yield { path: at('tokens', k), message: `token ${id} is listed twice` };
      seen.add(id);
    }
    if (tokens && probabilities && tokens.length !== probabilities.length)
      yield {
        path: at('probabilities'),
        message: `expected ${tokens.length} numbers, one per token, got ${probabilities.length}`,
      };
    if (weighted) yield* shareFaults(probabilities ?? [], (k) => at('probabilities', k), 'weights');
    else if (probabilities?.length && probabilities.every((p) => typeof p === 'number')) {
      const total = probabilities.reduce((a, b) => a + b, 0);
      if (!(Math.abs(total - 1) <= SUM_SLACK))
        yield { path: at('probabilities'), message: `must sum to 1, got ${total}` };
    }
    const other = owner.get(next);
    if (other !== undefined && typeof next === 'number')
      yield { path: at('next'), message: `next token ${next} already belongs to class ${other}` };
    else owner.set(next, i);
  }
  const weights = list.map((c) => (c as { weight?: unknown } | null)?.weight ?? 1);
  yield* shareFaults(weights, (i) => ['classes', i, 'weight'], 'weights of classes');
}

/** Whether all probabilities are whole numbers: weights of any sum, as the arbitraries draw them. */
function ofWeights(problem: unknown): boolean {
  const { classes } = (problem ?? {}) as { classes?: unknown };
  const list: unknown[] = Array.isArray(classes) ? classes : [];
  return list.every((c) => {
    const { probabilities } = (c ?? {}) as { probabilities?: unknown };
    return Array.isArray(probabilities) && probabilities.every(Number.isInteger);
  });
}

/**
 * The faults of a problem that is an argument: those of a problem file, except that probabilities which are all whole
 * numbers may have any sum.
 */
export function problemFaults(problem: unknown): Faults {
  const across = (json: unknown) => crossFaults(json, ofWeights(json));
  const checked = checkShape(problemShape, problem, { across, at: ['problem'] });
  return 'faults' in checked ? checked.faults : new Faults();
}
