/** Problems whose features are rational: c_n has a rational length, and Z = 0, so that attention is P itself. */
import { createHash } from 'node:crypto';
import type { PointWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';

/** Which tokens each class holds, and under which query: all that a statement may depend on beside numbers. */
export interface Pattern {
  readonly name: string;
  readonly classes: readonly { readonly tokens: readonly number[]; readonly query: number }[];
  /** All classes have the same coordinates: Corollary 2's worlds. */
  readonly alike?: true;
}

/**
 * Coordinates are drawn from {LEAST, .., LEAST + 2^24 - 1}: they, and M less a few, are above the constants of formulas (64), and sums
 * of squares stay below 2^53.
 */
export const LEAST = 128;
const DRAWN_BITS = 24;
/** The size of the set that each coordinate is drawn from. */
export const DRAWN = 2 ** DRAWN_BITS;

/** Numbers of a point, one after the other. */
export type Draw = () => number;

/**
 * Coordinates by SHA-256 of a text and a counter: independent and uniform in the model of a random function, and chosen by nobody. A
 * generator with a seed of 32 bits has only 2^32 streams, so that no probability over its seeds is below 2^-32.
 */
export function drawing(text: string, least = LEAST, size = DRAWN): Draw {
  let count = 0;
  return () => {
    const word = createHash('sha256').update(`${text} ${count++}`).digest().readUIntBE(0, 6);
    // 2^48 words to at most 2^24 numbers: exactly uniform where `size` is a power of 2.
    return least + (word % size);
  };
}

/**
 * A vector of s positive integers of integer length |t|^2 + d^2: (2 t_1 d, .., 2 t_(s-1) d, |t|^2 - d^2), the stereographic projection of
 * t/d from the pole e_s. Every unit vector u but the pole is the image of t_i/d = u_i/(1 - u_s), so an identity of rational
 * functions of (t, d) is one of all unit vectors with this support. Its entries have degree 2 in (t, d).
 */
export const stereographic = (t: readonly number[], d: number): number[] => [
  ...t.map((x) => 2 * x * d),
  t.reduce((s, x) => s + x * x, 0) - d * d,
];

/** A state with coordinates that do not belong to it: theta, lambda, directions. */
export interface ExactWorld extends PointWorld {
  readonly free: readonly number[];
}

/** As many as any statement takes. */
const FREE = 40;

/** The vector of a class of two or more tokens, with t_1 = d + u > d, so that all entries are positive. */
function vector(size: number, draw: Draw): number[] {
  const d = draw();
  return stereographic([d + draw(), ...Array.from({ length: size - 2 }, draw)], d);
}

/** The world of a pattern at a drawn point; M is drawn too. */
export function drawnState({ classes, alike }: Pattern, draw: Draw): ExactWorld {
  const vocabulary = draw();
  let same: number[] | undefined;
  const problem = {
    vocabulary,
    classes: classes.map(({ tokens, query }, n) => {
      if (!alike || same === undefined) same = vector(tokens.length, draw);
      return { next: n, query, tokens: [...tokens], probabilities: [...same] };
    }),
  };
  const { queries, tokens } = reducedLayout(problem);
  return {
    problem,
    Z: queries.map(() => tokens.map(() => 0)),
    free: Array.from({ length: FREE }, draw),
  };
}
