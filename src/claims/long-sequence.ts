import { type Field, sum } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { positive } from '../decide/margin.ts';
import { problem as anyProblem } from '../generators/problems.ts';
import {
  type DrawsWorld,
  drawsWorld,
  type FrequencyWorld,
  longSequenceWorld,
} from '../generators/sequences.ts';
import { population } from '../ladder/population.ts';
import { sgd } from '../ladder/sgd.ts';
import { choices, integerAbove, integerBelow, roomBelow } from '../model/binomialTails.ts';
import { reducedLayout } from '../model/layout.ts';
import { probabilities } from '../model/problem.ts';
import { attention } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

/** Failure probability d at which the limit of attention is checked. */
const DELTA = 0.2;

/** Lemma 18's half-width with a union over `tokens` of them: sqrt(ln(2 tokens / d) / (2 (T - 1))). */
export const halfWidth = (delta: number, length: number, tokens: number): number =>
  Math.sqrt(Math.log((2 * tokens) / delta) / (2 * (length - 1)));

/** sqrt(n ln(2/d)/2): Hoeffding's half-width for a count of n draws. */
export const countWidth = <T>(F: Field<T>, n: number, delta: number): T =>
  F.sqrt(F.div(F.mul(F.of(n), F.ln(F.div(F.of(2), F.of(delta)))), F.of(2)));

/**
 * Lemma 18 for every P in [0, 1] at once: Pr(|X - nP| > a) < d, X of n = T - 1 draws, a = n w = sqrt(n ln(2/d)/2).
 *
 * Between the points where nP + a or nP - a passes an integer, the event is fixed: X >= k or X <= j. Its probability p(P)
 * has p' = n (b(k-1) - b(j)), b the binomial law of n - 1 draws, and b(k-1)/b(j) grows with P: p falls, then rises, so it is
 * greatest at an end of the piece. At a left end the probability is what P -> 1 - P makes of a right end. At a right end
 * where nP - a passes j the event has only lost j and is followed by a piece that has it again. What is left are the limits
 * from the left at P = (k - a)/n, k the least count above nP + a, with j the greatest integer below k - 2a. Those are all of
 * them, so a negative margin is a P that violates.
 */
const everyP = (strength: number) =>
  function* <T>(F: Field<T>, { draws: n, delta }: DrawsWorld): Generator<Margin<T>> {
    const choose = choices(F, n);
    const d = F.of(delta);
    const a = F.mul(F.of(strength), countWidth(F, n, delta));
    for (let [k] = integerAbove(F, a); k <= n; k++) {
      const P = F.div(F.sub(F.of(k), a), F.of(n));
      const j = integerBelow(F, F.sub(F.of(k), F.add(a, a)));
      const room = roomBelow(F, d, choose, [j, [k, k]], P);
      yield positive(`Pr(|q - P| > w) < d just below P = (${k} - nw)/n, n = ${n}`, room, d);
    }
  };

/**
 * X^T b -> c (Lemma 2) with a rate: where every |q_l - P_l| <= w, S = sum P e^z and s = sum e^z,
 *
 *     |v_l - c_l| <= w (e^z_l + c_l s) / (S - w s),
 *
 * from v_l - c_l = (e^z_l (q_l - P_l) - c_l sum e^z (q - P)) / sum q e^z. Worlds keep w s <= S/2. Asked at the frequencies
 * that move v_l most: v_l = q_l e^z_l/(q_l e^z_l + rest) rises with q_l, and for a given q_l the rest is least where the
 * tokens of small e^z have all that the box and sum q = 1 let them. With the union bound over tokens in w the frequencies lie
 * in the box with probability at least 1 - d, by the statement for every P.
 */
const extremes = (strength: number) =>
  function* <T>(F: Field<T>, world: FrequencyWorld): Generator<Margin<T>> {
    const { problem, cls, token: l, length } = world;
    const p = probabilities(F, problem.classes[cls]);
    const { support, row } = reducedLayout(problem).classes[cls];
    const z = support.map((t) => F.of(world.Z[row][t]));
    const top = F.of(Math.max(...support.map((t) => world.Z[row][t])));
    const e = z.map((x) => F.exp(F.sub(x, top)));
    const c = attention(F, z, p)[l];
    const w = F.of(halfWidth(DELTA, length, p.length));
    const S = sum(
      F,
      e.map((x, k) => F.mul(p[k], x)),
    );
    const s = sum(F, e);
    const bound = F.div(F.mul(w, F.add(e[l], F.mul(c, s))), F.sub(S, F.mul(w, s)));
    const room = F.mul(F.of(strength), bound);
    for (const way of [1, -1] as const) {
      const v = attention(F, z, pushed(F, p, e, w, l, way))[l];
      const apart = way > 0 ? F.sub(v, c) : F.sub(c, v);
      yield positive(
        `attention v within its bound ${way > 0 ? 'above' : 'below'} c`,
        F.sub(room, apart),
        room,
      );
    }
  };

/** Frequencies within w of p, in [0, 1], of sum 1, at which token l has the most attention (way 1), or the least (-1). */
function pushed<T>(F: Field<T>, p: readonly T[], e: readonly T[], w: T, l: number, way: 1 | -1): T[] {
  const [zero, one] = [F.of(0), F.of(1)];
  const [low, high] = [
    p.map((x) => (F.sign(F.sub(x, w)) === 1 ? F.sub(x, w) : zero)),
    p.map((x) => (F.sign(F.sub(one, F.add(x, w))) === 1 ? F.add(x, w) : one)),
  ];
  const q = [...low];
  let left = F.sub(one, sum(F, low));
  const order = p
    .map((_, k) => k)
    .sort((a, b) => (a === l ? -way : b === l ? way : way * (F.toNumber(e[a]) - F.toNumber(e[b]))));
  for (const k of order) {
    const more = F.sub(high[k], low[k]);
    const some = F.sign(F.sub(left, more)) === 1 ? more : left;
    q[k] = F.add(low[k], some);
    left = F.sub(left, some);
  }
  return q;
}

export const longSequence: Claim = {
  id: 'long-sequence',
  source: 'Lemmas 2 and 18',
  headline: false,
  statement:
    'Token frequencies of a long sequence, and with them attention over tokens, approach their limits as T^(-1/2).',
  formula: String.raw`|q_l - P(l|n)| \le \sqrt{\frac{\ln(2/\delta)}{2(T-1)}} \text{ with probability at least } 1 - \delta`,
  silent:
    'The noise of drawing classes does not fall with T. The bound for frequencies is checked up to T = 301; what the sampler ' +
    'draws is compared with the binomial and multinomial laws in properties/model/sampling.test.ts.',
  checks: [
    check.certified({
      rung: sgd,
      statement:
        'For every P(l|n) at once, by exact binomial tails: |q_l - P(l|n)| <= sqrt(ln(2/d)/(2(T-1))) with probability at least 1 - d, d from 1e-9 to 1/2.',
      expected: 'holds',
      worlds: drawsWorld(),
      margins: everyP(1),
      share: 0.25,
      controls: [
        { drops: 'the constant: nine tenths of the width', margins: everyP(0.9) },
        { drops: 'the constant: half of the width', margins: everyP(0.5) },
      ],
    }),
    check.certified({
      rung: population,
      statement:
        'Wherever all token frequencies lie within that width (union bound), X^T b lies within the derived bound of c: at the frequencies that move it most.',
      expected: 'holds',
      worlds: longSequenceWorld(anyProblem(), DELTA),
      margins: extremes(1),
      controls: [{ drops: 'the constant: nine tenths of the bound', margins: extremes(0.9) }],
    }),
  ],
};
