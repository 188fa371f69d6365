import { type Field, sum } from '../arithmetic/field.ts';
import { largest, type Margin, positive } from '../decide/margin.ts';
import { unequalDistinct } from '../generators/problems.ts';
import { runWorld } from '../generators/states.ts';
import { populationExamples } from '../ladder/population.ts';
import { populationFeatures } from '../ladder/rung.ts';
import type { RunWorld } from '../ladder/worlds.ts';
import { gradient } from '../model/gradient.ts';
import { reducedLayout } from '../model/layout.ts';
import { ADAM, type Optimiser } from '../model/optimiser.ts';
import { classWeights } from '../model/problem.ts';
import { step, zeroState } from '../model/training.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { kinds } from './tokens.ts';

/**
 * After one step of Y from zero: (a) the rarest distinct token of a class gains, if no common token of the class is rarer; (b) of
 * two distinct tokens the rarer one gains more in proportion to its f, if o_n is the largest logit. z' itself need not be in that order.
 *
 * Proof. All distinct tokens of class n have the row Y_l = etaY sign(e_n - 1/M): etaY at n, -etaY elsewhere. With r = e_n -
 * alpha, whose positive entry is r_n = sum of the others, g = 2 etaY r_n for them all; no row with entries of size etaY has
 * a larger one. (a) So f.g <= g sum f, and f_min (f.g) <= g f_min sum f < g, since f_min sum f < sum f^2 = 1 where f_min is the
 * least of all f, which differ: z' = f (g - f (f.g)) > 0. (b) z_l'/f_l = g - f_l (f.g) falls with f_l where f.g > 0, and f.g = sum_j alpha_j (o_n - o_j) is
 * so where o_n is the largest logit.
 *
 * Adam's first step is eta d/(|d| + epsilon), which is eta [1/(1 + rho), 1] of the sign with rho = epsilon/min |d|, the least entry of
 * the gradient in the rows of the class's distinct tokens. So g is between 2 etaY r_n/(1 + rho) and 2 etaY r_n for distinct tokens, and at most that for
 * all: (a) holds where (1 + rho) f_min sum f < 1. Of (b) this says nothing.
 * @param always (a) is checked whatever the common tokens
 */
const afterOneStep = (optimiser: Optimiser, always = false) =>
  function* <T>(F: Field<T>, { problem, rates }: RunWorld): Generator<Margin<T>> {
    const layout = reducedLayout(problem);
    const examples = populationExamples(F, problem);
    const zero = zeroState(F, layout);
    const { state } = step(F, layout, zero, examples, { ...rates, momentum: 0, optimiser });
    const { Z } = gradient(F, layout, state, examples);
    const weights = classWeights(F, problem);
    const features = populationFeatures(F, problem, layout, zero.Z);
    const { distinct } = kinds(problem, layout);
    for (const [n, { row, support }] of layout.classes.entries()) {
      const own = distinct[n].map((l) => ({ l, p: support.indexOf(l) }));
      const frequency = ({ p }: (typeof own)[number]) => problem.classes[n].probabilities[p];
      own.sort((a, b) => frequency(a) - frequency(b));
      const scale = largest(F, Z[row]);
      const [rarest, next] = own;
      if (!next || frequency(rarest) === frequency(own.at(-1)!)) continue;
      const least = features[n][rarest.p];
      const first = F.div(F.mul(weights[n], least), F.of(problem.vocabulary));
      const rho = optimiser === 'adam' ? F.div(F.of(ADAM.epsilon), first) : F.of(0);
      const room = F.sub(F.of(1), F.mul(F.add(F.of(1), rho), F.mul(least, sum(F, features[n]))));
      const alone = problem.classes[n].probabilities.every((p) => p >= frequency(rarest));
      if (always || (alone && F.sign(room) === 1))
        yield positive(`the rarest distinct token ${layout.tokens[rarest.l]} gains`, Z[row][rarest.l], scale);
      const { target } = layout.classes[n];
      const o = layout.columns.map((_, j) =>
        sum(
          F,
          support.map((l, p) => F.mul(features[n][p], state.Y[l][j])),
        ),
      );
      const leads = o.every((x, j) => j === target || F.sign(F.sub(o[target], x)) === 1);
      if (optimiser === 'adam' || !leads) continue;
      const push = ({ l, p }: (typeof own)[number]) => F.div(Z[row][l], features[n][p]);
      for (const [i, one] of own.slice(1).entries())
        if (frequency(own[i]) < frequency(one))
          yield positive(
            `token ${layout.tokens[own[i].l]}, rarer than ${layout.tokens[one.l]}, gains more in proportion to f`,
            F.sub(push(own[i]), push(one)),
            scale,
          );
    }
  };

export const signedAscent: Claim = {
  id: 'signed-ascent',
  source: 'own (another optimiser, for Theorem 3)',
  headline: false,
  statement:
    "Signed ascent, and Adam's first step, break the order of frequency: the decoder's rows of all distinct tokens of a class are equal after one signed step (nearly equal with Adam), and the rarest token gains, unless a common one is rarer.",
  formula: String.raw`\dot z_l = f_l \left( g - f_l\, (f \cdot g) \right)`,
  silent:
    "It is about the first step of attention. z' itself is not in the reversed order: a middle token may gain most. Over a whole run the order of frequency fails (`frequency` on `sign` and `adam`).",
  checks: [
    check.certified({
      rung: 'sign',
      statement:
        "After one signed step from zero: the rarest distinct token of a class gains if no common one is rarer, and, where o_n is the largest logit, z'/f falls from rarer to more frequent ones.",
      expected: 'holds',
      worlds: runWorld(unequalDistinct(), 2),
      share: 1,
      margins: afterOneStep('sign'),
      controls: [
        { drops: 'the signs: the gradient itself', margins: afterOneStep('sgd') },
        { drops: 'that no common token is rarer', margins: afterOneStep('sign', true) },
      ],
    }),
    check.certified({
      rung: 'adam',
      statement:
        "After Adam's first step from zero: the rarest distinct token of a class gains if no common one is rarer and (1 + rho) f_min sum f < 1, rho = epsilon over the least |dJ/dY| in the rows of its distinct tokens.",
      expected: 'holds',
      worlds: runWorld(unequalDistinct(), 2),
      share: 1,
      margins: afterOneStep('adam'),
      controls: [
        { drops: 'the second moment: the gradient itself', margins: afterOneStep('sgd') },
        { drops: 'that no common token is rarer', margins: afterOneStep('adam', true) },
      ],
    }),
  ],
};
