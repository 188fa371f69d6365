import type { Field } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { largest, positive } from '../decide/margin.ts';
import { flowWorld } from '../generators/flows.ts';
import { modelPoint } from '../generators/models.ts';
import { commons, hub, singleCommon } from '../generators/problems.ts';
import { pointWorld, runWorld, sampledWorld } from '../generators/states.ts';
import { flow } from '../ladder/flow.ts';
import { layernormLimit, residualLimit } from '../ladder/modelLimit.ts';
import { population } from '../ladder/population.ts';
import type { Motion } from '../ladder/rung.ts';
import { sgd } from '../ladder/sgd.ts';
import { twoTimescale } from '../ladder/two-timescale.ts';
import type { Layout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { finiteSequences, slowDecoder, slowDecoderOfFlow } from './isolations.ts';
import { type Along, net, soFar } from './motions.ts';
import { EQUAL_ROWS, NO_LENGTH, onOtherModels, wholeRunOf } from './otherModels.ts';
import { type Kinds, kinds, MEMORY, SAMPLED_MEMORY } from './tokens.ts';

/** The names of the margins of `fates`, by class, in the order of its distinct tokens and of the common ones. */
interface FateNames {
  readonly gains: readonly (readonly string[])[];
  readonly loses: readonly (readonly string[])[];
}

const known = new WeakMap<Kinds, FateNames>();

/** Made once for a run: each motion has the same names, and a run has thousands. */
function namesOf(all: Kinds, { classes }: Problem, layout: Layout): FateNames {
  const last = known.get(all);
  if (last) return last;
  const id = (l: number) => layout.tokens[l];
  const names: FateNames = {
    gains: classes.map(({ next }, n) =>
      all.distinct[n].map((l) => `distinct token ${id(l)} of class ${next} gains`),
    ),
    loses: layout.classes.map(({ row }) =>
      all.common.map((l) => `common token ${id(l)} loses (query ${layout.queries[row]})`),
    ),
  };
  known.set(all, names);
  return names;
}

/**
 * (a) z' > 0 for every distinct token of a class that overlaps another; (b) z' < 0 for every common token, in every
 * row of Z whose classes hold it. A token whose logit did not move was never sampled and is not checked.
 */
export const fates: Along = function* <T>(F: Field<T>, motion: Motion<T>): Generator<Margin<T>> {
  const { problem, layout, rates, dZ, time } = motion;
  const asked = (z: T) => rates === undefined || F.sign(z) !== 0;
  const all = kinds(problem, layout);
  const { distinct, common, overlaps } = all;
  const { gains, loses } = namesOf(all, problem, layout);
  for (const [n, { row, support }] of layout.classes.entries()) {
    const scale = largest(F, dZ[row]);
    if (overlaps[n])
      for (const [i, l] of distinct[n].entries())
        if (asked(dZ[row][l])) yield positive(gains[n][i], dZ[row][l], scale, time);
    for (const [i, l] of common.entries())
      if (support.includes(l) && asked(dZ[row][l]))
        yield positive(loses[n][i], F.neg(dZ[row][l]), scale, time);
  }
};

/** The control's margins: common tokens gain. */
const reversed: Along = function* (F, motion) {
  for (const margin of fates(F, motion))
    if (margin.name.startsWith('common'))
      yield { ...margin, name: `not: ${margin.name}`, value: F.neg(margin.value) };
};

const distinctOnly: Along = function* (F, motion) {
  for (const margin of fates(F, motion)) if (margin.name.startsWith('distinct')) yield margin;
};

export const discriminative: Claim = {
  id: 'discriminative',
  source: 'Theorem 2',
  headline: true,
  statement:
    'Discriminative bias: attention logits of distinct tokens rise, and the logit of a single common token falls.',
  formula: String.raw`\dot z_l > 0 \text{ for every distinct } l, \qquad \dot z_c < 0 \text{ for the single common token } c`,
  silent:
    'Nothing about several common tokens (see Corollary 2), nothing about classes that overlap no other (there z stands still), ' +
    'and no bound on Assumption 2: with one common token xi_n > 0 without it.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement: "At any Z: z' > 0 for all distinct tokens, z' < 0 for the single common token.",
      expected: 'holds',
      worlds: pointWorld(singleCommon()),
      along: fates,
      controls: [
        { drops: 'a single common token: several, used unequally', worlds: pointWorld(commons()) },
        {
          drops: 'Assumption 2: a hub class that shares nearly all it has; a distinct token loses',
          worlds: pointWorld(hub(), 1),
          along: distinctOnly,
        },
      ],
      share: 2,
    }),
    check.flow({
      rung: flow,
      statement:
        'At every time from zero to etaY t = 1e6: distinct tokens gain, the single common token loses.',
      expected: 'violated',
      why: 'no fixed ratio etaY/etaZ is enough for all M; with three classes one of 10 K ln^2(M etaY t/K) is not enough either (docs/hypotheses.md). Inside every other hypothesis, of 100 worlds each with M from 1e9 to 1e12, at least 76 fail at etaY/etaZ from 3 to 10, 37 from 32 to 100, 11 from 100 to 316 and 1 from 316 to 1000 (8, 25, 36 and 41 more are undecided); with M below 1e6: 56, 6, 0 and 0.',
      worlds: flowWorld(singleCommon()),
      isolates: slowDecoderOfFlow(),
      along: fates,
      share: 0.4,
      controls: [
        {
          drops: 'the direction for common tokens: they must gain',
          along: reversed,
        },
      ],
    }),
    check.training({
      rung: population,
      statement: 'At every step of training from zero: distinct tokens gain, the single common token loses.',
      expected: 'violated',
      why: MEMORY,
      worlds: runWorld(singleCommon(), 1500),
      isolates: slowDecoder(),
      share: 0.4,
      along: fates,
      controls: [{ drops: 'the direction for common tokens: they must gain', along: reversed }],
    }),
    check.training({
      rung: sgd,
      statement: 'Over a whole run from zero: every distinct token gains, the single common token loses.',
      expected: 'violated',
      why: SAMPLED_MEMORY,
      worlds: sampledWorld(singleCommon(), 200),
      isolates: finiteSequences(),
      along: fates,
      through: net,
      share: 0.3,
      controls: [{ drops: 'the direction for common tokens: they must gain', along: reversed }],
    }),
    check.certified({
      rung: residualLimit,
      statement:
        'One query token. With its own feature, of 1/4 to 4 times the length of f, at any Z: distinct tokens gain, the single common token loses.',
      expected: 'holds',
      worlds: modelPoint('residual'),
      share: 0.25,
      along: fates,
      controls: [{ drops: 'the direction for common tokens: they must gain', along: reversed }],
    }),
    check.certified({
      rung: layernormLimit,
      statement: 'With LayerNorm, at any Z: distinct tokens gain, the single common token loses.',
      expected: 'violated',
      why: 'classes overlap by v_n.v_k - 1/M, since attention v sums to 1: negative where the shares of the common token have a product below 1/M. There the classes pull where they would push. Inside the hypotheses of the paper, where M is large and no class uses the common token little, no violation is known for logits of size up to 3.',
      worlds: modelPoint('layernorm'),
      share: 0.25,
      along: fates,
      controls: [{ drops: 'the direction for common tokens: they must gain', along: reversed }],
    }),
    ...onOtherModels({
      statement: 'Over a whole run: every distinct token gains, the single common token loses.',
      over: wholeRunOf(fates),
      course: wholeRunOf(fates, soFar),
      control: {
        drops: 'the direction for common tokens: they must gain',
        over: wholeRunOf(reversed),
      },
      why: {
        'no-normalisation': NO_LENGTH,
        adam: EQUAL_ROWS,
        sign: EQUAL_ROWS,
      },
    }),
  ],
};
