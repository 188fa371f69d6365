/** States for the statements on the sign of every token's velocity. */

import fc, { type Arbitrary } from 'fast-check';
import { float64 } from '../arithmetic/float64.ts';
import { attentionVelocity } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { assumption2World, MUCH, rowSumsNearOne } from './assumption2.ts';
import { commons, commonsContent, commonsOfOneQuery, decades, dress, singleCommon } from './problems.ts';
import { pointWorld } from './states.ts';
import { symmetricWorld } from './symmetric.ts';

/** Any overlaps and queries; one query; a single common token; common tokens in equal proportions. */
export const fateWorld = (): Arbitrary<PointWorld> =>
  fc.oneof(
    pointWorld(commons()),
    pointWorld(commonsOfOneQuery()),
    pointWorld(singleCommon()),
    symmetricWorld().map(({ problem, Z }) => ({ problem, Z })),
  );

/** Range of the logits searched for a change of sign, in steps of 1. */
const SEARCHED = 6;

/**
 * A state in which the velocity of a common token is nearly 0 at M = `size`: its logit is moved by bisection to where its
 * velocity changes sign. The token is the first one from `pick` on with such a logit; without one, the state is unchanged.
 */
function turned({ problem, Z }: PointWorld, pick: number, size: number): PointWorld {
  const large = { ...problem, vocabulary: Math.max(problem.vocabulary, size) };
  const layout = reducedLayout(large);
  const common = layout.tokens.flatMap((_, l) =>
    layout.classes.filter(({ support }) => support.includes(l)).length > 1 ? [l] : [],
  );
  const places = layout.queries.flatMap((_, m) => common.map((l) => [m, l] as const));
  for (let i = 0; i < places.length; i++) {
    const [m, l] = places[(pick + i) % places.length];
    const at = (z: number) => Z.map((row, k) => (k === m ? row.map((x, j) => (j === l ? z : x)) : row));
    const gains = (z: number) => attentionVelocity(float64, large, layout, at(z)).dZ[m][l] > 0;
    let [low, high] = [-SEARCHED, -SEARCHED];
    const start = gains(low);
    while (high <= SEARCHED && gains(high) === start) [low, high] = [high, high + 1];
    if (high > SEARCHED) continue;
    for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
      if (gains(middle) === start) low = middle;
      else high = middle;
    return { problem: large, Z: at(low) };
  }
  return { problem, Z };
}

/** The velocity of a common token is nearly 0 at a vocabulary of 30 to 1e6: the threshold |R|/|Q| is about M - 1 there. */
export const turningWorld = (): Arbitrary<PointWorld> =>
  fc
    .record({
      world: pointWorld(fc.oneof(commons(), commonsOfOneQuery()), 3),
      pick: fc.nat({ max: 100 }),
      size: decades(1.5, 6),
    })
    .map(({ world, pick, size }) => turned(world, pick, Math.round(size)));

/** Both: in half of the states the velocity of a token is nearly 0. */
export const fateAndTurns = (): Arbitrary<PointWorld> => fc.oneof(fateWorld(), turningWorld());

/** States of Theorem 3: a single common token; several, under Assumption 2 or in equal proportions. In all of them xi_n > 0. */
export const dominantWorld = (): Arbitrary<PointWorld> =>
  fc.oneof(
    pointWorld(singleCommon()),
    assumption2World(),
    symmetricWorld().map(({ problem, Z }) => ({ problem, Z })),
  );

/** Two classes that share tokens, under one query or two. */
export const twoClassWorld = (): Arbitrary<PointWorld> => pointWorld(dress(commonsContent(2, 6, 4)));

/** Two classes under one query. */
export const twoClassesOfOneQuery = (): Arbitrary<PointWorld> =>
  pointWorld(dress(commonsContent(2, 6, 4), { queries: 1 }));

/** At least three classes under one query, and common tokens. */
export const severalClasses = (): Arbitrary<PointWorld> =>
  pointWorld(
    dress(
      commonsContent(6, 6, 4).map(({ classes, tokens }) => ({
        // One more class, which shares a token with the first.
        classes: [...classes, [[0, 1] as const, [tokens, 1] as const]],
        tokens: tokens + 1,
      })),
      { queries: 1 },
    ),
  );

/**
 * A hub class that shares one token with each of two to four spokes, and one with a last class that overlaps no other
 * class; the last class has distinct tokens, the others may have. The overlaps of the hub are not bounded.
 */
