import type { Field } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { largest, positive } from '../decide/margin.ts';
import { modelRun } from '../generators/models.ts';
import { randomHeads } from '../ladder/otherModels.ts';
import type { Motion } from '../ladder/rung.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import type { Along } from './motions.ts';
import { wholeRunOf } from './otherModels.ts';
import { kinds } from './tokens.ts';

/** Of two distinct tokens of a class, the one with the larger P_l e^(z_l(0)) in this head gains more; or the one with the larger P_l. */
const inOrderOf = (what: 'start' | 'P'): Along =>
  function* <T>(F: Field<T>, { problem, layout, dZ, f, time }: Motion<T>): Generator<Margin<T>> {
    const { distinct } = kinds(problem, layout);
    for (const [n, { row, support }] of layout.classes.entries()) {
      const share = (l: number): number => {
        const place = support.indexOf(l);
        return what === 'P' ? problem.classes[n].probabilities[place] : F.toNumber(f[n][place]);
      };
      const sorted = [...distinct[n]].sort((a, b) => share(b) - share(a));
      for (const [i, k] of sorted.slice(1).entries()) {
        const l = sorted[i];
        if (share(l) === share(k)) continue;
        const lead = F.sub(dZ[row][l], dZ[row][k]);
        const name = `token ${layout.tokens[l]} of a larger start gains more than ${layout.tokens[k]} (class ${problem.classes[n].next})`;
        yield positive(name, lead, largest(F, dZ[row]), time);
      }
    }
  };

export const headsByStart: Claim = {
  id: 'heads-by-start',
  source: 'own (several heads)',
  headline: false,
  statement:
    'Heads differ only by where they start: in each head the distinct token with the largest P_l e^(z_l(0)) of a class gains most, and the others follow in that order.',
  words:
    'Heads differ only by where they start: in each head the distinct token of a class with the largest share at the start gains most, and the others follow in that order.',
  formula: String.raw`P_l\, e^{z^h_l(0)} > P_k\, e^{z^h_k(0)} \;\Rightarrow\; z^h_l(t) - z^h_l(0) > z^h_k(t) - z^h_k(0)`,
  silent:
    "Theorem 3 at the start of each head: z_l' is a multiple of f_l^2, whatever the other heads do. In training it holds inside all hypotheses but the one head.",
  checks: [
    check.training({
      rung: randomHeads,
      statement:
        'Two to four heads from random logits, over a whole run: distinct tokens of a class gain in the order of P_l e^(z_l(0)) of the head.',
      expected: 'holds',
      worlds: modelRun(randomHeads.id),
      share: 0.2,
      over: wholeRunOf(inOrderOf('start')),
      controls: [{ drops: 'the start: the order of P_l alone', over: wholeRunOf(inOrderOf('P')) }],
    }),
  ],
};
