/** Regimes of shapes, token ids and consecutive calls. */
import { between, pick } from './draft.ts';
import { distinct, most, type Regime, sequence, some, touched } from './regime.ts';

const remainder = (name: 'vocabulary' | 'contextLength', title: string, r: number): Regime => ({
  id: `${title}: ${r} mod 4`,
  reach: (uniform) => ({ plan: { [name]: 4 * between(uniform, 1, 8) + r } }),
  holds: some((input) => input[name] > 4 && input[name] % 4 === r),
});

export const shapeRegimes: readonly Regime[] = [
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
