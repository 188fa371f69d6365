/** Findings on E, E' and the form of the backpropagated gradient (Appendix D.1, D.5). */

import { type Field, sum } from '../arithmetic/field.ts';
import { inverse } from '../arithmetic/linear.ts';
import { above, equal, positive } from '../decide/margin.ts';
import {
  type Equicorrelated,
  equicorrelated,
  lightlyCommon,
  overlapsThatPush,
  type PerturbedWorld,
  perturbed,
} from '../generators/findings.ts';
import { singleCommon } from '../generators/problems.ts';
import { pointWorld } from '../generators/states.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { attentionVelocity, ePrime, gram, residualEntries } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { type Finding, reading } from './finding.ts';

const overlapping = pointWorld(singleCommon());

/** I + E and its inverse at a state. */
function correlations<T>(F: Field<T>, { problem, Z }: PointWorld) {
  const layout = reducedLayout(problem);
  const G = gram(
    F,
    layout,
    populationFeatures(
      F,
      problem,
      layout,
      Z.map((row) => row.map(F.of)),
    ),
  );
  return { G, A: inverse(F, G) };
}

const identity = <T>(F: Field<T>, i: number, j: number): T => F.of(i === j ? 1 : 0);

/** The paper's equations for E' = sense (I - (I+E)^-1): Phi^T (f_n - Phi E' e_n) = e_n (Eq. 29) and E'_nn < 0 (Lemma 16). */
const primeOfSign = (sense: 1 | -1) =>
  function* <T>(F: Field<T>, world: PointWorld) {
    const { G, A } = correlations(F, world);
    const prime = ePrime(F, A).map((row) => row.map((x) => F.mul(F.of(sense), x)));
    for (const [i, row] of G.entries())
      for (const j of row.keys()) {
        const image = sum(
          F,
          row.map((g, k) => F.mul(g, F.sub(identity(F, k, j), prime[k][j]))),
        );
        const same = equal(F, `(F^T (f - F E'))_${i}${j} = I_${i}${j}`, image, identity(F, i, j));
        yield i === j ? same : { ...same, scale: F.of(1) };
      }
    for (const i of G.keys()) yield positive(`-E'_${i}${i} > 0`, F.neg(prime[i][i]), F.of(1));
  };

const signOfPrime: Finding = {
  id: 'sign-of-e-prime',
  place: "Appendix D.1, the definition of E'",
  kind: 'misprint',
  words: "Denote E' := (I + E)^-1 - I",
  why: 'Lemma 14 defines it again, "(I + E)^-1 = I - E\'", and all later equations use that definition.',
  expected: 'confirmed',
  printed: reading({
    says: "E' := (I+E)^-1 - I, in Eq. 26-29 and Lemma 16",
    worlds: overlapping,
    margins: primeOfSign(-1),
  }),
  corrected: reading({
    says: "E' := I - (I+E)^-1, as Lemma 14 and Eq. 26-29 use it",
    worlds: overlapping,
    margins: primeOfSign(1),
  }),
  argument:
    "with I - (I+E)^-1 Eq. 29 is (I+E)(I+E)^-1 = I, true by definition; only -E'_nn = A_nn - 1 > 0, A = (I+E)^-1, is not trivial.",
};

/** beta_nn' = -(coefficient of f_n' in Phi (I-E')(I+Theta) q^(n)), against Eq. 88 with the sign `sense` of its first term. */
const beta = (sense: 1 | -1) =>
  function* <T>(F: Field<T>, world: PerturbedWorld) {
    const { A } = correlations(F, world);
    const { q0, q1 } = residualEntries(F, world.problem.vocabulary);
    const grown = world.theta.map((x) => F.add(F.of(1), F.of(x)));
    const prime = A.map((row, i) => row.map((a, j) => F.sub(identity(F, i, j), a)));
    for (const n of A.keys())
      for (const m of A.keys()) {
        if (m === n) continue;
        const weighted = A[m].map((a, k) => F.mul(F.mul(a, grown[k]), k === n ? q1 : q0));
        const literal = F.neg(sum(F, weighted));
        const others = sum(
          F,
          A.map((_, k) => F.mul(grown[k], prime[k][m])).filter((_, k) => k !== n),
        );
        const bracket = F.add(F.mul(F.of(sense), grown[m]), others);
        const formula = F.add(F.mul(q1, F.mul(grown[n], prime[n][m])), F.mul(q0, bracket));
        yield equal(F, `beta_${n}${m} as Eq. 82 gives it`, literal, formula);
      }
  };

const equation88: Finding = {
  id: 'equation-88',
  place: 'Appendix D.5, Eq. 88',
  kind: 'misprint',
  words:
    "beta_nn' := (1+sigma)[q_1 (1+theta_n) E'_nn' + q_0((1+theta_n') + sum_{k != n} (1+theta_k) E'_kn')]",
  why: "A minus before (1+theta_n') is missing: Eq. 83, which it expands, has it. Eq. 89 and |delta_3| < 3/M do not change with it.",
  expected: 'confirmed',
  printed: reading({
    says: "beta_nn' = (1+sigma)[q1 (1+theta_n) E'_nn' + q0 ((1+theta_n') + sum_{k != n} (1+theta_k) E'_kn')]",
    worlds: perturbed(overlapping),
    margins: beta(1),
  }),
  corrected: reading({
    says: "beta_nn' = (1+sigma)[q1 (1+theta_n) E'_nn' + q0 (-(1+theta_n') + sum_{k != n} (1+theta_k) E'_kn')]",
    worlds: perturbed(overlapping),
    margins: beta(-1),
  }),
};

