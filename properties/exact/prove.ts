/**
 * Identities by evaluation at random points (Schwartz 1980, Zippel 1979, DeMillo and Lipton 1978).
 *
 * An equality of two formulas over + - * / is an identity exactly when its difference N/D vanishes, as a rational function of the
 * coordinates (t, d of each class, M, free ones). If N is not the polynomial 0 and has total degree <= d, then at coordinates drawn
 * independently and uniformly from a set of s numbers N = 0 with probability at most d/s. Proof, by induction over the coordinates:
 * with N = sum x_1^i N_i(x_2, ..) and k the largest i with N_i not 0, N_k = 0 with probability at most (d - k)/s, and otherwise N is a
 * polynomial of degree k in x_1 with at most k roots: (d - k)/s + k/s.
 *
 * So n independent points all give 0 with probability at most (d/s)^n, and equalities of degrees d_1, d_2, .. of which one is no
 * identity pass together with probability at most sum_i (d_i/s)^n. Here s = 2^24, n = `POINTS`; the bound that a proof reports is this sum.
 *
 *  - D is 0 at no point that passes: the field of rationals throws at a division by 0.
 *  - d is computed by the formula itself, over the field `degrees`; branches of formulas only leave out terms that are 0 and choose
 *    pivots, so all points evaluate the same function.
 *  - Points are SHA-256 of the seed, the pattern and a counter: the probability is that of a random function in its place.
 */
import type { Margin, Margins } from '../../src/decide/margin.ts';
import { degrees } from './degrees.ts';
import { type Rational, rational } from './rational.ts';
import { DRAWN, drawing, drawnState, type ExactWorld, type Pattern } from './worlds.ts';

/** Degrees that docs/verdicts.md states; the largest is 1238, of Lemma 14 for four classes. */
export const MOST_DEGREE = 2 ** 11;
/** Points of a proof: five leave (2^11/2^24)^5 = 2^-65 an equality, and 2^-60 for 32 of the largest degree. */
export const POINTS = 5;
/** No proof may pass by chance with a larger probability. */
export const MOST_ERROR = 2 ** -60;

/** The margins of a world over the rationals. A margin holds exactly when `holdsExactly` says so. */
export const exactMargins = (margins: Margins<ExactWorld>, world: ExactWorld): Margin<Rational>[] => [
  ...margins(rational, world),
];

/** Whether the margin is what its statement requires, exactly. */
export const holdsExactly = ({ requires, value }: Margin<Rational>): boolean =>
  rational.sign(value) === (requires === 'zero' ? 0 : 1);

/** The world of a pattern at its point of this index. */
export const pointOf = (pattern: Pattern, index: number, seed = 1): ExactWorld =>
  drawnState(pattern, drawing(`${seed} / ${pattern.name} / ${index}`));

/** What became of the equalities of a statement on one pattern of supports. */
export interface Proof {
  /** How many there are. */
  readonly equalities: number;
  /** The largest degree of a numerator. */
  readonly degree: number;
  /** The probability that not all are identities although all points gave 0 is at most this. */
  readonly error: number;
  /** The margins, equalities or not, that a point refutes. */
  readonly refuted: readonly Margin<Rational>[];
}

const equalitiesOf = <T>(margins: readonly Margin<T>[]): Margin<T>[] =>
  margins.filter(({ requires }) => requires === 'zero');

/**
 * Evaluates all margins of a statement at the points of a pattern, and bounds the probability that an equality is no identity.
 * @throws RangeError where two points have different equalities: they would not be the same functions
 */
export function prove(margins: Margins<ExactWorld>, pattern: Pattern, seed = 1): Proof {
  const bounds = equalitiesOf([...margins(degrees, pointOf(pattern, 0, seed))]);
  const names = bounds.map(({ name }) => name).join('\n');
  const refuted: Margin<Rational>[] = [];
  for (let i = 0; i < POINTS; i++) {
    const found = exactMargins(margins, pointOf(pattern, i, seed));
    if (
      equalitiesOf(found)
        .map(({ name }) => name)
        .join('\n') !== names
    )
      throw new RangeError(`${pattern.name}: point ${i} has other equalities than the first`);
    refuted.push(...found.filter((margin) => !holdsExactly(margin)));
  }
  const found = bounds.map(({ value }) => Math.max(0, value.degree));
  return {
    equalities: found.length,
    degree: Math.max(0, ...found),
    error: found.reduce((sum, d) => sum + (d / DRAWN) ** POINTS, 0),
    refuted,
  };
}
