import { type Field, sum } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { flowWorld } from '../generators/flows.ts';
import { singleCommon } from '../generators/problems.ts';
import { pointWorld, runWorld, sampledWorld } from '../generators/states.ts';
import { flow } from '../ladder/flow.ts';
import { population } from '../ladder/population.ts';
import type { Motion } from '../ladder/rung.ts';
import { sgd } from '../ladder/sgd.ts';
import { solvedModel } from '../ladder/solved.ts';
import { twoTimescale } from '../ladder/two-timescale.ts';
import { type Along, type Claim, certified, margins, measured, net } from './claim.ts';
import { alongFlow, integrated } from './integrated.ts';
import { finiteSequences, slowDecoder, slowDecoderOfFlow } from './isolations.ts';
import { equal, kinds, largest, MEMORY, positive, SAMPLED_MEMORY } from './tokens.ts';

/**
 * z_l' / z_k' = f_l^2 / f_k^2 among the distinct tokens of a class, written without division; and for the token of
 * the largest f_l: z' > 0, f grows (d ln f_l0 = z_l0' - sum_k f_k^2 z_k'), and f_l0 < 1. Growth from f_l0(0) and the
 * ceiling 1 are the pointwise form of exp(2 f_l0(0)^2 B) <= chi <= exp(2 B), because dz_l0/dB = f_l0^2.
 */
const law = (tokensOf: (motion: Motion<unknown>, n: number) => readonly number[]): Along =>
  function* <T>(F: Field<T>, motion: Motion<T>): Generator<Margin<T>> {
    const { problem, layout, dZ, f, time } = motion;
    for (const [n, { row, support }] of layout.classes.entries()) {
      const tokens = tokensOf(motion as Motion<unknown>, n);
      const entry = (l: number) => f[n][support.indexOf(l)];
      const square = (l: number) => F.mul(entry(l), entry(l));
      const id = (l: number) => layout.tokens[l];
      for (const [i, l] of tokens.slice(1).entries()) {
        const k = tokens[i];
        const name = `z'_${id(l)} : z'_${id(k)} = f^2 : f^2 (class ${problem.classes[n].next})`;
        yield equal(F, name, F.mul(dZ[row][l], square(k)), F.mul(dZ[row][k], square(l)), time);
      }
      const top = [...tokens].sort((a, b) => F.toNumber(entry(b)) - F.toNumber(entry(a)))[0];
      if (top === undefined) continue;
      const pull = sum(
        F,
        support.map((l) => F.mul(square(l), dZ[row][l])),
      );
      const scale = largest(F, dZ[row]);
      yield positive(
        `dominant token ${id(top)} of class ${problem.classes[n].next} gains`,
        dZ[row][top],
        scale,
        time,
      );
      yield positive(`f of dominant token ${id(top)} grows`, F.sub(dZ[row][top], pull), scale, time);
      yield positive(`f of dominant token ${id(top)} < 1`, F.sub(F.of(1), square(top)), F.of(1), time);
    }
  };

const distinctOf = ({ problem, layout }: Motion<unknown>, n: number) => kinds(problem, layout).distinct[n];

/** From the zero start: of two distinct tokens of a class, the more frequent gains more (`sense` = 1). */
export const order = (sense: 1 | -1): Along =>
  function* <T>(F: Field<T>, { problem, layout, dZ, time }: Motion<T>): Generator<Margin<T>> {
    const { distinct } = kinds(problem, layout);
    for (const [n, { row, support }] of layout.classes.entries()) {
      const P = (l: number) => problem.classes[n].probabilities[support.indexOf(l)];
      const moved = distinct[n].filter((l) => F.sign(dZ[row][l]) !== 0).sort((a, b) => P(b) - P(a));
      for (const [i, k] of moved.slice(1).entries()) {
        const l = moved[i];
        if (P(l) === P(k)) continue;
        const lead = F.mul(F.of(sense), F.sub(dZ[row][l], dZ[row][k]));
        const name = `token ${layout.tokens[l]} gains ${sense > 0 ? 'more' : 'less'} than the rarer ${layout.tokens[k]} (class ${problem.classes[n].next})`;
        yield positive(name, lead, largest(F, dZ[row]), time);
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
  silent:
    'Nothing about tokens of different classes, and nothing about how large B becomes. The proportion itself follows from ' +
    "g_l being a multiple of f_l for distinct tokens, whatever the multiple: its substance is that Lemma 4 has this form. So z' is " +
    "not taken from that form, but from the model's gradient (Lemma 1) with Theorem 5's decoder in Y.",
  checks: [
    certified({
      rung: twoTimescale.id,
      statement:
        "At any Z, z' the gradient of the model at Theorem 5's decoder: z_l'/z_k' = f_l^2/f_k^2; the dominant distinct token's z and f grow, with f < 1.",
      expected: 'holds',
      worlds: pointWorld(singleCommon()),
      share: 0.5,
      margins: margins(solvedModel, law(distinctOf)),
      controls: [
        {
          drops: 'that both tokens are distinct: the common one is taken along',
          margins: margins(
            solvedModel,
            law(({ layout }, n) => layout.classes[n].support),
          ),
        },
      ],
    }),
    integrated({
      rung: flow.id,
      statement:
        'At every time from zero to etaY t = 1e6: the more frequent of two distinct tokens gains more.',
      expected: 'violated',
      why: 'it needs etaY >> etaZ: of 100 worlds each 55 fail at etaY/etaZ = 1, 16 from 10 to 100, 1 from 100 to 1000, none above.',
      worlds: flowWorld(singleCommon()),
      isolates: slowDecoderOfFlow({ unequal: true }),
      question: alongFlow(flow, order(1)),
      controls: [
        {
          drops: 'which token is more frequent: the order is reversed',
          question: alongFlow(flow, order(-1)),
        },
      ],
    }),
    measured({
      on: population,
      statement: 'At every step of training from zero: the more frequent of two distinct tokens gains more.',
      expected: 'violated',
      why: MEMORY,
      worlds: runWorld(singleCommon(), 1500),
      isolates: slowDecoder({ unequal: true }),
      share: 0.6,
      along: order(1),
      control: { drops: 'which token is more frequent: the order is reversed', along: order(-1) },
    }),
    measured({
      on: sgd,
      statement: 'Over a whole run from zero: the more frequent of two distinct tokens gains more.',
      expected: 'violated',
      why: SAMPLED_MEMORY,
      worlds: sampledWorld(singleCommon(), 200),
      isolates: finiteSequences({ unequal: true }),
      along: order(1),
      through: net,
      control: { drops: 'which token is more frequent: the order is reversed', along: order(-1) },
    }),
  ],
};