/** -E'_nn against min lambda^2 / (1 + sense |lambda_1|), eigenvalues (K-1) rho and -rho; and 1/2 min lambda^2. */
const lowest = (sense: 1 | -1) =>
  function* <T>(F: Field<T>, { K, rho }: Equicorrelated) {
    const r = F.of(rho);
    const A = inverse(
      F,
      Array.from({ length: K }, (_, i) => Array.from({ length: K }, (_, j) => (i === j ? F.of(1) : r))),
    );
    const first = F.mul(F.of(K - 1), r);
    const least = F.mul(r, r);
    const bound = F.div(least, F.add(F.of(1), F.mul(F.of(sense), first)));
    yield above(F, "-E'_nn above the bound", F.sub(A[0][0], F.of(1)), bound);
    yield above(F, 'the bound above min lambda^2 / 2', bound, F.div(least, F.of(2)));
  };

const equation93: Finding = {
  id: 'equation-93',
  place: 'Appendix D.5, Eq. 93, fourth line',
  kind: 'false as printed',
  words: '>= (1+sigma)[(1+delta_1)/(1-|lambda_1|) (min_i |lambda_i(E)|^2) - 3/M K|lambda_1|]',
  why: 'Two classes of any overlap violate this inequality: 1 - |lambda_1| should be 1 + |lambda_1|. Theorem 1(a) remains true, because 1/(1+|lambda_1|) > 2/3 > 1/2, which is what the next line needs.',
  expected: 'confirmed',
  printed: reading({
    says: "-E'_nn = sum_k lambda_k^2/(1+lambda_k) u_nk^2 >= min_i lambda_i^2 / (1 - |lambda_1|)",
    at: [{ K: 2, rho: 0.25 }],
    worlds: equicorrelated(),
    margins: lowest(-1),
  }),
  corrected: reading({
    says: "-E'_nn >= min_i lambda_i^2 / (1 + |lambda_1|), still above min_i lambda_i^2 / 2, so that the conclusion remains true",
    worlds: equicorrelated(),
    margins: lowest(1),
  }),
  argument:
    'lambda^2/(1+lambda) >= lambda^2/(1+|lambda_1|) for every eigenvalue, and the weights u_nk^2 sum to 1; for two classes printed and true value differ by the factor 1 + rho.',
};

/** xi_n > 0 for every class that overlaps another. */
function* attracted<T>(F: Field<T>, { problem, Z }: PointWorld) {
  const layout = reducedLayout(problem);
  const { xi } = attentionVelocity(
    F,
    problem,
    layout,
    Z.map((row) => row.map(F.of)),
  );
  const uses = new Map<number, number>();
  for (const l of layout.classes.flatMap(({ support }) => support)) uses.set(l, (uses.get(l) ?? 0) + 1);
  for (const [n, { support }] of layout.classes.entries())
    if (support.some((l) => uses.get(l)! > 1)) yield positive(`xi_${n} > 0`, xi[n], F.of(1));
}

const ROW_SUMS =
  'xi_n/gamma = (q1 - q0)(A_nn - 1) + |q0| (1 - (A1)_n) with A = (I+E)^-1. When all row sums of E are at most 1, ' +
  'A1 = sum_j E^(2j) (1 - E1) >= 0 and 1 - A1 = E A 1 >= 0, and A_nn > 1 for a class that overlaps another: xi_n > 0. ' +
  '|lambda_1| < 1/K implies it, since a row sum is at most sqrt(K) |lambda_1|.';

const lowerBound: Finding = {
  id: 'lower-bound',
  place: 'Assumption 2, as Theorem 1(a) uses it',
  kind: 'constant or hypothesis that can be better',
  words: 'satisfies |lambda_1| < 1/K and |lambda_i(E)| >= 6/sqrt(M), for all i in [K]',
  why: 'The paper does not say that the lower bound is needed, and with the exact decoder it is not. With random class counts it exceeds their errors (claim backprop), and it makes every class overlap another, which Theorem 2(b) uses.',
  expected: 'confirmed',
  printed: reading({
    says: 'that it is needed: xi_n <= 0 somewhere when it fails everywhere (checked where M <= 32, so that 6/sqrt(M) > 1 > |lambda_1|)',
    worlds: lightlyCommon(true),
    margins: attracted,
    denied: true,
  }),
  corrected: reading({
    says: 'with the exact decoder (theta = sigma = 0) xi_n > 0 for every class that overlaps another, with one common token or with row sums of E at most 1, for any |lambda_i|',
    worlds: overlapsThatPush(),
    margins: attracted,
  }),
  argument: ROW_SUMS,
};

export const correlationFindings: readonly Finding[] = [signOfPrime, equation88, equation93, lowerBound];
