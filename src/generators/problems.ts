/**
 * Random problems, valid by construction; every arbitrary shrinks towards few classes, few tokens and equal weights.
 * `hypotheses.md` lists for each hypothesis of the paper the arbitraries that satisfy it and those just outside it.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { Problem, SequenceClass } from '../model/problem.ts';

export type { Arbitrary };

/** Integer weights over four decades, shrinking to 1: P(l|n) is rational, so that equalities of probabilities are exact. */
export const tokenWeight = (): Arbitrary<number> =>
  fc.integer({ min: 0, max: 40 }).map((k) => Math.round(10 ** (k / 10)));

/** log10-uniform over [low, high], ten steps per decade, shrinking towards the exponent of least modulus. */
export const decades = (low: number, high: number): Arbitrary<number> =>
  fc.integer({ min: Math.round(low * 10), max: Math.round(high * 10) }).map((k) => 10 ** (k / 10));

/** The contextual tokens of each class, before the ids of queries and targets are chosen. */
interface Content {
  /** The (token, weight) pairs of each class; token ids from 0 without gaps. */
  readonly classes: readonly (readonly (readonly [number, number])[])[];
  readonly tokens: number;
}

/**
 * A problem with the given contents: a vocabulary that has from 0 to `extra` more tokens than needed, query and target ids
 * anywhere in it (so that contextual tokens may be targets or queries), and up to `queries` query tokens.
 */
export function dress(
  content: Arbitrary<Content>,
  options: { queries?: number; extra?: number } = {},
): Arbitrary<Problem> {
  const { queries = 3, extra = 3000 } = options;
  return content.chain(({ classes, tokens }) => {
    const K = classes.length;
    const least = Math.max(tokens, K, 2);
    return fc
      .record({
        // Small vocabularies and large ones.
        room: fc.oneof(
          fc.integer({ min: 0, max: 20 }),
          decades(0, Math.log10(extra)).map((x) => Math.floor(x) - 1),
        ),
        firstNext: fc.nat(),
        firstQuery: fc.nat(),
        psi: fc.array(fc.nat({ max: Math.min(queries, K) - 1 }), { minLength: K, maxLength: K }),
      })
      .map(({ room, firstNext, firstQuery, psi }) => {
        const vocabulary = least + room;
        return {
          vocabulary,
          classes: classes.map(
            (pairs, n): SequenceClass => ({
              next: (firstNext + n) % vocabulary,
              query: (firstQuery + psi[n]) % vocabulary,
              tokens: pairs.map(([l]) => l),
              probabilities: pairs.map(([, w]) => w),
            }),
          ),
        };
      });
  });
}

const weights = (min: number, max: number) => fc.array(tokenWeight(), { minLength: min, maxLength: max });

/**
 * One common token (id 0), shared by every class, and at least one distinct token in each class.
 * Its weight differs from class to class.
 */
export const singleCommonContent = (maxClasses = 6, maxDistinct = 6): Arbitrary<Content> =>
  fc
    .array(fc.record({ common: tokenWeight(), distinct: weights(1, maxDistinct) }), {
      minLength: 2,
      maxLength: maxClasses,
    })
    .map((classes) => {
      let next = 1;
      return {
        classes: classes.map((c) => [[0, c.common] as const, ...c.distinct.map((w) => [next++, w] as const)]),
        tokens: next,
      };
    });

/**
 * 1 to `maxCommon` common tokens (ids from 0), each in any two or more classes with independent weights; every class has
 * at least one distinct token.
 */
