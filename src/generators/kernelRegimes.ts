/** The regimes in which kernels go wrong: how to reach each, and how to recognise it in any input. */
import type { StepInput } from '../model/stepInput.ts';
import type { Uniform } from '../model/uniform.ts';
import { between, type Plan, pick } from './kernelDraft.ts';

/** Calls in a row to one instance: the same input, or unrelated ones. */
export type Calls = 'one' | 'disjoint' | 'absent and back' | 'changing shape';

export interface Choice {
  readonly plan: Partial<Plan>;
  readonly calls?: Calls;
}

export interface Regime {
  readonly id: string;
  /** Changes to a plain plan that reach it. */
  readonly reach: (uniform: Uniform, plan: Plan) => Choice;
  /** Whether some call of a case is of the regime, measured on its numbers. */
  readonly holds: (calls: readonly StepInput[]) => boolean;
}

const some =
  (holds: (input: StepInput) => boolean) =>
  (calls: readonly StepInput[]): boolean =>
    calls.some(holds);

/** Whether some sequence fulfils `holds`, given its context and the scores of its positions. */
const sequence = (
  holds: (x: {
    context: Int32Array;
    scores: number[];
    target: number;
    query: number;
    input: StepInput;
  }) => boolean,
) =>
  some((input) =>
    Array.from(input.queries, (query, b) => {
      const n = input.contextLength;
      const context = input.contexts.subarray(b * n, (b + 1) * n);
      const scores = Array.from(context, (token) => input.Z[query * input.vocabulary + token]);
      return { context, scores, query, target: input.targets[b], input };
    }).some(holds),
  );

const most = (xs: readonly number[]) => xs.reduce((a, b) => Math.max(a, b), -Infinity);
const least = (xs: readonly number[]) => xs.reduce((a, b) => Math.min(a, b), Infinity);
const distinct = (context: Int32Array) => new Set(context).size;
/** Difference of Y's mean over a target's column and over the others, at the sequence's tokens. */
const margin = ({
  context,
  target,
  input: { Y, vocabulary: M },
}: {
  context: Int32Array;
  target: number;
  input: StepInput;
}) => {
  const at = (token: number, j: number) => Y[token * M + j];
  const others = (token: number) =>
    most(Array.from({ length: M }, (_, j) => (j === target ? -Infinity : at(token, j))));
  return least(Array.from(new Set(context), (token) => at(token, target) - others(token)));
};
const touched = (input: StepInput) => new Set(input.contexts);

const gap = (size: number): Regime => ({
  id: `scores: gap of ${size}`,
  reach: () => ({ plan: { scores: { kind: 'gap', gap: size } } }),
  holds: sequence(({ scores }) => {
    const spread = most(scores) - least(scores);
    return spread > size - 2.5 && spread < size + 2.5;
  }),
});
const remainder = (name: 'vocabulary' | 'contextLength', title: string, r: number): Regime => ({
  id: `${title}: ${r} mod 4`,
  reach: (uniform) => ({ plan: { [name]: 4 * between(uniform, 1, 8) + r } }),
  holds: some((input) => input[name] > 4 && input[name] % 4 === r),
});

