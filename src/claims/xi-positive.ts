import { eigenDiscs, jacobi, modulus } from '../arithmetic/eigen.ts';
import { dot, type Field, sum } from '../arithmetic/field.ts';
import { inverse, rowSums } from '../arithmetic/linear.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, positive } from '../decide/margin.ts';
import { edge, hubs, type XiEdgeWorld, xiWorld } from '../generators/fate.ts';
import { pointWorld } from '../generators/states.ts';
import { attentionVelocity, gram, twoTimescale } from '../ladder/two-timescale.ts';
import { reducedLayout } from '../model/layout.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { xiProof } from './proofs/fewClasses.ts';
import { kinds } from './tokens.ts';

interface Broken {
  /** xi_n > 0 is checked for every class and any overlaps. */
  readonly unbounded?: true;
  /** M in place of M - 1 in the criterion. */
  readonly vocabulary?: true;
}

/** A hypothesis counts as met only with this much room, many times the rounding of float64. */
const ROOM = 1e-9;
/** Vocabularies beyond which "M large enough" is not checked. */
const LARGEST = 2 ** 40;

type Square<T> = readonly (readonly T[])[];

const without = <T>(row: readonly T[], n: number): T[] => row.filter((_, k) => k !== n);

/** How class n stands to the others: C = their Gram matrix, e = its overlaps, w = C^-1 e, v = C^-1 1. */
export function againstOthers<T>(F: Field<T>, G: Square<T>, n: number) {
  const C = without(G, n).map((row) => without(row, n));
  const e = without(G[n], n);
  const inverted = inverse(F, C);
  return { C, e, w: inverted.map((row) => dot(F, row, e)), v: rowSums(F, inverted) };
}

/**
 * Let class n overlap others by e, the others have the Gram matrix C = I + E_o, and w = C^-1 e (the coordinates of f_n's
 * projection on their span, |P f_n|^2 = e.w < 1). Then
 *
 *     xi_n/gamma = M/(M-1)^2 ( (M-1) e.w + 1.w ) / (1 - e.w),      so xi_n > 0 exactly when sum_k w_k > -(M-1) |P f_n|^2.
 *
 * Proof. By blocks A_nn = 1/(1 - e.w), A_nk = -A_nn w_k, so A_nn - 1 = A_nn e.w, and xi_n/gamma = (A q^(n))_n - q1 =
 * q1 (A_nn - 1) + q0 sum_{k != n} A_nk = A_nn (q1 e.w - q0 1.w), with q1 = M/(M-1), q0 = -M/(M-1)^2. Since e.w > 0,
 * each of these is enough:
 *
 *  1. w >= 0, that is E'_nk >= 0 for all k != n (a single common token: Sherman and Morrison);
 *  2. v = C^-1 1 >= 0, because 1.w = e.v: it holds where the *other* classes' row sums of E, among themselves, are below
 *     1: v = (I - E_o^2)^-1 (I - E_o) 1, a series of nonnegative terms. Hence always for K <= 3 (one row sum, f_k.f_j < 1);
 *  3. |lambda_1| < 1/sqrt(K-2): the star of row k of E_o has the eigenvalue |E_k.|, so |E_k.| <= |lambda_1| (Perron), and K - 2 entries
 *     sum to at most sqrt(K-2) |E_k.| < 1: case 2. Assumption 2 requires 1/K;
 *  4. (M-1)^2 > (1.v)/(e.w), whatever the overlaps: (1.w)^2 <= (1.v)(e.w) by Cauchy and Schwarz. For M -> inf nothing is needed.
 *
 * Both bounds are sharp for every K >= 4 and every M: a hub that overlaps K - 2 spokes by (1+delta)/(K-2) each has |lambda_1| =
 * (1+delta)/sqrt(K-2); a class that overlaps the hub alone, by eps, has sum w = eps (1 - (1+delta))/(..) and |P f_n|^2 = eps^2/(..):
 * xi_n < 0 as soon as (M-1) eps < delta.
 */
