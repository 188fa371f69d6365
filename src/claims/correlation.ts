import { determinant, eigenDiscs, jacobi, modulus, rayleigh } from '../arithmetic/eigen.ts';
import { dot, type Field } from '../arithmetic/field.ts';
import { inverse } from '../arithmetic/linear.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, positive } from '../decide/margin.ts';
import {
  type CorrelationWorld,
  correlation as correlations,
  gramOf,
  strongCorrelation,
} from '../generators/correlations.ts';
import { ePrime } from '../ladder/two-timescale.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';

type Square<T> = readonly (readonly T[])[];

/** Everything the lemmas speak of. `below` is a Rayleigh quotient, so at most |lambda_1|. */
interface Parts<T> {
  readonly F: Field<T>;
  readonly world: CorrelationWorld;
  readonly G: Square<T>;
  readonly E: Square<T>;
  /** E' = I - (I + E)^-1. */
  readonly P: Square<T>;
  readonly below: T;
}

/** What a control breaks. */
export interface Broken {
  /** Sign of E' as Appendix D.1 prints it: (I + E)^-1 - I. */
  readonly sign?: boolean;
  /** lambda_3 in the place of lambda_1 (lambda_2 would not do: E_ii = 0 gives -lambda_min >= max E_ij as well). */
  readonly third?: boolean;
  /** Eq. 93 as printed: 1/(1 - |lambda_1|) for 1/(1 + |lambda_1|). */
  readonly printed93?: boolean;
}

const one = <T>(F: Field<T>) => F.of(1);

function partsOf<T>(F: Field<T>, world: CorrelationWorld, { sign, third }: Broken): Parts<T> {
  const G = gramOf(F, world);
  const E = G.map((row, n) => row.map((x, k) => (n === k ? F.of(0) : x)));
  const A = inverse(F, G);
  const P = ePrime(F, A).map((row) => row.map((x) => (sign ? F.neg(x) : x)));
  const { vectors } = jacobi(E.map((row) => row.map(F.toNumber)));
  return {
    F,
    world,
    G,
    E,
    P,
    below: modulus(F, rayleigh(F, E, vectors[third ? Math.min(2, E.length - 1) : 0].map(F.of))),
  };
}

/**
 * Lemma 13: max |E_ij| < |lambda_1| as soon as i or j overlaps a third class (Perron: a connected block has a larger
 * eigenvalue than any part of it). Of a pair that overlaps nobody else E_ij is an eigenvalue, and the lemma is attained where no
 * other block has a larger one. That is the 2 x 2 matrix itself; it is not checked here.
 */
function* lemma13<T>({ F, E, below }: Parts<T>): Generator<Margin<T>> {
  const pairs = E.flatMap((_, i) => E.slice(0, i).map((_, j) => [i, j] as const));
  const [i, j] = pairs.reduce((a, b) => (F.toNumber(E[b[0]][b[1]]) > F.toNumber(E[a[0]][a[1]]) ? b : a));
  const third = E.some((row, k) => k !== i && k !== j && (F.sign(row[i]) !== 0 || F.sign(row[j]) !== 0));
  if (third) yield positive(`Lemma 13: E_${i}${j} against |lambda_1|`, F.sub(below, E[i][j]), E[i][j]);
}

/**
 * Lemma 14 as an identity of characteristic polynomials, so with multiplicities: for every lambda,
 * det(E' - lambda/(1+lambda) I) (1+lambda)^K det(I+E) = det(E - lambda I).
 */
function* lemma14<T>({ F, world, G, E, P }: Parts<T>): Generator<Margin<T>> {
  const shifted = (A: Square<T>, x: T) => A.map((row, n) => row.map((a, k) => (n === k ? F.sub(a, x) : a)));
  const whole = determinant(F, G);
  for (const lambda of world.points) {
    const plus = F.add(one(F), F.of(lambda));
    const left = E.reduce(
      (x) => F.mul(x, plus),
      F.mul(whole, determinant(F, shifted(P, F.div(F.of(lambda), plus)))),
    );
    const name = `Lemma 14: eigenvalues of E' are lambda/(1+lambda), checked at ${lambda}`;
    yield equal(F, name, left, determinant(F, shifted(E, F.of(lambda))));
  }
}

/**
 * Lemma 15 with lambda > |lambda_1|: max |lambda_i(E')| < |lambda_1|/(1-lambda) < lambda/(1-lambda); and with
 * lambda = |lambda_1|, strict where every pair of three or more classes overlaps (attained where -|lambda_1| is an
 * eigenvalue of E: bipartite overlaps, as for K = 2).
 */
function* lemma15<T>({ F, world, E, P, below }: Parts<T>): Generator<Margin<T>> {
  const room = F.sub(one(F), F.of(world.lambda));
  const bounds: [string, T][] = [['|lambda_1|/(1-lambda)', F.div(below, room)]];
  const dense = E.length > 2 && E.every((row, n) => row.every((x, k) => n === k || F.sign(x) === 1));
  if (dense) bounds.push(['|lambda_1|/(1-|lambda_1|)', F.div(below, F.sub(one(F), below))]);
  for (const { centre, radius } of eigenDiscs(F, P))
    for (const [name, bound] of bounds)
      yield positive(
        `Lemma 15: |lambda(E')| < ${name}`,
        F.sub(bound, F.add(modulus(F, centre), radius)),
        bound,
      );
}

