/** The worlds of Corollary 2, of its generalisation, and worlds without each of its conditions. */

import fc, { type Arbitrary } from 'fast-check';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { commonsOfOneQuery, dress, singleCommonContent, symmetricContent, tokenWeight } from './problems.ts';
import { logit, pointWorld } from './states.ts';

/** A state, and the distinct tokens that correspond to each other: `matched[i]` has one token id per class. */
export interface SymmetricWorld extends PointWorld {
  readonly matched: readonly (readonly number[])[];
}

/** In `symmetricContent` the common tokens are first in every class, and the distinct ones in corresponding order. */
function correspondence({ classes }: Problem): { common: number[]; matched: number[][] } {
  const [first, second] = classes;
  const common = first.tokens.filter((l) => second.tokens.includes(l));
  const matched = first.tokens
    .slice(common.length)
    .map((_, i) => classes.map((c) => c.tokens[common.length + i]));
  return { common, matched };
}

/** Logits that are equal for corresponding tokens; those of common tokens differ between rows. */
const symmetricLogits = (problem: Problem, limit = 4): Arbitrary<number[][]> => {
  const { common, matched } = correspondence(problem);
  const { queries, tokens } = reducedLayout(problem);
  const vector = (n: number) => fc.array(logit(limit), { minLength: n, maxLength: n });
  return fc
    .record({
      shared: vector(matched.length),
      own: fc.array(vector(common.length), { minLength: queries.length, maxLength: queries.length }),
    })
    .map(({ shared, own }) =>
      own.map((row) =>
        tokens.map((id) => {
          const c = common.indexOf(id);
          return c >= 0 ? row[c] : shared[matched.findIndex((ids) => ids.includes(id))];
        }),
      ),
    );
};

const symmetricProblem = (queries: number) => dress(symmetricContent(), { queries });

/** A possible state of Corollary 2's trajectories: one query token, equal classes, and Z with their symmetry. */
const corollary2: Arbitrary<SymmetricWorld> = symmetricProblem(1).chain((problem) =>
  symmetricLogits(problem).map((Z) => ({ problem, Z, matched: correspondence(problem).matched })),
);

/**
 * One query token, and common tokens with the same proportions rho_l in every class, up to a factor per class; any
 * distinct tokens and any Z.
 */
const proportional: Arbitrary<SymmetricWorld> = fc
  .record({
    profile: fc.array(tokenWeight(), { minLength: 1, maxLength: 5 }),
    body: singleCommonContent(5, 5),
  })
  .chain(({ profile, body }) => {
    const shift = profile.length - 1;
    const classes = body.classes.map(([[, factor], ...distinct]) => [
      ...profile.map((w, l) => [l, w * factor] as const),
      ...distinct.map(([l, w]) => [l + shift, w] as const),
    ]);
    return pointWorld(dress(fc.constant({ classes, tokens: body.tokens + shift }), { queries: 1 }));
  })
  .map((world) => ({ ...world, matched: [] }));

/** States of Corollary 2 and of its generalisation. */
export const symmetricWorld = (): Arbitrary<SymmetricWorld> => fc.oneof(corollary2, proportional);

/** Condition 1 dropped: two query tokens, whose rows of Z treat common tokens differently. */
export const twoQueries = (): Arbitrary<SymmetricWorld> =>
  symmetricProblem(2).chain((problem) => symmetricLogits(problem).map((Z) => ({ problem, Z, matched: [] })));

/** Condition 3 dropped: P(l|n) of a common token depends on n, in no common proportion. */
export const unequalCommons = (): Arbitrary<SymmetricWorld> =>
  pointWorld(commonsOfOneQuery()).map((world) => ({
    ...world,
    matched: [],
  }));

/** Condition 2 dropped: one distinct token is twice as likely as the tokens that correspond to it. */
export const noBijection = (): Arbitrary<SymmetricWorld> =>
  corollary2.map(({ problem, ...rest }) => ({
    ...rest,
    problem: {
      ...problem,
      classes: problem.classes.map((c, n) =>
        n > 0 ? c : { ...c, probabilities: [...c.probabilities.slice(0, -1), c.probabilities.at(-1)! * 2] },
      ),
    },
  }));

/** Condition 4 dropped: logits that no trajectory from a symmetric start reaches. */
export const asymmetricLogits = (): Arbitrary<SymmetricWorld> =>
  pointWorld(symmetricProblem(1)).map((world) => ({
    ...world,
    matched: correspondence(world.problem).matched,
  }));

/** The progress tau P_max^2 in (0, 1) of a trajectory of equal classes. */
export interface CurveWorld {
  readonly problem: Problem;
  readonly at: number;
}

const progress: Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 15 }).map((k) => k / 16),
  // near the limit 1, which is never reached, and near the start
  fc.integer({ min: 5, max: 30 }).map((k) => 1 - 2 ** -k),
  fc.integer({ min: 5, max: 20 }).map((k) => 2 ** -k),
);

/** Corollary 2's problems whose common tokens have one weight, so that trajectories from zero have a closed form. */
export const curveWorld = (): Arbitrary<CurveWorld> =>
  fc.record({
    problem: symmetricProblem(1).map((problem) => {
      const { common } = correspondence(problem);
      return {
        ...problem,
        classes: problem.classes.map((c) => ({
          ...c,
          probabilities: c.probabilities.map((p, i) => (i < common.length ? c.probabilities[0] : p)),
        })),
      };
    }),
    at: progress,
  });

/** The same with the last distinct token of the first class ten times as likely. */
export const unlikeClasses = (): Arbitrary<CurveWorld> =>
  curveWorld().map(({ problem, at }) => ({
    problem: {
      ...problem,
      classes: problem.classes.map((c, n) =>
        n > 0 ? c : { ...c, probabilities: [...c.probabilities.slice(0, -1), c.probabilities.at(-1)! * 10] },
      ),
    },
    at,
  }));
