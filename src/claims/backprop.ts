import { modulus } from '../arithmetic/eigen.ts';
import { dot, type Field, ratio, sum } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest, positive } from '../decide/margin.ts';
import { positiveXi, type XiWorld } from '../generators/backprop.ts';
import { drawnWorld, undrawnWorld } from '../generators/frozen.ts';
import { hub } from '../generators/problems.ts';
import { pointWorld } from '../generators/states.ts';
import { discreteReadingsTo, gammaAt, lapseSlope, readingIn } from '../ladder/clock.ts';
import {
  type DecoderGradient,
  decoderTrajectory,
  featuresOf,
  frozen,
  predict,
  span,
} from '../ladder/frozen.ts';
import { attentionVelocity, ePrime, gram, residualEntries, twoTimescale } from '../ladder/two-timescale.ts';
import type { FrozenWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { kinds } from './tokens.ts';

type Square<T> = readonly (readonly T[])[];

/**
 * iota_n and beta_nk without their common factor 1 + sigma (Eq. 86, 88), with 1 + theta_k given as `share`:
 *
 *   iota_n  = q1 (1+theta_n)(1 - E'_nn) - q0 sum_{k != n} (1+theta_k) E'_kn
 *   beta_nj = q1 (1+theta_n) E'_nj + q0 (-(1+theta_j) + sum_{k != n} (1+theta_k) E'_kj)
 *
 * Eq. 88 prints +(1+theta_j): that is `printed`.
 */
export function backpropCoefficients<T>(
  F: Field<T>,
  prime: Square<T>,
  share: readonly T[],
  vocabulary: number,
  n: number,
  printed: boolean,
) {
  const { q0, q1 } = residualEntries(F, vocabulary);
  const others = (j: number) =>
    sum(
      F,
      share.flatMap((s, k) => (k === n ? [] : [F.mul(s, prime[k][j])])),
    );
  const own = F.mul(q1, share[n]);
  const iota = F.sub(F.mul(own, F.sub(F.of(1), prime[n][n])), F.mul(q0, others(n)));
  const beta = share.map((s, j) =>
    F.add(F.mul(own, prime[n][j]), F.mul(q0, F.add(printed ? s : F.neg(s), others(j)))),
  );
  return { iota, beta };
}

/** sum_{j != n} beta_nj f_n.f_j */
const xiOf = <T>(F: Field<T>, beta: readonly T[], overlap: readonly T[], n: number): T =>
  sum(
    F,
    beta.flatMap((b, j) => (j === n ? [] : [F.mul(b, overlap[j])])),
  );

/** By how much h*(N_k) may exceed h*(N_n) under Assumption 2; a little less than what is proved, for rounding. */
const allowance = <T>(F: Field<T>, overlap: readonly T[], n: number, M: number): number => {
  const row = Math.hypot(...overlap.map((e, k) => (k === n ? 0 : F.toNumber(e))));
  const K = overlap.length;
  return (1 - 1e-9) * Math.sqrt(K - 1) * Math.max(35, ((M - 1) * row) / (K + 1));
};

/**
 * Theorem 1(a) with random counts, without a probability. Let s_k = 1 + theta_k = h*(N_k)/h(Nbar), S = max_k s_k. Of Eq. 88
 *
 *     xi_n (M-1)/(M gamma (1+sigma)) = -s_n E'_nn + (1/(M-1)) sum_{k != n} s_k E'_nk >= -s_n E'_nn - (S/(M-1)) sum_{k != n} |E'_nk|.
 *
 * Under Assumption 2, 6/sqrt(M) <= m <= |lambda_k| < 1/K (so M > 36 K^2), with weights u_k^2 = u_nk^2 that sum to 1 and r = |E e_n|:
 *
 *  1. -E'_nn = sum u_k^2/(1+lambda_k) - 1, and sum u_k^2 lambda_k = E_nn = 0. 1/(1+x) is convex, so outside (-m, m) it lies above its
 *     chord from -m to m, whose value at the mean 0 is 1/(1-m^2): -E'_nn >= m^2/(1-m^2) > 36/M, attained by two classes. (By Eq. 93,
 *     min lambda^2/(1+|lambda_1|), it would be 24/M.) Also -E'_nn = e_n^T E A E e_n > r^2/(1+1/K).
 *  2. sum_{k != n} |E'_nk| <= sqrt(K-1) |A E e_n|, since E' = A E; and |A E e_n| <= |lambda_1|/(1-|lambda_1|) < 1/(K-1): below 1/sqrt(K-1).
 *     Also |A E e_n| <= r/(1-1/K).
 *
 * So xi_n > 0 whenever max_k h*(N_k) <= 35 sqrt(K-1) h*(N_n), 36 (1-1/M) > 35, or <= (M-1) r sqrt(K-1)/(K+1) h*(N_n). How sharp that is: for
 * two classes xi_n > 0 at any counts (E'_01 > 0). For K = 3 the sign turns where E'_nk < 0, at factors of the order M^(3/4) in the worlds we
 * know; some bound is needed, for a class that is not drawn while another is may have xi_n < 0 (the control).
 */
function* residualBounds<T>(
  F: Field<T>,
  overlap: readonly T[],
  prime: readonly T[],
  M: number,
  n: number,
): Generator<Margin<T>> {
  const fall = F.neg(prime[n]);
  yield positive(`-E'_${n}${n} > 36/M`, F.sub(fall, ratio(F, 36, M)), fall);
  const K = prime.length;
  const room = F.div(F.of(1), F.sqrt(F.of(K - 1)));
  const others = prime.filter((_, k) => k !== n).map((x) => modulus(F, x));
  yield positive(`sum |E'_${n}k| < 1/sqrt(K-1)`, F.sub(room, sum(F, others)), room);
  const square = sum(
    F,
    overlap.flatMap((e, k) => (k === n ? [] : [F.mul(e, e)])),
  );
  yield positive(`-E'_${n}${n} > |E e_n|^2 K/(K+1)`, F.sub(fall, F.mul(square, ratio(F, K, K + 1))), fall);
}

/** |delta_2|, |delta_3| of Eq. 87 and 89 with 1 + delta_1 = q1 s_n: below (1 + sqrt 2) |q0| S, see `remainders`. */
function* countsApart<T>(F: Field<T>, { prime, share, M, n }: CountsAt<T>): Generator<Margin<T>> {
  const most = largest(F, share);
  const { q0, q1 } = residualEntries(F, M);
  const { iota, beta } = backpropCoefficients(F, prime, share, M, n, false);
  const own = F.mul(q1, share[n]);
  const bound = F.mul(F.neg(F.mul(F.of(2.43), q0)), most);
  for (const [j, b] of beta.entries()) {
    const delta =
      j === n ? F.sub(iota, F.mul(own, F.sub(F.of(1), prime[n][n]))) : F.sub(b, F.mul(own, prime[n][j]));
    const name = j === n ? 'delta_2' : `delta_3 of class ${j}`;
    yield positive(`${name} of class ${n} within 2.43 |q0| S`, F.sub(bound, modulus(F, delta)), bound);
  }
}

/** What `countsApart` sees: E', the shares 1 + theta, a class. */
interface CountsAt<T> {
  readonly prime: Square<T>;
  readonly share: readonly T[];
  readonly M: number;
  readonly n: number;
}

/** xi_n from g itself, whatever its form: with g = Phi a, xi_n = a_n - f_n.g = -(E' Phi^T g)_n. */
const xiOfGradient = <T>(F: Field<T>, prime: Square<T>, f: Square<T>, g: readonly T[], n: number): T =>
  F.neg(
    dot(
      F,
      prime[n],
      f.map((column) => dot(F, column, g)),
    ),
  );

/**
 * At the end of a frozen trajectory, for every class n: g = Y (e_n - alpha_n), multiplied out over all M columns,
 * against gamma (iota_n f_n - sum beta_nj f_j), with gamma and theta, sigma taken at Nbar = ceil(t/K) as the paper does:
 * 1 + theta_k = h*(N_k)/h(Nbar), 1 + sigma = (M-1+exp(M h(Nbar)))/(M-1+exp(M h*(N_n))). With one common token in
 * all classes E' > 0 off the diagonal, E'_nn < 0, so every term of xi_n = gamma (1+sigma)(-q1 (1+theta_n) E'_nn - q0 sum (1+theta_k) E'_nk)
 * is nonnegative whatever the counts: xi_n > 0 from the first step on. Under Assumption 2 see `residualBounds`.
 * @param anyCounts xi_n > 0 is checked under Assumption 2 for any counts
 */
const alongFrozen = (gradient: DecoderGradient, printed: boolean, anyCounts = false) =>
  function* <T>(F: Field<T>, world: FrozenWorld): Generator<Margin<T>> {
    const { problem, etaY, steps } = world;
    const M = problem.vocabulary;
    const K = problem.classes.length;
    const features = featuresOf(F, world);
    const { layout, prime } = features;
    const states = [...decoderTrajectory(F, world, features, gradient)];
    const { Y, counts, time } = states[states.length - 1];
    const readings = discreteReadingsTo(F, { vocabulary: M, etaY }, Math.max(...counts));
    const clock = { vocabulary: M, classes: 1, etaY, etaZ: 1 };
    const mean = readingIn(F, clock, F.of(Math.ceil(steps / K)));
    const share = counts.map((N) => F.div(readings[N], mean));
    const overlap = features.columns.map((a) => features.columns.map((b) => dot(F, a, b)));
    const { common, overlaps } = kinds(problem, layout);
    const single = common.length === 1 && overlaps.every((o) => o);
    for (const [n, c] of problem.classes.entries()) {
      const { residual } = predict(F, features, Y, n);
      const r = residual.map((x, j) => F.mul(F.of(layout.multiplicity[j]), x));
      const { iota, beta } = backpropCoefficients(F, prime, share, M, n, printed);
      const sigma = F.div(lapseSlope(F, M, mean), lapseSlope(F, M, readings[counts[n]]));
      const scale = F.mul(sigma, gammaAt(F, clock, mean));
      const mix = beta.map((b, j) => F.mul(scale, j === n ? iota : F.neg(b)));
      const closed = span(F, features.columns, mix);
      const g = Y.map((row) => dot(F, row, r));
      for (const [l, x] of g.entries())
        yield {
          ...equal(F, `g of class ${c.next} at token ${layout.tokens[l]}`, x, closed[l], time),
          scale: largest(F, mix),
        };
      if (world.assumption2) yield* countsApart(F, { prime, share, M, n });
      const xi = xiOfGradient(F, prime, features.columns, g, n);
      const byBeta = F.mul(scale, xiOf(F, beta, overlap[n], n));
      yield {
        ...equal(F, `xi of class ${c.next} from g and from beta`, xi, byBeta, time),
        scale: largest(F, mix),
      };
      const [most, own] = [Math.max(...share.map(F.toNumber)), F.toNumber(share[n])];
      const near = world.assumption2 && (anyCounts || most <= allowance(F, overlap[n], n, M) * own);
      if (single || near) yield positive(`xi of class ${c.next} is positive`, xi, largest(F, mix), time);
    }
  };

/**
 * The paper's iota_n = (1-E'_nn)(1+delta_1) + delta_2 and beta_nj = E'_nj (1+delta_1) + delta_3 with the exact decoder
 * (theta = sigma = 0): 1 + delta_1 = q1 = 1 + 1/(M-1), and |delta_2|, |delta_3| < `constant`/M. Under Assumption 2
 * |sum_k E'_kj| over k != n is at most sqrt(K) |lambda_1|/(1-|lambda_1|) < sqrt(K)/(K-1) <= sqrt 2, so with M >= 400 both
 * are below (1 + sqrt 2) |q0| < 2.43/M.
 */
function* remainders<T>(
  F: Field<T>,
  { iota, beta }: { iota: T; beta: readonly T[] },
  prime: readonly T[],
  { M, n, constant }: { M: number; n: number; constant: number },
): Generator<Margin<T>> {
  const { q1 } = residualEntries(F, M);
  const bound = ratio(F, constant, M);
  for (const [j, b] of beta.entries()) {
    const [name, delta] =
      j === n
        ? ['delta_2', F.sub(iota, F.mul(q1, F.sub(F.of(1), prime[n])))]
        : [`delta_3 of class ${j}`, F.sub(b, F.mul(q1, prime[j]))];
    yield positive(`${name} < ${constant}/M`, F.sub(bound, delta), bound);
    yield positive(`-${name} < ${constant}/M`, F.add(bound, delta), bound);
  }
}

/**
 * xi_n/gamma in two ways, sum_j beta_nj f_n.f_j and (A q^(n))_n - q1, and its sign, for every class that overlaps
 * another. Beside Assumption 2 two conditions are enough, with no lower bound on |lambda_i|. One common token: every
 * term is nonnegative. Row sums of E below 1: (I+E)^-1 1 = (I - E^2)^-1 (I - E) 1 >= 0, hence
 * sum_k E'_nk = 1 - ((I+E)^-1 1)_n = (E (I+E)^-1 1)_n >= 0, and with E'_nn < 0 (Lemma 16)
 * xi_n/gamma = (q0 - q1) E'_nn - q0 sum_k E'_nk > 0.
 */
const pointwise = (constant: number) =>
  function* <T>(F: Field<T>, { problem, Z, assumption2 }: XiWorld): Generator<Margin<T>> {
    const M = problem.vocabulary;
    const layout = reducedLayout(problem);
    const logits = Z.map((row) => row.map(F.of));
    const { A, f, xi } = attentionVelocity(F, problem, layout, logits);
    const prime = ePrime(F, A);
    const overlap = gram(F, layout, f);
    const all = problem.classes.map(() => F.of(1));
    const { overlaps } = kinds(problem, layout);
    for (const [n, c] of problem.classes.entries()) {
      if (!overlaps[n]) continue;
      const own = backpropCoefficients(F, prime, all, M, n, false);
      const byBeta = xiOf(F, own.beta, overlap[n], n);
      yield equal(F, `xi of class ${c.next} from beta and from (I+E)^-1`, byBeta, xi[n]);
      yield positive(`xi of class ${c.next} is positive`, xi[n], F.neg(prime[n][n]));
      if (!assumption2) continue;
      yield* remainders(F, own, prime[n], { M, n, constant });
      yield* residualBounds(F, overlap[n], prime[n], M, n);
    }
  };

export const backprop: Claim = {
  id: 'backprop',
  source: 'Theorem 1',
  headline: false,
  statement:
    'The gradient that reaches attention is g = gamma (iota_n f_n - sum beta_nj f_j), and xi_n = gamma sum beta_nj f_n.f_j > 0.',
  words: 'The gradient g that reaches attention, and xi_n, which is positive.',
  formula: String.raw`g = \gamma \Big(\iota_n f_n - \sum_{j \ne n} \beta_{nj} f_j\Big), \qquad \xi_n = \gamma \sum_{j \ne n} \beta_{nj}\, f_n^\top f_j > 0`,
  silent:
    'Exact under the modified gradient, at the counts that were drawn, with the sign of Eq. 88 corrected; its size: see speed and ' +
    'concentration. On frozen the equality tests Theorem 5 and the form of Eq. 86 and 88, with the theta and sigma of the counts, ' +
    'not how near g is to its value at Nbar; on two-timescale the equality of xi is algebra, (I+E)^-1 (I+E) = I. |delta_2|, |delta_3| < 3/M is checked with the exact decoder (theta = 0), where ' +
    'delta_1 = 1/(M-1); with counts they are within 2.43 |q0| max(1 + theta), and 1 + delta_1 is q1 (1 + theta_n) by Eq. 86, so that its bound is that of ' +
    'theta_n (claim concentration). Theorem 1(a) assumes delta_1 << 1; it needs only that no h*(N_k) exceeds 35 sqrt(K-1) h*(N_n). ' +
    'That is not the largest such number: the sign turns only for K >= 3, in the worlds we know at factors of the order M^(3/4). xi_n > 0 needs no lower bound on |lambda_i| with one common token, or with row sums of E below 1; without ' +
    'any such condition a hub makes it negative.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At any Z: xi_n > 0 for every class that overlaps another, under Assumption 2, or with one common token, or with row sums of E below 1; under Assumption 2 |delta_2|, |delta_3| < 3/M, -E'_nn > 36/M and sum |E'_nk| < 1/sqrt(K-1).",
      expected: 'holds',
      worlds: positiveXi(),
      margins: pointwise(3),
      share: 0.7,
      controls: [
        { drops: 'Assumption 2: a hub class that shares nearly all it has', worlds: pointWorld(hub(), 1) },
        { drops: 'the constant of delta_2, delta_3: 1/M for 3/M', margins: pointwise(1) },
      ],
    }),
    check.certified({
      rung: frozen,
      statement:
        'After random draws: Y (e_n - alpha_n) = gamma (iota_n f_n - sum beta_nj f_j) with the theta and sigma of the counts; with one common token xi_n > 0; ' +
        'under Assumption 2 xi_n > 0 whenever no h*(N_k) exceeds 35 sqrt(K-1) h*(N_n), or (M-1) |E e_n| sqrt(K-1)/(K+1) times h*(N_n).',
      expected: 'holds',
      worlds: drawnWorld(),
      margins: alongFrozen('modified', false),
      share: 0.4,
      controls: [
        { drops: 'the sign in Eq. 88: as printed', margins: alongFrozen('modified', true) },
        { drops: "the modification -Phi E' e_n", margins: alongFrozen('true', false) },
        {
          drops: 'the bound on the counts: a class that is not drawn while another is',
          worlds: undrawnWorld(),
          margins: alongFrozen('modified', false, true),
        },
      ],
    }),
  ],
};
