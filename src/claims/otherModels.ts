/** The headline claims on the rungs of other models: whole runs inside every hypothesis of the paper but the one that is dropped. */
import { modelRun } from '../generators/models.ts';
import type { Arbitrary } from '../generators/problems.ts';
import { headsOf, otherModels } from '../ladder/otherModels.ts';
import type { ModelWorld } from '../ladder/worlds.ts';
import { check } from './check.ts';
import type { AnyCheck } from './claim.ts';
import { type Along, net, type Over, type Through } from './motions.ts';

/** The margins of each head over the whole run; up to every step with `soFar`. */
export const wholeRunOf = (along: Along, through: Through = net): Over =>
  function* (F, motions) {
    for (const motion of through(F, motions)) {
      const heads = headsOf(F, motion);
      // A margin is known by its name.
      for (const [h, head] of heads.entries())
        for (const margin of along(F, head))
          yield heads.length === 1 ? margin : { ...margin, name: `head ${h + 1}: ${margin.name}` };
    }
  };

/** Why statements are false on these rungs: what `Check.why` says of it. */
export const NO_LENGTH =
  "the decoder's part of the token's own class cancels only where features have length 1. Without it this part moves a token by v_l (v_l - |v|^2): " +
  'up where its share is above |v|^2 and down where it is below, distinct or common.';
export const EQUAL_ROWS =
  'every entry of Y moves by about eta whatever its gradient, so that the rows of Y of all distinct tokens of a class are nearly equal and not ' +
  "in proportion to f. Then z_l' is about f_l (g - f_l (f.g)): rare tokens gain, frequent ones lose (signed-ascent).";
export const RANDOM_START =
  'heads start from random logits, and the order is that of P_l e^(z_l(0)), not that of P_l (heads-by-start).';
export const OVERLAP =
  "where classes overlap, attention slows down later than the clock says: the clock is exact for orthogonal classes only. The paper's own model does the same: with two classes and M = 1,500 " +
  'the last step is 0.10 of the largest where f_n.f_k = 0.2, and 0.28 where it is 0.48.';

interface OnOtherModels {
  readonly statement: string;
  readonly over: Over;
  /** The same up to every step, for a picture. */
  readonly course: Over;
  /** What its control drops, and checks instead. */
  readonly control: { readonly drops: string; readonly over: Over };
  /** The rungs on which it is false, each with the reason. */
  readonly why: Readonly<Record<string, string>>;
  readonly worlds?: (rung: string) => Arbitrary<ModelWorld>;
  readonly share?: number;
}

/** A check on every rung of another model. */
export const onOtherModels = ({
  statement,
  over,
  course,
  control,
  why,
  worlds = modelRun,
  share = 0.1,
}: OnOtherModels): AnyCheck[] =>
  otherModels.map((rung) =>
    check.training({
      ...{ rung, statement, over, course, share },
      expected: rung.id in why ? 'violated' : 'holds',
      why: why[rung.id],
      worlds: worlds(rung.id),
      controls: [control],
    }),
  );
