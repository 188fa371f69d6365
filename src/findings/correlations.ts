/** Findings about E, E' and the form of the backpropagated gradient (Appendix D.1, D.5). */
import { type Field, sum } from '../arithmetic/field.ts';
import { inverse } from '../arithmetic/linear.ts';
import {
  type Equicorrelated,
  equicorrelated,
  hubAtRest,
  lightlyCommon,
  type PerturbedWorld,
  perturbed,
  rowSumsToOne,
} from '../generators/findings.ts';
import { singleCommon } from '../generators/problems.ts';
import { type PointWorld, pointWorld } from '../generators/states.ts';
import { populationF } from '../ladder/rung.ts';
import { attentionVelocity, gram, residualEntries } from '../ladder/two-timescale.ts';
import { reducedLayout } from '../model/layout.ts';
import { above, equal, type Finding, positive, reading } from './finding.ts';

const overlapping = pointWorld(singleCommon());

/** I + E and its inverse in a state. */
function correlations<T>(F: Field<T>, { problem, Z }: PointWorld) {
  const layout = reducedLayout(problem);
  const G = gram(
    F,
    layout,
    populationF(
      F,
      problem,
      layout,
      Z.map((row) => row.map(F.of)),
    ),
  );
  return { G, A: inverse(F, G) };
}

const identity = <T>(F: Field<T>, i: number, j: number): T => F.of(i === j ? 1 : 0);

/** What the paper asks of E' = sense (I - (I+E)^-1): F^T (f_n - F E' e_n) = e_n (Eq. 29) and E'_nn < 0 (Lemma 16). */
const primeOfSign = (sense: 1 | -1) =>
  function* <T>(F: Field<T>, world: PointWorld) {
    const { G, A } = correlations(F, world);
    const prime = A.map((row, i) => row.map((a, j) => F.mul(F.of(sense), F.sub(identity(F, i, j), a))));
    for (const [i, row] of G.entries())
      for (const j of row.keys()) {
        const image = sum(
          F,
          row.map((g, k) => F.mul(g, F.sub(identity(F, k, j), prime[k][j]))),
        );
        yield equal(F, `(F^T (f - F E'))_${i}${j} = I_${i}${j}`, image, identity(F, i, j));
      }
    for (const i of G.keys()) yield positive(F, `-E'_${i}${i} > 0`, F.neg(prime[i][i]));
  };

const signOfPrime: Finding = {
  id: 'sign-of-e-prime',
  place: "Appendix D.1, the definition of E'",
  kind: 'slip in print',
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
    "with I - (I+E)^-1 Eq. 29 is (I+E)(I+E)^-1 = I, true by definition; only -E'_nn = A_nn - 1 > 0, A = (I+E)^-1, carries content.",
};

