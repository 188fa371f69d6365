import type { Field } from '../arithmetic/field.ts';
import { largest, positive } from '../decide/margin.ts';
import { assumption2World } from '../generators/assumption2.ts';
import { commonsOfOneQuery, singleCommonOfOneQuery } from '../generators/problems.ts';
import { pointWorld } from '../generators/states.ts';
import type { Motion } from '../ladder/rung.ts';
import { twoTimescale } from '../ladder/two-timescale.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import type { Along } from './motions.ts';
import { kinds } from './tokens.ts';

/** Every common token, in every row of a class that holds it: z' < 0 (`sense` = 1) or z' > 0. */
const commonLose = (sense: 1 | -1): Along =>
  function* <T>(F: Field<T>, { problem, layout, dZ }: Motion<T>) {
    const { common } = kinds(problem, layout);
    for (const [m, row] of dZ.entries())
      for (const l of common)
        if (layout.classes.some((c) => c.row === m && c.support.includes(l)))
          yield positive(
            `common token ${layout.tokens[l]} ${sense > 0 ? 'loses' : 'gains'} (query ${layout.queries[m]})`,
            F.mul(F.of(-sense), row[l]),
            largest(F, row),
          );
  };

export const commonTokensLose: Claim = {
  id: 'common-tokens-lose',
  source: 'own (what Theorem 2(b) leaves open)',
  headline: false,
  statement: 'Common tokens lose, however many there are.',
  formula: String.raw`\dot z_c < 0 \text{ for every common token } c`,
  silent:
    'False already for two classes with two common tokens each. Together the common tokens of a row do lose, wherever its distinct ' +
    'tokens gain; the claim fate says which single ones lose.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement: "At any Z, one query, several common tokens: z' < 0 for each of them.",
      expected: 'violated',
      why: 'a common token that one class uses far more than the other behaves like a distinct one: with two classes it gains exactly when x + 1/x > 2/(f_1.f_2), x = f_1l/f_2l, and other shared tokens make f_1.f_2 large',
      worlds: pointWorld(commonsOfOneQuery()),
      isolates: {
        hypothesis: 'a single common token, or common tokens in the same proportions in every class',
        without: assumption2World({ queries: 1 }),
        how: 'a single common token (Theorem 2(b))',
        restored: pointWorld(singleCommonOfOneQuery()),
      },
      along: commonLose(1),
      controls: [
        {
          drops: 'the direction: a single common token must gain',
          worlds: pointWorld(singleCommonOfOneQuery()),
          along: commonLose(-1),
        },
      ],
    }),
  ],
};
