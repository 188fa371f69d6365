/** Regimes of attention scores, of the decoder, and of velocities. */
import { between, pick } from './draft.ts';
import { distinct, least, margin, most, type Regime, sequence, some, touched } from './regime.ts';

const gap = (size: number): Regime => ({
  id: `scores: gap of ${size}`,
  reach: () => ({ plan: { scores: { kind: 'gap', gap: size } } }),
  holds: sequence(({ scores }) => {
    const spread = most(scores) - least(scores);
    return spread > size - 2.5 && spread < size + 2.5;
  }),
});
export const numberRegimes: readonly Regime[] = [
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
      ({ scores }) => new Set(scores).size > 2 && scores.every((z, t) => t === 0 || z >= scores[t - 1]),
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
];