/**
 * Lemma 16 with both sides made explicit, for a class that overlaps another (E e_n = 0 gives E'_nn = 0):
 *
 *     sum_k E_nk^2 / (1 + |lambda_1|)  <  -E'_nn  <  sum_k E_nk^2 / (1 - |lambda_1|)
 *
 * from -E'_nn = sum_k lambda_k^2/(1+lambda_k) u_nk^2; neither side is attained, because E_nn = 0 keeps e_n from
 * being an eigenvector. The left side is at least min lambda_i^2/(1+|lambda_1|): Eq. 93, which prints 1 - |lambda_1|.
 */
function* lemma16<T>({ F, E, P, below }: Parts<T>, { printed93 }: Broken): Generator<Margin<T>> {
  const { vectors } = jacobi(E.map((row) => row.map(F.toNumber)));
  const v = vectors[vectors.length - 1].map(F.of);
  const image = E.map((row) => dot(F, row, v));
  // min lambda_i^2 is at most this.
  const least = F.div(dot(F, image, image), dot(F, v, v));
  const [plus, minus] = [F.add(one(F), below), F.sub(one(F), below)];
  for (const [n, row] of E.entries()) {
    const fall = F.neg(P[n][n]);
    if (row.every((x) => F.sign(x) === 0)) {
      yield equal(F, `Lemma 16: E'_${n}${n} = 0 for a class alone`, P[n][n], F.of(0));
      continue;
    }
    const squares = dot(F, row, row);
    yield positive(`Lemma 16: E'_${n}${n} < 0`, fall, squares);
    yield positive(`Lemma 16, below: -E'_${n}${n}`, F.sub(fall, F.div(squares, plus)), squares);
    yield positive(`Lemma 16, above: -E'_${n}${n}`, F.sub(F.div(squares, minus), fall), squares);
    const floor = F.div(least, printed93 ? minus : plus);
    yield positive(
      `Eq. 93: -E'_${n}${n} > min lambda^2/(1 ${printed93 ? '-' : '+'} |lambda_1|)`,
      F.sub(fall, floor),
      squares,
    );
  }
}

/** Lemma 17, strict for every pair: |E'_nk - E_nk| < lambda_1^2/(1-|lambda_1|). */
function* lemma17<T>({ F, E, P, below }: Parts<T>): Generator<Margin<T>> {
  const bound = F.div(F.mul(below, below), F.sub(one(F), below));
  for (const [n, row] of E.entries())
    for (let k = n; k < row.length; k++) {
      const gap = F.sub(P[n][k], row[k]);
      yield positive(`Lemma 17: E'_${n}${k} - E_${n}${k}`, F.sub(bound, gap), bound);
      yield positive(`Lemma 17: E_${n}${k} - E'_${n}${k}`, F.add(bound, gap), bound);
    }
}

/**
 * All five lemmas of one E. Upper bounds by |lambda_1| are checked with a Rayleigh quotient in its place, which is never
 * larger: what holds with it holds with |lambda_1|, since every bound grows (or, in 16 below, falls) the right way.
 */
export const lemmas = (broken: Broken = {}) =>
  function* <T>(F: Field<T>, world: CorrelationWorld): Generator<Margin<T>> {
    const parts = partsOf(F, world, broken);
    yield* lemma13(parts);
    yield* lemma14(parts);
    yield* lemma15(parts);
    yield* lemma16(parts, broken);
    yield* lemma17(parts);
  };

export const correlationClaim: Claim = {
  id: 'correlation',
  source: 'Lemmas 13-17',
  headline: false,
  statement:
    "Of E = Phi^T Phi - I with |lambda_1| < 1 and E' = I - (I+E)^-1: max |E_ij| <= |lambda_1|, E' has the eigenvalues " +
    'lambda/(1+lambda), its diagonal is negative, and it differs from E by at most lambda_1^2/(1-|lambda_1|).',
  words:
    "Of E = Phi^T Phi - I with |lambda_1| < 1 and E' = I - (I+E)^-1: the entries of E are bounded, E' has the eigenvalues lambda/(1+lambda) and a negative diagonal, and differs from E by a term of second order at most.",
  formula: String.raw`\max |E_{ij}| \le |\lambda_1|, \qquad E'_{nn} < 0, \qquad |E'_{nk} - E_{nk}| \le \frac{\lambda_1^2}{1 - |\lambda_1|}`,
  silent:
    "Appendix D.1 prints E' with the opposite sign, which Lemmas 14 and 16 and Eq. 26 contradict; Eq. 93 prints " +
    'min lambda_i^2/(1-|lambda_1|), true is 1+|lambda_1|, and Theorem 1(a) survives (2/3 > 1/2). Lemma 13 is attained ' +
    'by two classes that overlap no third (true of any 2 x 2 matrix, so it is not checked), Lemma 15 by bipartite overlaps, Lemmas 16 and 17 never.',
  checks: [
    check.certified({
      rung: 'algebra',
      statement:
        "Lemmas 13-17 for states under Assumption 2 and for dense correlations with |lambda_1| up to 0.999, and sum E_nk^2/(1+|lambda_1|) < -E'_nn < sum E_nk^2/(1-|lambda_1|).",
      expected: 'holds',
      worlds: correlations(),
      margins: lemmas(),
      share: 0.5,
      controls: [
        { drops: '|lambda_1| < 1: strong overlaps', worlds: strongCorrelation() },
        { drops: "the sign of E': as Appendix D.1 prints it", margins: lemmas({ sign: true }) },
        { drops: 'which eigenvalue: lambda_3 for lambda_1', margins: lemmas({ third: true }) },
        { drops: 'the sign in Eq. 93: as printed', margins: lemmas({ printed93: true }) },
      ],
    }),
  ],
};
