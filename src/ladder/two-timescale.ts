import { type Field, ratio, sum } from '../arithmetic/field.ts';
import { inverse, rowSums } from '../arithmetic/linear.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { type Matrix, zeros } from '../model/transformer.ts';
import { populationFeatures, type Rung } from './rung.ts';
import { rungInfo } from './tree.ts';
import type { PointWorld } from './worlds.ts';

/** The quantities of Theorem 1 and Lemma 4 at one state, all without their common positive factor gamma. */
export interface AttentionVelocity<T> {
  /** f_n over each class's support. */
  readonly f: T[][];
  /** A = (I + E)^-1 with I + E = Phi^T Phi, K x K. */
  readonly A: T[][];
  /** xi_n / gamma = (A q^(n))_n - q1, K entries (Theorem 1(a)). */
  readonly xi: T[];
  /** dz/dGamma, queries x tokens, where dGamma = etaZ gamma dt: (1/K) sum_n diag(f_n) P_{f_n} g_n / gamma (Lemma 4). */
  readonly dZ: Matrix<T>;
}

/** q0 = -M/(M-1)^2 and q1 = 1 + 1/(M-1). */
export const residualEntries = <T>(F: Field<T>, vocabulary: number) => {
  const rest = F.of(vocabulary - 1);
  return { q0: F.neg(F.div(F.of(vocabulary), F.mul(rest, rest))), q1: ratio(F, vocabulary, vocabulary - 1) };
};

/** For each token l, the classes in which it occurs, each with f_ln. */
function classesOf<T>(layout: Layout, f: readonly (readonly T[])[]): [number, T][][] {
  const seen: [number, T][][] = layout.tokens.map(() => []);
  layout.classes.forEach(({ support }, n) => {
    support.forEach((l, i) => {
      seen[l].push([n, f[n][i]]);
    });
  });
  return seen;
}

/** Phi^T Phi, K x K; off the diagonal only common tokens contribute. */
export function gram<T>(F: Field<T>, layout: Layout, f: readonly (readonly T[])[]): T[][] {
  const seen = classesOf(layout, f);
  const [zero, one] = [F.of(0), F.of(1)];
  return layout.classes.map(({ support }, n) => {
    // By token, so that classes that share none cost nothing; each sum has its terms in the order of this support.
    const row: (T | undefined)[] = layout.classes.map(() => undefined);
    support.forEach((l, i) => {
      for (const [k, y] of seen[l]) {
        if (k === n) continue;
        const [sum, term] = [row[k], F.mul(f[n][i], y)];
        row[k] = sum === undefined ? term : F.add(sum, term);
      }
    });
    return row.map((x, k) => (k === n ? one : (x ?? zero)));
  });
}

/** E' = I - A with A = (I + E)^-1 (Lemma 14; Appendix D.1 prints the opposite sign), K x K. */
export const ePrime = <T>(F: Field<T>, A: readonly (readonly T[])[]): T[][] =>
  A.map((row, n) => row.map((a, k) => F.sub(F.of(n === k ? 1 : 0), a)));

/**
 * The velocity of the attention logits when the decoder is always at its solution (Theorem 1, Lemma 4):
 *
 *     g_n = gamma Phi A q^(n),  q^(n) = q0 1 + (q1 - q0) e_n,   z_m' = (etaZ/K) sum_{n in psi^-1(m)} diag(f_n) P_{f_n} g_n.
 *
 * Since Phi^T Phi A = I, f_n . g_n = q1 gamma exactly, so P_{f_n} g_n = g_n - q1 gamma f_n. Classes are uniform.
 */
export function attentionVelocity<T>(
  F: Field<T>,
  problem: Problem,
  layout: Layout,
  Z: Matrix<T>,
): AttentionVelocity<T> {
  const K = problem.classes.length;
  const f = populationFeatures(F, problem, layout, Z);
  const A = inverse(F, gram(F, layout, f));
  const { q0, q1 } = residualEntries(F, problem.vocabulary);
  const base = rowSums(F, A).map((x) => F.mul(q0, x));
  const spread = F.sub(q1, q0);
  /** A q^(n) */
  const a = A.map((_, n) => base.map((x, k) => F.add(x, F.mul(spread, A[k][n]))));
  const seen = classesOf(layout, f);
  const dZ = zeros(F, layout.queries.length, layout.tokens.length);
  layout.classes.forEach(({ support, row }, n) => {
    support.forEach((l, i) => {
      const g = sum(
        F,
        seen[l].map(([k, x]) => F.mul(x, k === n ? F.sub(a[n][k], q1) : a[n][k])),
      );
      dZ[row][l] = F.add(dZ[row][l], F.mul(f[n][i], g));
    });
  });
  return {
    f,
    A,
    xi: a.map((column, n) => F.sub(column[n], q1)),
    dZ: dZ.map((row) => row.map((x) => F.div(x, F.of(K)))),
  };
}

/** z alone moves; the decoder is given in closed form. A world is a single state. */
export const twoTimescale: Rung<PointWorld> = {
  ...rungInfo('two-timescale'),
  *motions(F, { problem, Z }) {
    const layout = reducedLayout(problem);
    const logits = Z.map((row) => row.map(F.of));
    const { f, dZ } = attentionVelocity(F, problem, layout, logits);
    yield { problem, layout, time: 0, Z: logits, dZ, f };
  },
};