/** beta_nn' = -(coefficient of f_n' in F (I-E')(I+Theta) q^(n)), against Eq. 88 with `sense` on its first term. */
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
  kind: 'slip in print',
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
  kind: 'false statement',
  expected: 'confirmed',
  printed: reading({
    says: "-E'_nn = sum_k lambda_k^2/(1+lambda_k) u_nk^2 >= min_i lambda_i^2 / (1 - |lambda_1|)",
    at: [{ K: 2, rho: 0.25 }],
    worlds: equicorrelated,
    margins: lowest(-1),
  }),
  corrected: reading({
    says: "-E'_nn >= min_i lambda_i^2 / (1 + |lambda_1|), still above min_i lambda_i^2 / 2, so that the conclusion survives",
    worlds: equicorrelated,
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
    if (support.some((l) => uses.get(l)! > 1)) yield positive(F, `xi_${n} > 0`, xi[n]);
}

const ROW_SUMS =
  'xi_n/gamma = (q1 - q0)(A_nn - 1) + |q0| (1 - (A1)_n) with A = (I+E)^-1. When all row sums of E are at most 1, ' +
  'A1 = sum_j E^(2j) (1 - E1) >= 0 and 1 - A1 = E A 1 >= 0, and A_nn > 1 for a class that overlaps another: xi_n > 0. ' +
  '|lambda_1| < 1/K implies it, since a row sum is at most sqrt(K) |lambda_1|.';

const upperBound: Finding = {
  id: 'hub',
  place: 'Theorem 1(a), Theorem 2(a): the upper bound of Assumption 2',
  kind: 'hypothesis needed',
  expected: 'confirmed',
  printed: reading({
    says: "xi_n > 0, and so z' > 0 for distinct tokens, whatever E (Assumption 2 dropped)",
    worlds: hubAtRest,
    margins: attracted,
  }),
  corrected: reading({
    says: 'xi_n > 0 for every class that overlaps another when all row sums of E are at most 1 (asked up to 0.999), which |lambda_1| < 1/K implies',
    worlds: rowSumsToOne,
    margins: attracted,
  }),
  argument: ROW_SUMS,
};

const lowerBound: Finding = {
  id: 'lower-bound',
  place: 'Theorem 1(a), last line of Eq. 93: the lower bound |lambda_i| >= 6/sqrt(M) of Assumption 2',
  kind: 'hypothesis not needed',
  expected: 'confirmed',
  printed: reading({
    says: 'xi_n > 0 needs |lambda_i| >= 6/sqrt(M) (asked where M <= 32, so that 6/sqrt(M) > 1 > |lambda_1|)',
    worlds: lightlyCommon(true),
    margins: attracted,
    denied: true,
  }),
  corrected: reading({
    says: 'with the exact decoder (theta = sigma = 0) xi_n > 0 for every class that overlaps another, with one common token or with row sums of E at most 1, whatever |lambda_i|',
    worlds: overlapping,
    margins: attracted,
  }),
  argument: `${ROW_SUMS} The lower bound serves to beat the errors theta of random class counts, and to make every class overlap.`,
};

/** Class 0 holds the common token 0 alone, class 1 of the same query a distinct token alone, class 2 both kinds. */
const apart: PointWorld = {
  problem: {
    vocabulary: 40,
    classes: [
      { next: 10, query: 20, tokens: [0], probabilities: [1] },
      { next: 11, query: 20, tokens: [1], probabilities: [1] },
      { next: 12, query: 21, tokens: [0, 2], probabilities: [1, 3] },
    ],
  },
  Z: [
    [0, 0, 0],
    [0, 0, 0],
  ],
};
const fate = (asks: 'zero' | 'positive') =>
  function* <T>(F: Field<T>, { problem, Z }: PointWorld) {
    const layout = reducedLayout(problem);
    const { dZ } = attentionVelocity(
      F,
      problem,
      layout,
      Z.map((row) => row.map(F.of)),
    );
    const name = "z' of the common token";
    for (const { row, support } of layout.classes)
      if (asks === 'zero' && row === 0) yield equal(F, `${name} = 0`, dZ[row][0], F.of(0));
      else if (asks === 'positive' && support.includes(0))
        yield positive(F, `${name} < 0`, F.neg(dZ[row][0]));
  };

const theorem2b: Finding = {
  id: 'theorem-2b',
  place: 'Theorem 2(b)',
  kind: 'hypothesis needed',
  expected: 'confirmed',
  printed: reading({
    says: "with a single common token, z' < 0 as soon as some class of the query has a distinct token (Assumption 2's lower bound dropped)",
    at: [apart],
    margins: fate('zero'),
    denied: true,
  }),
  corrected: reading({
    says: "z' < 0 when some class of the query holds both the common token and a distinct one; |lambda_i| > 0 makes every class overlap, and so hold the common token",
    worlds: overlapping,
    margins: fate('positive'),
  }),
  argument:
    "the class with the distinct token need not hold the common one, and one that holds nothing else has f_nl = 1: every term (1 - f_nl^2) xi_n of Eq. 100 is then 0, and z' = 0.",
};

export const correlationFindings: readonly Finding[] = [
  signOfPrime,
  equation88,
  equation93,
  upperBound,
  lowerBound,
  theorem2b,
];
