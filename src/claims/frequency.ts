import { type Field, sum } from '../arithmetic/field.ts';
import { rowSums } from '../arithmetic/linear.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest, positive } from '../decide/margin.ts';
import { dominantWorld } from '../generators/fate.ts';
import { flowWorld } from '../generators/flows.ts';
import { commonsOfOneQuery, singleCommon } from '../generators/problems.ts';
import { pointWorld, runWorld, sampledWorld } from '../generators/states.ts';
import { flow } from '../ladder/flow.ts';
import { population } from '../ladder/population.ts';
import type { Motion } from '../ladder/rung.ts';
import { sgd } from '../ladder/sgd.ts';
import { solvedModel } from '../ladder/solved.ts';
import { attentionVelocity, gram, residualEntries, twoTimescale } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import type { Matrix } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { finiteSequences, slowDecoder, slowDecoderOfFlow } from './isolations.ts';
import { type Along, net, soFar } from './motions.ts';
import { EQUAL_ROWS, NO_LENGTH, onOtherModels, RANDOM_START, wholeRunOf } from './otherModels.ts';
import { kinds, MEMORY, SAMPLED_MEMORY } from './tokens.ts';

/** B_n' = xi_n/K by Theorem 1's definition, xi_n = sum_{k != n} beta_nk f_n.f_k with beta_nk = -(A q^(n))_k; gamma left out. */
function pushes<T>(F: Field<T>, { problem, layout }: Motion<T>, Z: Matrix<T>): T[] {
  const { f, A } = attentionVelocity(F, problem, layout, Z);
  const G = gram(F, layout, f);
  const { q0, q1 } = residualEntries(F, problem.vocabulary);
  const base = rowSums(F, A).map((x) => F.mul(q0, x));
  const spread = F.sub(q1, q0);
  return A.map((_, n) => {
    const others = A.flatMap((row, k) =>
      k === n ? [] : [F.mul(F.add(base[k], F.mul(spread, row[n])), G[n][k])],
    );
    return F.neg(F.div(sum(F, others), F.of(problem.classes.length)));
  });
}

/** Of the class's distinct tokens (or of `tokens`), the one with the largest f_l. */
const dominant = <T>(F: Field<T>, { layout, f }: Motion<T>, n: number, tokens: readonly number[]) =>
  [...tokens].sort((a, b) => {
    const entry = (l: number) => F.toNumber(f[n][layout.classes[n].support.indexOf(l)]);
    return entry(b) - entry(a);
  })[0];

/** Of each class's dominant distinct token: z' > 0, and f grows, d ln f_l0 = z_l0' - sum_k f_k^2 z_k'. */
export const growth = (sense: 1 | -1, asked: (n: number) => boolean = () => true): Along =>
  function* <T>(F: Field<T>, motion: Motion<T>): Generator<Margin<T>> {
    const { problem, layout, dZ, f, time } = motion;
    const { distinct } = kinds(problem, layout);
    for (const [n, { row, support }] of layout.classes.entries()) {
      const top = dominant(F, motion, n, distinct[n]);
      if (top === undefined) continue;
      const [id, scale] = [layout.tokens[top], largest(F, dZ[row])];
      const turned = (x: T) => (sense > 0 ? x : F.neg(x));
      const gains = `dominant token ${id} of class ${problem.classes[n].next} ${sense > 0 ? 'gains' : 'loses'}`;
      yield positive(gains, turned(dZ[row][top]), scale, time);
      if (!asked(n)) continue;
      const pull = sum(
        F,
        support.map((l, i) => F.mul(F.mul(f[n][i], f[n][i]), dZ[row][l])),
      );
      const name = `f of dominant token ${id} ${sense > 0 ? 'grows' : 'falls'}`;
      yield positive(name, turned(F.sub(dZ[row][top], pull)), scale, time);
    }
  };

interface Asked {
  /** Which tokens of class n are taken for its distinct ones; those that are, when left out. */
  readonly tokens?: (motion: Motion<unknown>, n: number) => readonly number[];
  /** f of the dominant token must grow although a common token gains. */
  readonly always?: true;
}

/**
 * z_l' = f_l^2 B_n' for the distinct tokens of class n, so z_l'/z_k' = f_l^2/f_k^2; the dominant one's z grows, and where
 * all common tokens of the class lose, its f too. Then f_l0(0)^2 B_n' <= z_l0' < B_n' at all times, which is the pointwise
 * form of exp(2 f_l0(0)^2 B) <= chi <= exp(2 B).
 */
const law = ({ tokens, always }: Asked = {}) =>
  function* <T>(F: Field<T>, world: PointWorld): Generator<Margin<T>> {
    for (const motion of solvedModel.motions(F, world)) {
      const { problem, layout, Z, dZ, f } = motion;
      const { distinct, common } = kinds(problem, layout);
      const B = pushes(F, motion, Z);
      for (const [n, { row, support }] of layout.classes.entries()) {
        for (const l of tokens?.(motion as Motion<unknown>, n) ?? distinct[n]) {
          const x = f[n][support.indexOf(l)];
          const name = `z'_${layout.tokens[l]} = f^2 B' (class ${problem.classes[n].next})`;
          yield equal(F, name, dZ[row][l], F.mul(F.mul(x, x), B[n]));
        }
        const top = dominant(F, motion, n, distinct[n]);
        if (top !== undefined) {
          const room = F.sub(B[n], dZ[row][top]);
          yield positive(
            `z' of dominant token ${layout.tokens[top]} stays below B'`,
            room,
            largest(F, [B[n]]),
          );
        }
      }
      const lose = layout.classes.map(({ row, support }) =>
        common.every((l) => !support.includes(l) || F.sign(dZ[row][l]) === -1),
      );
      yield* growth(1, (n) => always ?? lose[n])(F, motion);
    }
  };

