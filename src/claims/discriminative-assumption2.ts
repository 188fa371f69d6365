import { type Field, sum } from '../arithmetic/field.ts';
import { rowSums } from '../arithmetic/linear.ts';
import type { Margin } from '../decide/margin.ts';
import { largest, positive } from '../decide/margin.ts';
import { weakOverlapWorld } from '../generators/assumption2.ts';
import { hub } from '../generators/problems.ts';
import { pointWorld } from '../generators/states.ts';
import { attentionVelocity, residualEntries, twoTimescale } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { kinds } from './tokens.ts';

/**
 * For every class that overlaps another, with A = (I + E)^-1:
 *
 *     (A 1)_n < 1,    xi_n > (q1 - q0) (A_nn - 1) > 0,    z' > 0 for its distinct tokens,
 *
 * and in every row of Z the common tokens together lose. Proof: with row sums of E below 1, A = (I - E^2)^-1 (I - E)
 * maps 1 to a positive vector y, so y = 1 - E y < 1 where row n is not 0; and xi_n/gamma = (q1-q0)(A_nn - 1) +
 * q0 (y_n - 1) with q0 < 0. |lambda_1| < 1/K is more than enough: by Lemma 13 a row then sums to at most (K-1)/K.
 *
 * A single common token needs no bound on its overlap: with phi_n = f_n,CT and a_n = phi_n^2/(1-phi_n^2), Sherman and
 * Morrison give y_n - 1 = -(1+a_n)/(1+sum a) phi_n sum_{k != n} phi_k (1+a_k) (1 - phi_n phi_k) < 0.
 * @param each whether each common token, not only their sum, must lose
 */
const gains = (each: boolean) =>
  function* <T>(F: Field<T>, { problem, Z }: PointWorld): Generator<Margin<T>> {
    const layout = reducedLayout(problem);
    const logits = Z.map((row) => row.map(F.of));
    const { A, xi, dZ } = attentionVelocity(F, problem, layout, logits);
    const { distinct, common, overlaps } = kinds(problem, layout);
    const { q0, q1 } = residualEntries(F, problem.vocabulary);
    const y = rowSums(F, A);
    for (const [n, { row }] of layout.classes.entries()) {
      if (!overlaps[n]) continue;
      const next = problem.classes[n].next;
      const scale = F.sub(A[n][n], F.of(1));
      yield positive(`(A 1)_n < 1 (class ${next})`, F.sub(F.of(1), y[n]), F.of(1));
      yield positive(`A_nn > 1 (class ${next})`, scale, scale);
      yield positive(
        `xi > (q1-q0)(A_nn-1) (class ${next})`,
        F.sub(xi[n], F.mul(F.sub(q1, q0), scale)),
        scale,
      );
      for (const l of distinct[n])
        yield positive(
          `distinct token ${layout.tokens[l]} of class ${next} gains`,
          dZ[row][l],
          largest(F, dZ[row]),
        );
    }
    for (const [m, row] of dZ.entries()) {
      const rows = layout.classes.filter((c) => c.row === m);
      const held = common.filter((l) => rows.some(({ support }) => support.includes(l)));
      if (held.length === 0) continue;
      const query = layout.queries[m];
      const total = sum(
        F,
        held.map((l) => row[l]),
      );
      yield positive(`common tokens together lose (query ${query})`, F.neg(total), largest(F, row));
      if (each)
        for (const l of held)
          yield positive(
            `common token ${layout.tokens[l]} loses (query ${query})`,
            F.neg(row[l]),
            largest(F, row),
          );
    }
  };

/** Theorem 2(a) alone. */
function* distinctOnly<T>(F: Field<T>, world: PointWorld): Generator<Margin<T>> {
  for (const margin of gains(false)(F, world)) if (margin.name.startsWith('distinct')) yield margin;
}

export const discriminativeAssumption2: Claim = {
  id: 'discriminative-assumption2',
  source: 'Theorem 2',
  headline: false,
  statement:
    'With any common tokens, under Assumption 2: every distinct token gains (Theorem 2(a), Theorem 1(a)). It is enough that ' +
    'every row of E sums to less than 1, or that one common token is all there is: no lower bound on |lambda_i|, no condition on M.',
  formula: String.raw`\xi_n > 0, \qquad \dot z_l > 0 \text{ for every distinct } l`,
  silent:
    'Nothing about a single one of several common tokens: only their sum falls. The bounds |lambda_i| >= 6/sqrt(M) and M >> K^2 ' +
    'serve the noise of finitely many steps in Theorem 1 alone.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At states under Assumption 2, with row sums of E below 1, or with a single common token: xi > (q1-q0)(A_nn-1) > 0, z' > 0 for all distinct tokens; each row's common tokens together lose.",
      expected: 'holds',
      worlds: weakOverlapWorld(),
      margins: gains(false),
      share: 0.5,
      controls: [
        {
          drops: 'row sums of E below 1: a hub class that shares nearly all it has; a distinct token loses',
          worlds: pointWorld(hub(), 1),
          margins: distinctOnly,
        },
        { drops: 'a single common token for (b): each of several must lose', margins: gains(true) },
      ],
    }),
  ],
};
