/** The paper's formulas as printed, in vectors over the whole vocabulary, for comparison with src. */

import { dot, type Field, sum } from '../../src/arithmetic/field.ts';
import { inverse } from '../../src/arithmetic/linear.ts';
import { residualEntries } from '../../src/ladder/two-timescale.ts';
import type { PointWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { probabilities } from '../../src/model/problem.ts';

/** Lemma 4 with g = Phi A q^(n) and P_f = I - f f^T, over dense vectors of the tokens that occur. */
export function literalVelocity<T>(F: Field<T>, { problem, Z }: PointWorld): T[][] {
  const layout = reducedLayout(problem);
  const S = layout.tokens.length;
  const K = problem.classes.length;
  const f = problem.classes.map((c, n) => {
    const { support, row } = layout.classes[n];
    const P = probabilities(F, c);
    const dense = Array.from({ length: S }, () => F.of(0));
    support.forEach((l, i) => {
      dense[l] = F.mul(P[i], F.exp(F.of(Z[row][l])));
    });
    const norm = F.sqrt(dot(F, dense, dense));
    return dense.map((x) => F.div(x, norm));
  });
  const A = inverse(
    F,
    f.map((a) => f.map((b) => dot(F, a, b))),
  );
  const { q0, q1 } = residualEntries(F, problem.vocabulary);
  const out = layout.queries.map(() => Array.from({ length: S }, () => F.of(0)));
  for (let n = 0; n < K; n++) {
    const q = f.map((_, k) => (k === n ? q1 : q0));
    const a = A.map((row) => dot(F, row, q));
    const g = layout.tokens.map((_, l) =>
      sum(
        F,
        f.map((x, k) => F.mul(x[l], a[k])),
      ),
    );
    const along = dot(F, f[n], g);
    const { row } = layout.classes[n];
    for (let l = 0; l < S; l++) {
      const move = F.mul(f[n][l], F.sub(g[l], F.mul(f[n][l], along)));
      out[row][l] = F.add(out[row][l], F.div(move, F.of(K)));
    }
  }
  return out;
}

/** xi_n / gamma = -q1 E'_nn - q0 sum_{k != n} E'_nk. */
export const primes = <T>(F: Field<T>, A: readonly (readonly T[])[], q0: T, q1: T): T[] =>
  A.map((row, n) => {
    const prime = row.map((a, k) => F.sub(F.of(k === n ? 1 : 0), a));
    const others = sum(
      F,
      prime.filter((_, k) => k !== n),
    );
    return F.sub(F.neg(F.mul(q1, prime[n])), F.mul(q0, others));
  });

/**
 * One common token, phi_n = f_n,CT: I + E = D + phi phi^T with D = diag(1 - phi^2), so with u = D^-1 phi and
 * s = phi.u, E'_nk = u_n u_k / (1 + s) off the diagonal and 1 - 1/(1 - phi_n^2) + u_n^2/(1 + s) on it.
 */
export function singleCommonXi<T>(F: Field<T>, phi: readonly T[], vocabulary: number): T[] {
  const { q0, q1 } = residualEntries(F, vocabulary);
  const rest = phi.map((x) => F.sub(F.of(1), F.mul(x, x)));
  const u = phi.map((x, n) => F.div(x, rest[n]));
  const scale = F.add(F.of(1), dot(F, phi, u));
  return phi.map((_, n) => {
    const diagonal = F.add(F.sub(F.of(1), F.div(F.of(1), rest[n])), F.div(F.mul(u[n], u[n]), scale));
    const others = F.div(
      F.mul(
        u[n],
        sum(
          F,
          u.filter((_, k) => k !== n),
        ),
      ),
      scale,
    );
    return F.sub(F.neg(F.mul(q1, diagonal)), F.mul(q0, others));
  });
}
