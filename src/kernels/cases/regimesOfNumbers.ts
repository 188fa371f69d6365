/** Regimes of attention scores, of the decoder, and of velocities. */

import { dtypeOf, LARGEST, MATRICES, SMALLEST_NORMAL } from '../../model/stepInput.ts';
import { between, pick } from './draft.ts';
import { most, touched } from './facts.ts';
import { type Regime, sequence, some } from './regime.ts';

const gap = (size: number): Regime => ({
  id: `scores: gap of ${size}`,
  reach: () => ({ plan: { scores: { kind: 'gap', gap: size } } }),
  holds: sequence(({ top, bottom }) => Math.abs(top - bottom - size) < 2.5),
});
export const numberRegimes: readonly Regime[] = [
  // Masks and padding hide behind -1e4, -5e4 and -1e9: true scores lie below them, too.
  ...[1000, -1000, -1e5, -1e10, 1e30, -1e38].map(
    (offset): Regime => ({
      id: `scores: offset of ${offset}`,
      size: Math.abs(offset),
      reach: () => ({ plan: { scores: { kind: 'offset', offset } } }),
      holds: sequence(({ top, bottom }) => {
        const room = 10 + Math.abs(offset) * 2 ** -20;
        return Math.abs(top - offset) < room && Math.abs(bottom - offset) < room;
      }),
    }),
  ),
  ...[20, 80, 110].map(gap),
  {
    id: 'scores: one at the lower end of the number type',
    size: Number.POSITIVE_INFINITY,
    reach: (uniform) => ({ plan: { scores: { kind: 'lower end' }, contextLength: between(uniform, 4, 40) } }),
    holds: sequence(({ bottom, top, input }) => bottom === -LARGEST[dtypeOf(input)] && top > -10),
  },
  {
    id: 'scores: an absent token far above',
    reach: () => ({ plan: { scores: { kind: 'absent above' } } }),
    holds: sequence(({ times, top, query, input: { Z, vocabulary: M } }) =>
      Z.subarray(query * M, (query + 1) * M).some((z, l) => z > top + 90 && !times.has(l)),
    ),
  },
  {
    id: 'scores: ties',
    reach: () => ({ plan: { scores: { kind: 'ties' } } }),
    holds: sequence(({ distinct, scores }) => distinct > new Set(scores).size),
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
    holds: sequence(({ distinct, top, bottom }) => distinct >= 32 && top === bottom),
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
    holds: sequence(({ scores, top }) => {
      const n = scores.length;
      return n % 4 > 0 && n > 1 && top > 90 + most(scores.subarray(0, n - Math.min(n - 1, n % 4)));
    }),
  },
  {
    id: 'scores: the largest at one position of a long context alone',
    reach: (uniform) => ({
      plan: { scores: { kind: 'one position' }, contextLength: between(uniform, 65, 2100), batch: 1 },
    }),
    holds: sequence(({ scores, top }) => {
      if (scores.length < 65) return false;
      const at = scores.indexOf(top);
      return top > 90 + Math.max(most(scores.subarray(0, at)), most(scores.subarray(at + 1)));
    }),
  },
  {
    id: 'scores: the largest beyond position 2048 alone',
    reach: (uniform) => ({
      plan: { scores: { kind: 'last positions' }, contextLength: between(uniform, 2049, 2200), batch: 1 },
    }),
    holds: sequence(
      ({ scores }) =>
        scores.length > 2048 && most(scores.subarray(2048)) > 88 + most(scores.subarray(0, 2048)),
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
      const by = x.margin();
      return by >= 8 && by <= 42;
    }),
  },
  {
    id: 'decoder: mistaken, by 90 and more',
    reach: (uniform) => ({ plan: { decoder: { kind: 'mistaken', gap: between(uniform, 92, 120) } } }),
    holds: sequence((x) => x.input.vocabulary > 1 && x.margin() <= -88),
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
      return M > 4 && M % 4 === 1 && x.margin(M - 1) > 88;
    }),
  },
  // The chain rule through softmax and v / ||v||, on masses of at most 1 over at most 65,537 positions, has terms up to
  // 2^38 |Y|: at -1e24 float32 holds them, at -1e35 the automatic differentiation of a correct kernel overflows.
  ...[120, -120, 1000, -1000, -1e5, -1e10, -1e24].map(
    (offset): Regime => ({
      id: `decoder: logits offset by ${offset}`,
      size: Math.abs(offset),
      reach: () => ({ plan: { decoder: { kind: 'offset', offset } } }),
      holds: some(({ Y }) => Y.every((y) => Math.abs(y - offset) <= 2 + Math.abs(offset) * 2 ** -20)),
    }),
  ),
  {
    id: 'decoder: large and asymmetric',
    reach: () => ({ plan: { decoder: { kind: 'random', size: 12 } } }),
    holds: some(({ Y, vocabulary: M }) => M > 1 && Y[1] !== Y[M] && Y.some((y) => Math.abs(y) > 6)),
  },
  {
    id: 'momentum: velocities of all rows, reached and not',
    reach: (uniform) => ({
      plan: { moving: 1, rates: { etaY: 0.5, etaZ: 0.25, momentum: pick(uniform, [0.9, 0.5, 0.99]) } },
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
    reach: () => ({ plan: { moving: 1 } }),
    holds: some(({ momentum, velocityY }) => momentum === 0 && velocityY.some((v) => v !== 0)),
  },
  {
    id: 'momentum: velocities up to 1000',
    reach: (uniform) => ({
      plan: { moving: 1000, rates: { etaY: 0.5, etaZ: 0.25, momentum: pick(uniform, [0.9, 0.5]) } },
    }),
    holds: some(({ momentum, velocityY }) => momentum > 0 && velocityY.some((v) => Math.abs(v) > 100)),
  },
  ...(['etaY', 'etaZ'] as const).map(
    (eta): Regime => ({
      id: `rates: ${eta} = 0`,
      reach: () => ({ plan: { rates: { etaY: 0.5, etaZ: 0.25, momentum: 0.5, [eta]: 0 }, moving: 1 } }),
      holds: some((input) => input[eta] === 0),
    }),
  ),
  {
    id: 'numbers: subnormal',
    reach: () => ({ plan: { subnormal: true } }),
    holds: some((input) => {
      const tiny = SMALLEST_NORMAL[dtypeOf(input)];
      return MATRICES.every((name) => input[name].some((x) => x !== 0 && Math.abs(x) < tiny));
    }),
  },
];
