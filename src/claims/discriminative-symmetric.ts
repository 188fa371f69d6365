import type { Field } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest, positive } from '../decide/margin.ts';
import { insideAlike } from '../generators/inside.ts';
import { insideRun } from '../generators/insideRuns.ts';
import { symmetricCommons } from '../generators/problems.ts';
import { runWorld } from '../generators/states.ts';
import {
  asymmetricLogits,
  noBijection,
  type SymmetricWorld,
  symmetricWorld,
  twoQueries,
  unequalCommons,
} from '../generators/symmetric.ts';
import { population } from '../ladder/population.ts';
import type { Motion } from '../ladder/rung.ts';
import { twoTimescale } from '../ladder/two-timescale.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import type { Along } from './motions.ts';
import { kinds } from './tokens.ts';

export const commonsLose: Along = function* <T>(
  F: Field<T>,
  { problem, layout, dZ, time }: Motion<T>,
): Generator<Margin<T>> {
  const { common } = kinds(problem, layout);
  for (const [m, row] of dZ.entries())
    for (const l of common)
      if (layout.classes.some((c) => c.row === m && c.support.includes(l)))
        yield positive(
          `common token ${layout.tokens[l]} loses (query ${layout.queries[m]})`,
          F.neg(row[l]),
          largest(F, row),
          time,
        );
};

/** For the control: the opposite. */
const commonsGain: Along = function* (F, motion) {
  for (const margin of commonsLose(F, motion))
    yield { ...margin, name: `not: ${margin.name}`, value: F.neg(margin.value) };
};

/**
 * With one query token and common tokens in the same proportions in every class, f_n restricted to them is
 * phi_n r/|r| with one vector r, so E = phi phi^T - diag(phi^2) as if there were a single common token, and
 *
 *     z_l' = -(r_l/|r|)^2 (1/K) sum_n (1 - phi_n^2) xi_n,    xi_n > 0.
 *
 * So all common tokens lose, in proportion to f_l^2, as distinct ones gain. Where the classes are equal and Z is as
 * symmetric as they are, corresponding distinct tokens move alike: such states lead to such states.
 */
function* symmetric<T>(F: Field<T>, { problem, Z, matched }: SymmetricWorld): Generator<Margin<T>> {
  for (const motion of twoTimescale.motions(F, { problem, Z })) {
    const { layout, dZ, f } = motion;
    yield* commonsLose(F, motion);
    const { common } = kinds(problem, layout);
    const [{ support, row }] = layout.classes;
    const square = (l: number) => {
      const x = f[0][support.indexOf(l)];
      return F.mul(x, x);
    };
    const held = common.filter((l) => support.includes(l));
    for (const [i, l] of held.slice(1).entries()) {
      const k = held[i];
      const name = `z'_${layout.tokens[l]} : z'_${layout.tokens[k]} = f^2 : f^2`;
      yield equal(F, name, F.mul(dZ[row][l], square(k)), F.mul(dZ[row][k], square(l)));
    }
    for (const ids of matched) {
      const speeds = ids.map((id, n) => dZ[layout.classes[n].row][layout.tokens.indexOf(id)]);
      yield positive(`distinct token ${ids[0]} gains`, speeds[0], largest(F, dZ[row]));
      for (const [n, speed] of speeds.slice(1).entries())
        yield equal(F, `tokens ${ids[0]} and ${ids[n + 1]} move alike`, speeds[0], speed);
    }
  }
}

/** Conditions 2 and 4 alone: corresponding tokens move alike. */
function* alike<T>(F: Field<T>, world: SymmetricWorld): Generator<Margin<T>> {
  for (const margin of symmetric(F, world)) if (margin.name.endsWith('move alike')) yield margin;
}

export const discriminativeSymmetric: Claim = {
  id: 'discriminative-symmetric',
  source: 'Corollary 2',
  headline: false,
  statement:
    'Several common tokens all lose when there is one query token, every class uses them alike, corresponding distinct ' +
    'tokens have equal probability, and Z starts at 0.',
  formula: String.raw`\dot z_c < 0 \text{ for every common token } c`,
  silent:
    'The corollary assumes more than it needs. Assumption 2, equal distinct tokens and Z(0) = 0 are not needed; it is enough that all classes use ' +
    'the common tokens in the same proportions under one query token. Those two conditions serve only to keep corresponding ' +
    'distinct tokens equal. Training outside its hypotheses: see discriminative-symmetric-steps.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At symmetric Z, and at any Z for common tokens in equal proportions: z' < 0 for all common tokens, in proportion to f^2; at symmetric Z corresponding distinct tokens gain alike.",
      expected: 'holds',
      worlds: symmetricWorld(),
      margins: symmetric,
      share: 0.5,
      controls: [
        { drops: 'condition 1: two query tokens', worlds: twoQueries() },
        { drops: 'condition 3: common tokens used unequally', worlds: unequalCommons() },
        {
          drops: 'condition 2: a distinct token likelier than its images',
          worlds: noBijection(),
          margins: alike,
        },
        { drops: 'condition 4: an asymmetric Z', worlds: asymmetricLogits(), margins: alike },
      ],
    }),
    check.training({
      rung: population,
      statement:
        'At every step of training from zero to three times the onset, under its four conditions, Assumption 2 and etaY < 1, ' +
        'for M up to 1e12 and etaY/etaZ from 10 to 1000: all common tokens lose.',
      expected: 'holds',
      worlds: insideRun(insideAlike(5), { decades: [1, 3] }),
      along: commonsLose,
      share: 0.6,
      controls: [{ drops: 'the direction: common tokens must gain', along: commonsGain }],
    }),
  ],
};

export const discriminativeSymmetricSteps: Claim = {
  id: 'discriminative-symmetric-steps',
  source: 'Corollary 2, outside its hypotheses',
  headline: false,
  statement:
    'Several common tokens all lose under the four conditions of Corollary 2 alone, with steps of etaY from 1 to 10 and a decoder ' +
    'less than ten times as fast as attention.',
  formula: String.raw`z_c(t+1) < z_c(t) \text{ for every common token } c`,
  silent:
    'The paper assumes etaY < 1 and etaY >> etaZ: inside its hypotheses no violation is known, see discriminative-symmetric. With ' +
    'etaY < 1 alone there are: about one world in twenty at etaY/etaZ below 1.3 and M from 1e10 on, where z oscillates at the end of the scan; there none is known at etaY/etaZ from 2 on.',
  checks: [
    check.training({
      rung: population,
      statement: 'At every step of training from zero: all common tokens lose.',
      expected: 'violated',
      why: 'steps overshoot, of etaY above 1 or of an etaZ as large as etaY: residuals change sign, and a common token gains for a while',
      worlds: runWorld(symmetricCommons(), 1000, [0, 1], [0, 1]),
      isolates: {
        hypothesis: 'etaY >> etaZ (here etaY/etaZ is 1 to 1.3, with etaY < 1 and M from 1e10 on)',
        without: insideRun(insideAlike(5, [10, 12]), { decades: [0, 0.1] }),
        how: 'etaY/etaZ from 10 to 1000',
        restored: insideRun(insideAlike(5), { decades: [1, 3] }),
      },
      along: commonsLose,
      share: 0.6,
      controls: [{ drops: 'the direction: common tokens must gain', along: commonsGain }],
    }),
  ],
};