export const regimes: readonly Regime[] = [
  {
    id: 'plain',
    reach: () => ({ plan: {} }),
    holds: sequence(({ scores }) => most(scores.map(Math.abs)) <= 2),
  },
  ...[1, 2, 3].map(
    (n): Regime => ({
      id: `context: length ${n}`,
      reach: () => ({ plan: { contextLength: n } }),
      holds: some(({ contextLength }) => contextLength === n),
    }),
  ),
  ...[1, 2, 3].map((r) => remainder('contextLength', 'context', r)),
  {
    id: 'context: beyond 2048',
    reach: (uniform) => ({
      plan: { contextLength: between(uniform, 2049, 2200), batch: between(uniform, 1, 2) },
    }),
    holds: some(({ contextLength }) => contextLength > 2048),
  },
  {
    id: 'context: one distinct token',
    reach: () => ({ plan: { context: 'one token' } }),
    holds: sequence(({ context }) => distinct(context) === 1),
  },
  {
    id: 'context: repeated tokens',
    reach: (uniform) => ({ plan: { context: 'skewed', contextLength: between(uniform, 8, 40) } }),
    holds: sequence(({ context }) => context.length >= 4 * distinct(context)),
  },
  {
    id: 'context: a token more than 255 times',
    reach: (uniform) => ({ plan: { context: 'skewed', contextLength: between(uniform, 300, 600) } }),
    holds: sequence(({ context }) => {
      const times = new Map<number, number>();
      for (const token of context) times.set(token, (times.get(token) ?? 0) + 1);
      return times.size > 1 && most([...times.values()]) > 255;
    }),
  },
  {
    id: 'context: all distinct',
    reach: (uniform, { contextLength }) => ({
      plan: { context: 'distinct', vocabulary: Math.min(160, contextLength + between(uniform, 0, 8)) },
    }),
    holds: sequence(({ context }) => context.length > 3 && distinct(context) === context.length),
  },
  {
    id: 'context: ids 0 and M-1',
    reach: () => ({ plan: { context: 'edges' } }),
    holds: sequence(({ context, input }) => context.includes(0) && context.includes(input.vocabulary - 1)),
  },
  {
    id: 'context: query or target among the tokens',
    reach: () => ({ plan: { context: 'own ids' } }),
    holds: sequence(({ context, query, target }) => context.includes(query) || context.includes(target)),
  },
  ...[1, 2, 3].map((r) => remainder('vocabulary', 'vocabulary', r)),
  {
    id: 'vocabulary: 1 to 3',
    reach: (uniform) => ({ plan: { vocabulary: between(uniform, 1, 3) } }),
    holds: some(({ vocabulary }) => vocabulary <= 3),
  },
  ...[128, 256].map(
    (size): Regime => ({
      id: `vocabulary: beyond ${size}`,
      reach: (uniform) => ({
        plan: {
          vocabulary: between(uniform, size + 1, size + 12),
          context: 'distinct',
          contextLength: between(uniform, 8, 32),
          batch: pick(uniform, [1, 2, 3]),
        },
      }),
      holds: some(({ vocabulary, contexts }) => vocabulary > size && most(Array.from(contexts)) >= size),
    }),
  ),
  {
    id: 'target: in the tail of the vocabulary',
    reach: (uniform) => ({
      plan: { ids: 'tail', vocabulary: 4 * between(uniform, 1, 8) + between(uniform, 1, 3) },
    }),
    holds: sequence(({ target, input: { vocabulary: M } }) => M > 4 && M % 4 > 0 && target >= M - (M % 4)),
  },
  {
    id: 'target: 0 or M-1',
    reach: () => ({ plan: { ids: 'edges' } }),
    holds: sequence(({ target, input }) => target === 0 || target === input.vocabulary - 1),
  },
  {
    id: 'batch: 1',
    reach: () => ({ plan: { batch: 1 } }),
    holds: some(({ queries }) => queries.length === 1),
  },
  {
    id: 'batch: odd',
    reach: (uniform) => ({ plan: { batch: pick(uniform, [3, 5, 7]) } }),
    holds: some(({ queries }) => queries.length > 1 && queries.length % 2 === 1),
  },
  {
    id: 'queries: shared',
    reach: () => ({ plan: { ids: 'shared query' } }),
    holds: some(({ queries }) => new Set(queries).size < queries.length),
  },
  {
    id: 'queries: distinct',
    reach: (uniform) => ({ plan: { ids: 'distinct queries', vocabulary: between(uniform, 8, 16) } }),
    holds: some(({ queries }) => queries.length > 1 && new Set(queries).size === queries.length),
  },
  ...[1000, -1000].map(
    (offset): Regime => ({
      id: `scores: offset of ${offset}`,
      reach: () => ({ plan: { scores: { kind: 'offset', offset } } }),
      holds: sequence(({ scores }) => scores.every((z) => Math.abs(z - offset) < 10)),
    }),
  ),
  ...[20, 80, 110].map(gap),
  {
    id: 'scores: an absent token far above',
    reach: () => ({ plan: { scores: { kind: 'absent above' } } }),
    holds: sequence(({ context, scores, query, input: { Z, vocabulary: M } }) =>
      Z.subarray(query * M, (query + 1) * M).some((z, l) => z > most(scores) + 90 && !context.includes(l)),
    ),
  },
  {
    id: 'scores: ties',
    reach: () => ({ plan: { scores: { kind: 'ties' } } }),
    holds: sequence(({ context, scores }) => distinct(context) > new Set(scores).size),
  },
  {
    id: 'scores: equal over 32 tokens and more',
    reach: (uniform) => ({
      plan: {
        scores: { kind: 'equal' },
        context: 'distinct',
        vocabulary: between(uniform, 36, 96),
        contextLength: between(uniform, 40, 110),
      },
    }),
    holds: sequence(({ context, scores }) => distinct(context) >= 32 && new Set(scores).size === 1),
  },
  {
    id: 'scores: ascending along the context',
    reach: (uniform) => ({
      plan: { scores: { kind: 'ascending' }, context: 'distinct', vocabulary: between(uniform, 12, 40) },
    }),
    holds: sequence(
      ({ scores }) => scores.length > 3 && scores.every((z, t) => t === 0 || z >= scores[t - 1]),
    ),
  },
  {
    id: 'scores: the largest in the last (T-1) mod 4 positions alone',
    reach: (uniform) => ({
      plan: {
        scores: { kind: 'last positions' },
        contextLength: pick(uniform, [1, 2, 3, 5, 6, 7, 9, 13, 18]),
      },
    }),
    holds: sequence(({ scores }) => {
      const n = scores.length;
      const before = scores.slice(0, n - Math.min(n - 1, n % 4));
      return n % 4 > 0 && n > 1 && most(scores) > 90 + most(before);
    }),
  },
  {
    id: 'scores: the largest beyond position 2048 alone',
    reach: (uniform) => ({
      plan: { scores: { kind: 'last positions' }, contextLength: between(uniform, 2049, 2200), batch: 1 },
    }),
    holds: sequence(
      ({ scores }) => scores.length > 2048 && most(scores.slice(2048)) > 88 + most(scores.slice(0, 2048)),
    ),
  },
  {
    id: 'decoder: zero',
    reach: () => ({ plan: { decoder: { kind: 'zero' } } }),
    holds: some(({ Y }) => Y.every((y) => y === 0)),
  },
  {
    id: 'decoder: saturated, gap of 10 to 40',
    reach: (uniform) => ({
      plan: { decoder: { kind: 'saturated', gap: between(uniform, 10, 40) }, context: 'one token' },
    }),
    holds: sequence((x) => {
      const by = margin(x);
      return by >= 8 && by <= 42;
    }),
  },
  {
    id: 'decoder: mistaken, by 90 and more',
    reach: (uniform) => ({ plan: { decoder: { kind: 'mistaken', gap: between(uniform, 92, 120) } } }),
    holds: sequence((x) => x.input.vocabulary > 1 && margin(x) <= -88),
  },
  {
    id: 'decoder: the largest logit in the tail of the vocabulary alone',
    reach: (uniform) => ({
      plan: {
        decoder: { kind: 'last column', gap: between(uniform, 92, 110) },
        vocabulary: 4 * between(uniform, 1, 8) + 1,
      },
    }),
    holds: sequence((x) => {
      const { vocabulary: M } = x.input;
      return M > 4 && M % 4 === 1 && margin({ ...x, target: M - 1 }) > 88;
    }),
  },
  ...[120, -120, 1000, -1000].map(
    (offset): Regime => ({
      id: `decoder: logits offset by ${offset}`,
      reach: () => ({ plan: { decoder: { kind: 'offset', offset } } }),
      holds: some(({ Y }) => Y.every((y) => Math.abs(y - offset) <= 2)),
    }),
  ),
  {
    id: 'decoder: large and asymmetric',
    reach: () => ({ plan: { decoder: { kind: 'random', size: 12 } } }),
    holds: some(({ Y, vocabulary: M }) => M > 1 && most(Array.from(Y, Math.abs)) > 6 && Y[1] !== Y[M]),
  },
  {
    id: 'momentum: velocities of all rows, reached and not',
    reach: (uniform) => ({
      plan: { moving: true, rates: { etaY: 0.5, etaZ: 0.25, momentum: pick(uniform, [0.9, 0.5, 0.99]) } },
    }),
    holds: some((input) => {
      const { velocityY, vocabulary: M, momentum } = input;
      const tokens = touched(input);
      return (
        momentum > 0 &&
        tokens.size < M &&
        Array.from({ length: M }, (_, i) => i).some((i) => !tokens.has(i) && velocityY[i * M] !== 0)
      );
    }),
  },
  {
    id: 'momentum: 0, with velocities left over',
    reach: () => ({ plan: { moving: true } }),
    holds: some(({ momentum, velocityY }) => momentum === 0 && velocityY.some((v) => v !== 0)),
  },
  {
    id: 'calls: disjoint tokens, unrelated states',
    reach: (uniform) => ({
      plan: { vocabulary: between(uniform, 12, 20), context: 'varied' },
      calls: 'disjoint',
    }),
    holds: (calls) =>
      calls.some(
        (input, i) => i > 0 && [...touched(input)].every((token) => !touched(calls[i - 1]).has(token)),
      ),
  },
  {
    id: 'calls: tokens absent and back',
    reach: (uniform) => ({ plan: { vocabulary: between(uniform, 12, 20) }, calls: 'absent and back' }),
    holds: (calls) =>
      calls.some(
        (input, i) =>
          i > 1 &&
          [...touched(input)].some((x) => !touched(calls[i - 1]).has(x) && touched(calls[i - 2]).has(x)),
      ),
  },
  {
    id: 'calls: changing shape',
    reach: () => ({ plan: {}, calls: 'changing shape' }),
    holds: (calls) =>
      calls.some(
        (input, i) =>
          i > 0 &&
          (input.vocabulary !== calls[i - 1].vocabulary ||
            input.contextLength !== calls[i - 1].contextLength),
      ),
  },
];