export const commonsContent = (maxClasses = 6, maxCommon = 6, maxDistinct = 5): Arbitrary<Content> =>
  fc.integer({ min: 2, max: maxClasses }).chain((K) =>
    fc
      .record({
        // Weight 0 means that the class does not use the token; two classes always use it.
        commons: fc.array(
          fc.record({
            use: fc.array(fc.option(tokenWeight(), { nil: 0, freq: 2 }), { minLength: K, maxLength: K }),
            first: fc.nat({ max: K - 1 }),
            gap: fc.integer({ min: 1, max: K - 1 }),
            both: fc.tuple(tokenWeight(), tokenWeight()),
          }),
          { minLength: 1, maxLength: maxCommon },
        ),
        distinct: fc.array(weights(1, maxDistinct), { minLength: K, maxLength: K }),
      })
      .map(({ commons, distinct }) => {
        let next = commons.length;
        const used = commons.map(({ use, first, gap, both }) =>
          use.map((w, n) => (n === first ? both[0] : n === (first + gap) % K ? both[1] : w)),
        );
        return {
          classes: distinct.map((ws, n) => [
            ...used.flatMap((use, l) => (use[n] > 0 ? [[l, use[n]] as const] : [])),
            ...ws.map((w) => [next++, w] as const),
          ]),
          tokens: next,
        };
      }),
  );

/**
 * Corollary 2's classes: common tokens whose weight does not depend on the class, and the same distinct weights in every
 * class, so that all classes have the same normaliser.
 */
export const symmetricContent = (maxClasses = 5, maxCommon = 5, maxDistinct = 5): Arbitrary<Content> =>
  fc
    .record({
      K: fc.integer({ min: 2, max: maxClasses }),
      commons: weights(1, maxCommon),
      distinct: weights(1, maxDistinct),
    })
    .map(({ K, commons, distinct }) => ({
      classes: Array.from({ length: K }, (_, n) => [
        ...commons.map((w, l) => [l, w] as const),
        ...distinct.map((w, i) => [commons.length + n * distinct.length + i, w] as const),
      ]),
      tokens: commons.length + K * distinct.length,
    }));

/** `singleCommonContent` as a problem. */
export const singleCommon = (maxClasses?: number, maxDistinct?: number): Arbitrary<Problem> =>
  dress(singleCommonContent(maxClasses, maxDistinct));
/** `commonsContent` as a problem. */
export const commons = (maxClasses?: number, maxCommon?: number, maxDistinct?: number): Arbitrary<Problem> =>
  dress(commonsContent(maxClasses, maxCommon, maxDistinct));
/** Corollary 2's problems, with one query token. */
export const symmetricCommons = (): Arbitrary<Problem> => dress(symmetricContent(), { queries: 1 });

/** Any of the above. */
export const problem = (): Arbitrary<Problem> => fc.oneof(singleCommon(), commons(), symmetricCommons());

/** One common token and, in each class, at least two distinct tokens whose probabilities differ. */
export const unequalDistinct = (): Arbitrary<Problem> =>
  dress(
    singleCommonContent(5, 5).map(({ classes }) => {
      let next = 1;
      return {
        classes: classes.map(([common, ...distinct]) => {
          const ws = distinct.map(([, w]) => w);
          // One more token, of greater weight than the first: two probabilities always differ.
          return [common, ...[...ws, ws[0] + 1].map((w) => [next++, w] as const)];
        }),
        tokens: next,
      };
    }),
  );

/**
 * Problems just outside Assumption 2: class 0 is a hub that shares one token with each of three spokes, with almost all
 * of its mass, and overlaps class 4 slightly; |lambda_1| is close to 1.
 */
export const hub = (): Arbitrary<Problem> =>
  dress(
    fc
      .record({
        share: fc.integer({ min: 300, max: 3000 }),
        epsilon: fc.integer({ min: 1, max: 30 }),
        own: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 5, maxLength: 5 }),
      })
      .map(({ share, epsilon, own }) => ({
        // Tokens 0-2: hub and one spoke each; 3: hub and class 4; 4-8: one distinct token per class.
        classes: [
          [
            [0, share] as const,
            [1, share] as const,
            [2, share] as const,
            [3, epsilon] as const,
            [4, own[0]] as const,
          ],
          ...[0, 1, 2].map((l) => [[l, share] as const, [5 + l, own[1 + l]] as const]),
          [[3, epsilon] as const, [8, share + own[4]] as const],
        ],
        tokens: 9,
      })),
  );

/** One common token, one query token. */
export const singleCommonOfOneQuery = (): Arbitrary<Problem> => dress(singleCommonContent(), { queries: 1 });

/** Any common tokens, one query token. */
export const commonsOfOneQuery = (): Arbitrary<Problem> => dress(commonsContent(), { queries: 1 });