export const hubs = (): Arbitrary<Problem> =>
  dress(
    fc
      .record({
        spokes: fc.array(
          fc.record({
            hub: fc.integer({ min: 1, max: 30 }),
            spoke: fc.integer({ min: 1, max: 30 }),
            own: fc.option(fc.integer({ min: 1, max: 10 }), { nil: 0 }),
          }),
          { minLength: 2, maxLength: 4 },
        ),
        hub: fc.integer({ min: 1, max: 5 }),
        own: fc.option(fc.integer({ min: 1, max: 10 }), { nil: 0 }),
        last: fc.integer({ min: 1, max: 5 }),
        distinct: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
      })
      .map(({ spokes, hub, own, last, distinct }) => {
        const bridge = spokes.length;
        let next = bridge + 1;
        const ownToken = (weight: number) => (weight > 0 ? [[next++, weight] as const] : []);
        return {
          classes: [
            [...spokes.map((s, l) => [l, s.hub] as const), [bridge, hub] as const, ...ownToken(own)],
            ...spokes.map((s, l) => [[l, s.spoke] as const, ...ownToken(s.own)]),
            [[bridge, last] as const, ...distinct.map((w) => [next++, w] as const)],
          ],
          tokens: next,
        };
      }),
    { extra: 100 },
  );

/** A state with fixed attention; the decoder takes `steps` steps of the expected true gradient from Y = 0. */
export interface HeldWorld extends PointWorld {
  readonly etaY: number;
  readonly steps: number;
}

const held = (worlds: Arbitrary<PointWorld>): Arbitrary<HeldWorld> =>
  fc
    .record({
      world: worlds,
      // etaY <= 2 = K
      etaY: fc.integer({ min: -20, max: 3 }).map((k) => 10 ** (k / 10)),
      steps: fc.integer({ min: 1, max: 15 }),
    })
    .map(({ world, ...rest }) => ({ ...world, ...rest }));

export const heldTwoClasses = (): Arbitrary<HeldWorld> => held(twoClassWorld());
export const heldSeveral = (): Arbitrary<HeldWorld> => held(severalClasses());

export interface XiEdgeWorld extends PointWorld {
  /** Set in worlds of `edge`: the hub's row sum over its K - 2 spokes is 1 + `beyond`, and the last class must have xi < 0. */
  readonly beyond?: number;
}

/** The vocabulary size of `edge`. */
const EDGE_VOCABULARY = 1000;

/**
 * A hub that overlaps s = K - 2 spokes by a = (1 + delta)/s each, so that |lambda_1| is slightly above (1 + delta)/sqrt(K-2),
 * and a last class that overlaps only the hub, by less than delta/(2M).
 */
export const edge = (): Arbitrary<XiEdgeWorld> =>
  fc
    .record({
      s: fc.integer({ min: 2, max: 6 }),
      k: fc.integer({ min: 3, max: 16 }),
      room: fc.integer({ min: 0, max: 20 }),
    })
    .map(({ s, k, room }): XiEdgeWorld => {
      const delta = 2 ** -k;
      const h = 2 ** 20;
      // s a = 1 + delta where a = h/sqrt(s h^2 + g^2)
      const g = Math.round(h * Math.sqrt((s / (1 + delta)) ** 2 - s));
      const vocabulary = 2 * s + 8 + Math.min(room * room, EDGE_VOCABULARY);
      const spokes = Array.from({ length: s }, (_, l) => l);
      // f of the token they share is below 1/h in the hub, and 2^-6 in the last class.
      const contents = [
        [...spokes.map((l) => [l, h]), [s, 1], [s + 1, g]],
        ...spokes.map((l) => [[l, 1]]),
        [
          [s, 1],
          [s + 2, 64],
        ],
      ];
      const problem: Problem = {
        vocabulary,
        classes: contents.map((pairs, n) => ({
          next: n,
          query: 0,
          tokens: pairs.map(([l]) => l),
          probabilities: pairs.map(([, w]) => w),
        })),
      };
      return { problem, Z: [Array.from({ length: s + 3 }, () => 0)], beyond: delta };
    });

/** `edge` with M >= 100 K^2: of Assumption 2 only the bounds of the eigenvalues do not hold. */
export const largeHubs = (): Arbitrary<PointWorld> =>
  edge().map(({ problem, Z }) => ({
    problem: { ...problem, vocabulary: MUCH * problem.classes.length ** 2 },
    Z,
  }));

/** Any overlaps of two, three or more classes; hubs; row sums just below 1; `edge`. */
export const xiWorld = (): Arbitrary<XiEdgeWorld> =>
  fc.oneof(pointWorld(commons(3)), pointWorld(commons()), pointWorld(hubs(), 1), rowSumsNearOne(), edge());
