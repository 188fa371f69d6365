import type { Field } from '../arithmetic/field.ts';
import { largest, positive } from '../decide/margin.ts';
import { assumption2World } from '../generators/assumption2.ts';
import { hubs, largeHubs } from '../generators/fate.ts';
import { singleCommon } from '../generators/problems.ts';
import { pointWorld } from '../generators/states.ts';
import type { Motion } from '../ladder/rung.ts';
import { twoTimescale } from '../ladder/two-timescale.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import type { Along } from './motions.ts';
import { kinds } from './tokens.ts';

/** Every distinct token of a class that overlaps another: z' > 0 (`sense` = 1) or z' < 0. */
const distinctGain = (sense: 1 | -1): Along =>
  function* <T>(F: Field<T>, { problem, layout, dZ }: Motion<T>) {
    const { distinct, overlaps } = kinds(problem, layout);
    for (const [n, { row }] of layout.classes.entries())
      for (const l of overlaps[n] ? distinct[n] : [])
        yield positive(
          `distinct token ${layout.tokens[l]} of class ${problem.classes[n].next} ${sense > 0 ? 'gains' : 'loses'}`,
          F.mul(F.of(sense), dZ[row][l]),
          largest(F, dZ[row]),
        );
  };

export const distinctTokensGain: Claim = {
  id: 'distinct-tokens-gain',
  source: 'own (Theorem 2(a) without Assumption 2)',
  headline: false,
  statement: 'Distinct tokens gain, however much classes overlap.',
  formula: String.raw`\dot z_l > 0 \text{ for every distinct } l`,
  silent:
    'What bound on the overlap is enough, and that it is sharp: see xi-positive. For M -> inf the statement is true: xi_n tends ' +
    "to -gamma E'_nn > 0.",
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At any Z, with overlaps of any strength: z' > 0 for every distinct token of a class that overlaps another.",
      expected: 'violated',
      why: 'a hub shares nearly all it has with its spokes, so the hub stands against the sum of the other classes, (A 1)_hub < 0; a class that overlaps the hub alone, and by less than about 1/M, is then moved by the finite-M part q0 sum_k A_kn alone, which has the wrong sign',
      worlds: pointWorld(hubs(), 1),
      isolates: {
        hypothesis: "Assumption 2's bounds on the eigenvalues of E (M >= 100 K^2 holds)",
        without: largeHubs(),
        how: 'Assumption 2 in full',
        restored: assumption2World(),
      },
      along: distinctGain(1),
      controls: [
        {
          drops: 'the direction: with a single common token, distinct tokens must lose',
          worlds: pointWorld(singleCommon()),
          along: distinctGain(-1),
        },
      ],
    }),
  ],
};