/**
 * From the zero start: of two distinct tokens of a class, the more frequent gains more (`sense` = 1), by more than `least` of the largest
 * move.
 */
export const order = (sense: 1 | -1, least = 0): Along =>
  function* <T>(F: Field<T>, { problem, layout, dZ, time }: Motion<T>): Generator<Margin<T>> {
    const { distinct } = kinds(problem, layout);
    for (const [n, { row, support }] of layout.classes.entries()) {
      const P = (l: number) => problem.classes[n].probabilities[support.indexOf(l)];
      const moved = distinct[n].filter((l) => F.sign(dZ[row][l]) !== 0).sort((a, b) => P(b) - P(a));
      for (const [i, k] of moved.slice(1).entries()) {
        const l = moved[i];
        if (P(l) === P(k)) continue;
        const scale = largest(F, dZ[row]);
        const lead = F.mul(F.of(sense), F.sub(dZ[row][l], dZ[row][k]));
        const name = `token ${layout.tokens[l]} gains ${sense > 0 ? 'more' : 'less'} than the rarer ${layout.tokens[k]} (class ${problem.classes[n].next})`;
        yield positive(name, least === 0 ? lead : F.sub(lead, F.mul(F.of(least), scale)), scale, time);
      }
    }
  };

export const frequency: Claim = {
  id: 'frequency',
  source: 'Theorem 3',
  headline: true,
  statement:
    'Frequency bias: distinct tokens of a class gain in proportion to f_l^2, so the frequent one pulls away from the rare one, ' +
    'and the dominant one grows within exp(2 f^2 B) <= chi <= exp(2 B).',
  words:
    'Frequency bias: distinct tokens of a class gain in proportion to the square of f, so the frequent one pulls away from the rare one, and the growth of the dominant one has bounds on both sides.',
  formula: String.raw`\dot z_l = f_{nl}^2\, \dot B_n \text{ for every distinct } l \text{ of class } n, \qquad e^{2 f^2 B} \le \chi \le e^{2B}`,
  silent:
    'Nothing about tokens of different classes, and nothing about how large B becomes (for whole trajectories see sandwich). That ' +
    "z_l' is a multiple of f_l^2 is Lemma 4's form; so z' is not taken from it, but from the model's gradient (Lemma 1) with Theorem 5's " +
    "decoder in Y, and B' = xi/K from Theorem 1's sum over the other classes.",
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At any Z, z' the gradient of the model at Theorem 5's decoder, with one common token, or several under Assumption 2 or in equal proportions: z_l' = f_l^2 B_n' for every distinct token; the " +
        "dominant one's z grows, at less than B_n', and its f too wherever all common tokens of its class lose.",
      expected: 'holds',
      worlds: dominantWorld(),
      share: 0.5,
      margins: law(),
      controls: [
        {
          drops: 'that both tokens are distinct: the common token is included',
          margins: law({ tokens: ({ layout }, n) => layout.classes[n].support }),
        },
        {
          drops: 'that all common tokens lose: f of the dominant token must grow even where one gains',
          worlds: pointWorld(commonsOfOneQuery()),
          margins: law({ always: true }),
        },
      ],
    }),
    check.flow({
      rung: flow,
      statement:
        'At every time from zero to etaY t = 1e6: the more frequent of two distinct tokens gains more.',
      expected: 'violated',
      why: 'no fixed ratio etaY/etaZ is enough for all M; with three classes one of 10 K ln^2(M etaY t/K) is not enough either (docs/hypotheses.md). Inside every other hypothesis, of 100 worlds each with M from 1e9 to 1e12, at least 81 fail at etaY/etaZ from 3 to 10, 40 from 32 to 100, 13 from 100 to 316 and 2 from 316 to 1000 (10, 24, 32 and 38 more are undecided); with M below 1e6: 79, 8, 0 and 0.',
      worlds: flowWorld(singleCommon()),
      isolates: slowDecoderOfFlow({ unequal: true }),
      along: order(1),
      share: 0.5,
      controls: [
        {
          drops: 'which token is more frequent: the order is reversed',
          along: order(-1),
        },
      ],
    }),
    check.training({
      rung: population,
      statement: 'At every step of training from zero: the more frequent of two distinct tokens gains more.',
      expected: 'violated',
      why: MEMORY,
      worlds: runWorld(singleCommon(), 1500),
      isolates: slowDecoder({ unequal: true }),
      share: 0.4,
      along: order(1),
      controls: [{ drops: 'which token is more frequent: the order is reversed', along: order(-1) }],
    }),
    check.training({
      rung: sgd,
      statement: 'Over a whole run from zero: the more frequent of two distinct tokens gains more.',
      expected: 'violated',
      why: SAMPLED_MEMORY,
      worlds: sampledWorld(singleCommon(), 200),
      isolates: finiteSequences({ unequal: true }),
      along: order(1),
      through: net,
      share: 0.3,
      controls: [{ drops: 'which token is more frequent: the order is reversed', along: order(-1) }],
    }),
    ...onOtherModels({
      statement: 'Over a whole run: the more frequent of two distinct tokens gains more.',
      over: wholeRunOf(order(1)),
      course: wholeRunOf(order(1), soFar),
      control: {
        drops: 'the size: the more frequent gains more by the largest move of all',
        over: wholeRunOf(order(1, 1)),
      },
      why: {
        'no-normalisation': NO_LENGTH,
        heads: RANDOM_START,
        adam: EQUAL_ROWS,
        sign: EQUAL_ROWS,
      },
    }),
  ],
};
