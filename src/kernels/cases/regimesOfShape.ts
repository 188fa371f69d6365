/** Regimes of shapes and token ids. */
import { between, type Plan, pick } from './draft.ts';
import { most, touched } from './facts.ts';
import { type Regime, sequence, some } from './regime.ts';

const remainder = (name: 'vocabulary' | 'contextLength', title: string, r: number): Regime => ({
  id: `${title}: ${r} mod 4`,
  reach: (uniform) => ({ plan: { [name]: 4 * between(uniform, 1, 8) + r } }),
  holds: some((input) => input[name] > 4 && input[name] % 4 === r),
});

/** A size that is a multiple of `unit`, or one off it: where tiles, lanes and blocks end. */
const near = (
  name: 'vocabulary' | 'contextLength' | 'batch',
  title: string,
  unit: number,
  least: number,
  most: number,
  rest: Partial<Plan> = {},
): Regime => ({
  id: `${title}: a multiple of ${unit}, or one off`,
  reach: (uniform) => ({
    plan: { ...rest, [name]: unit * between(uniform, least, most) + between(uniform, -1, 1) },
  }),
  holds: some((input) => {
    const size = name === 'batch' ? input.queries.length : input[name];
    return size >= unit - 1 && (size + 1) % unit <= 2;
  }),
});

export const shapeRegimes: readonly Regime[] = [
  {
    id: 'plain',
    reach: () => ({ plan: {} }),
    holds: sequence(({ top, bottom }) => top <= 2 && bottom >= -2),
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
  near('contextLength', 'context', 32, 1, 12),
  near('contextLength', 'context', 128, 1, 8, { batch: 2 }),
  near('contextLength', 'context', 1024, 1, 4, { batch: 1 }),
  {
    id: 'context: one distinct token',
    reach: () => ({ plan: { context: 'one token' } }),
    holds: sequence(({ distinct }) => distinct === 1),
  },
  {
    id: 'context: repeated tokens',
    reach: (uniform) => ({ plan: { context: 'skewed', contextLength: between(uniform, 8, 40) } }),
    holds: sequence(({ context, distinct }) => context.length >= 4 * distinct),
  },
  ...[255, 1024].map(
    (n): Regime => ({
      id: `context: a token more than ${n} times beside others`,
      reach: (uniform) => ({
        plan: { context: 'skewed', contextLength: between(uniform, Math.ceil(1.2 * n), 2 * n) },
      }),
      holds: sequence(({ times }) => times.size > 1 && most(times.values()) > n),
    }),
  ),
  {
    id: 'context: all distinct',
    reach: (uniform, { contextLength }) => ({
      plan: { context: 'distinct', vocabulary: Math.min(160, contextLength + between(uniform, 0, 8)) },
    }),
    holds: sequence(({ context, distinct }) => context.length > 3 && distinct === context.length),
  },
  {
    id: 'context: ids 0 and M-1',
    reach: () => ({ plan: { context: 'edges' } }),
    holds: sequence(({ times, input }) => times.has(0) && times.has(input.vocabulary - 1)),
  },
  {
    id: 'context: query or target among the tokens',
    reach: () => ({ plan: { context: 'own ids' } }),
    holds: sequence(({ times, query, target }) => times.has(query) || times.has(target)),
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
      holds: some((input) => input.vocabulary > size && most(touched(input)) >= size),
    }),
  ),
  near('vocabulary', 'vocabulary', 32, 1, 4),
  near('vocabulary', 'vocabulary', 128, 1, 2, { batch: 2 }),
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
  near('batch', 'batch', 8, 1, 4),
  near('batch', 'batch', 32, 1, 3),
  near('batch', 'batch', 128, 1, 2, { contextLength: 6 }),
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
];