const xiSigns = (broken: Broken = {}) =>
  function* <T>(F: Field<T>, { problem, Z, beyond }: XiEdgeWorld): Generator<Margin<T>> {
    const layout = reducedLayout(problem);
    const logits = Z.map((row) => row.map(F.of));
    const { f, xi } = attentionVelocity(F, problem, layout, logits);
    const G = gram(F, layout, f);
    const { overlaps } = kinds(problem, layout);
    const [K, M, one] = [G.length, problem.vocabulary, F.of(1)];
    const E = G.map((row, n) => row.map((x, k) => (n === k ? F.of(0) : x)));
    const radius = Math.abs(jacobi(E.map((row) => row.map(F.toNumber))).values[0]);
    const spectral = K > 2 && radius < (1 - ROOM) / Math.sqrt(K - 2);
    for (const [n, c] of problem.classes.entries()) {
      if (!overlaps[n]) continue;
      const name = `class ${c.next}`;
      const { C, e, w, v } = againstOthers(F, G, n);
      const [projection, total] = [dot(F, e, w), sum(F, w)];
      const rest = F.of(M - 1);
      const criterion = F.add(F.mul(broken.vocabulary ? F.of(M) : rest, projection), total);
      const left = F.mul(F.div(F.mul(F.mul(rest, rest), xi[n]), F.of(M)), F.sub(one, projection));
      const size = F.mul(rest, projection);
      yield { ...equal(F, `xi of ${name} by its projection on the others`, left, criterion), scale: size };
      const sums = C.map((row) => sum(F, row));
      if (spectral)
        for (const s of sums) yield positive(`row sums beside ${name} are below 1`, F.sub(F.of(2), s), one);
      // Row sums of C are 1 and those of E_o.
      const bounded = Math.max(...sums.map(F.toNumber)) < 2 - ROOM;
      if (bounded) for (const x of v) yield positive(`(C^-1 1) beside ${name} is positive`, x, one);
      const alike = w.every((x) => F.sign(x) === 1 || F.sign(x) === 0);
      if (bounded || alike || broken.unbounded)
        yield positive(`xi of ${name} is positive`, xi[n], F.div(projection, F.sub(one, projection)));
      const enough = Math.ceil(2 + 1.001 * Math.sqrt(F.toNumber(F.div(sum(F, v), projection))));
      if (enough < LARGEST) {
        const vocabulary = Math.max(M, enough);
        const far = attentionVelocity(F, { ...problem, vocabulary }, layout, logits).xi[n];
        yield positive(
          `xi of ${name} is positive at M = ${vocabulary}`,
          far,
          F.div(projection, F.sub(one, projection)),
        );
      }
    }
    if (beyond === undefined || broken.unbounded) return;
    const [{ centre, radius: width }] = eigenDiscs(F, E);
    const most = F.add(modulus(F, centre), width);
    const bound = F.div(F.of(1 + 2 * beyond), F.sqrt(F.of(K - 2)));
    yield positive(`|lambda_1| < (1 + ${2 * beyond})/sqrt(K-2)`, F.sub(bound, most), bound);
    yield positive('xi of the last class is negative', F.neg(xi[K - 1]), one);
  };

export const xiPositive: Claim = {
  id: 'xi-positive',
  source: 'own (extends Theorem 1(a))',
  headline: false,
  statement:
    'xi_n > 0 exactly when sum_k w_k > -(M-1) |P f_n|^2, w the coordinates of the projection P f_n of f_n on the other classes. It is ' +
    'enough that |lambda_1| < 1/sqrt(K-2), or that row sums of E among the other classes are below 1 (so always for K <= 3), and both bounds are sharp.',
  words:
    'When exactly xi_n is positive; w are the coordinates of the projection P f_n of f_n on the other classes. It is enough that |lambda_1| < 1/sqrt(K-2), or that row sums of E among the other classes are below 1 (so always for K of at most 3), and both bounds are sharp.',
  formula: String.raw`\xi_n > 0 \iff \sum_k w_k > -(M-1)\, \lVert P f_n \rVert^2`,
  silent:
    'Assumption 2 requires |lambda_1| < 1/K and for lower bounds that are not needed. Beyond these bounds the criterion decides class by ' +
    'class; how often random worlds fail there is in fixtures/xi-search.json. It speaks of two-timescale, not of the true flow.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At any Z: xi_n by the criterion; xi_n > 0 where other rows of E sum to less than 1 (with |lambda_1| < 1/sqrt(K-2) they do), where E'_nk >= 0, and for (M-1)^2 > (1.v)/(e.w); xi_n < 0 just beyond.",
      expected: 'holds',
      worlds: xiWorld(),
      margins: xiSigns(),
      share: 0.25,
      controls: [
        {
          drops: 'any bound on the overlap: hubs',
          worlds: pointWorld(hubs(), 1),
          margins: xiSigns({ unbounded: true }),
        },
        {
          drops: '|lambda_1| < 1/sqrt(K-2): just beyond',
          worlds: edge(),
          margins: xiSigns({ unbounded: true }),
        },
        { drops: 'M - 1 in the criterion: M in its place', margins: xiSigns({ vocabulary: true }) },
      ],
    }),
    check.proved({
      rung: 'algebra',
      statement:
        'In every world of two or three classes, M >= 2, whatever the overlaps: xi_n > 0 of each class that overlaps another, so its distinct tokens gain.',
      ...xiProof,
    }),
  ],
};
