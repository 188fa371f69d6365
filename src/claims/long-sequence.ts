import { float64 } from '../arithmetic/float64.ts';
import type { Judgement } from '../decide/margin.ts';
import type { Arbitrary } from '../generators/problems.ts';
import { problem } from '../generators/problems.ts';
import { attentionWorld, type FrequencyWorld, frequencyWorld } from '../generators/sequences.ts';
import { population } from '../ladder/population.ts';
import { sgd } from '../ladder/sgd.ts';
import { binomialSampler } from '../model/binomial.ts';
import { reducedLayout } from '../model/layout.ts';
import { multinomial } from '../model/multinomial.ts';
import { probabilities } from '../model/problem.ts';
import { attention } from '../model/transformer.ts';
import { uniformStream } from '../model/uniform.ts';
import type { AnyCheck, Check, Claim } from './claim.ts';

/** Failure probability d at which Lemma 18 is asked. */
const DELTA = 0.2;

/** Violations come in about one world of two hundred: at the suite's level 200 worlds decide up to 12 of them. */
const LEAST = 200;

/** Lemma 18's half-width with a union over `tokens` of them: sqrt(ln(2 tokens / d) / (2 (T - 1))). */
export const halfWidth = (delta: number, length: number, tokens: number): number =>
  Math.sqrt(Math.log((2 * tokens) / delta) / (2 * (length - 1)));

/**
 * Draws T - 1 tokens i.i.d. (or one token, T - 1 times) and returns their frequencies q with P, both over the class's
 * support.
 */
function draw({ problem, cls, length, seed }: FrequencyWorld, independent: boolean) {
  const p = probabilities(float64, problem.classes[cls]);
  const n = independent ? length - 1 : 1;
  const counts = multinomial(binomialSampler(uniformStream(seed)), n, p);
  return { p, q: Array.from(counts, (c) => c / n), counts };
}

/** |q_l - P(l|n)| <= sqrt(ln(2/d)/(2(T-1))) for the token the world names. */
const frequencyOfOne =
  (independent: boolean) =>
  (world: FrequencyWorld): Judgement => {
    const { p, q } = draw(world, independent);
    const l = world.token;
    const room = halfWidth(DELTA, world.length, 1);
    const value = 1 - Math.abs(q[l] - p[l]) / room;
    const margin = {
      name: `|q - P| of token ${world.problem.classes[world.cls].tokens[l]} within its bound`,
      value,
      time: 0,
    };
    return { outcome: value >= 0 ? 'held' : 'violated', margin, digits: null, certified: false };
  };

/**
 * X^T b -> c (Lemma 2) with a rate: where every |q_l - P_l| <= w (union bound), S = sum P e^z and s = sum e^z,
 *
 *     |v_l - c_l| <= w (e^z_l + c_l s) / (S - w s),
 *
 * from v_l - c_l = (e^z_l (q_l - P_l) - c_l sum e^z (q - P)) / sum q e^z. Worlds keep w s <= S/2.
 */
const attentionOfAll =
  (independent: boolean) =>
  (world: FrequencyWorld): Judgement => {
    const { p, counts } = draw(world, independent);
    const layout = reducedLayout(world.problem);
    const { support, row } = layout.classes[world.cls];
    const z = support.map((l) => world.Z[row][l]);
    const shift = Math.max(...z);
    const e = z.map((x) => Math.exp(x - shift));
    const c = attention(float64, z, p);
    const v = attention(float64, z, [...counts]);
    const w = halfWidth(DELTA, world.length, p.length);
    const S = e.reduce((a, x, l) => a + p[l] * x, 0);
    const s = e.reduce((a, x) => a + x, 0);
    const room = S - w * s;
    const ratios = v.map((x, l) => (Math.abs(x - c[l]) * room) / (w * (e[l] + c[l] * s)));
    const value = 1 - Math.max(...ratios);
    const margin = { name: 'attention v within its bound of c', value, time: 0 };
    return { outcome: value >= 0 ? 'held' : 'violated', margin, digits: null, certified: false };
  };

const check = (
  rung: string,
  statement: string,
  worlds: Arbitrary<FrequencyWorld>,
  judge: (independent: boolean) => (world: FrequencyWorld) => Judgement,
): AnyCheck => {
  const result: Check<FrequencyWorld> = {
    rung,
    statement,
    decided: 'statistical',
    expected: 'holds',
    worlds,
    judge: judge(true),
    rate: DELTA,
    share: 8,
    least: LEAST,
    controls: [{ drops: 'independence: one token is drawn and repeated', worlds, judge: judge(false) }],
  };
  return result;
};

export const longSequence: Claim = {
  id: 'long-sequence',
  source: 'Lemmas 2 and 18',
  headline: false,
  statement:
    'Token frequencies of a long sequence, and with them attention over tokens, approach their limits as T^(-1/2).',
  silent: 'The noise of drawing classes does not fall with T.',
  checks: [
    check(
      sgd.id,
      `|q_l - P(l|n)| <= sqrt(ln(2/d)/(2(T-1))) for a token, with probability at least 1 - d (d = ${DELTA}).`,
      frequencyWorld(problem()),
      frequencyOfOne,
    ),
    check(
      population.id,
      `X^T b within the derived bound of c for all tokens at once, with probability at least 1 - d (d = ${DELTA}).`,
      attentionWorld(problem(), DELTA),
      attentionOfAll,
    ),
  ],
};
