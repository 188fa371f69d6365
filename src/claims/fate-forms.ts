/** The fate of a token as a quadratic form in its shares phi_l = (f_1l, .., f_Kl) of the classes. */
import { type Field, sum } from '../arithmetic/field.ts';
import type { Layout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import type { Kinds } from './tokens.ts';

/** The entries of phi_l that are not 0: the classes that token l occurs in, each with f_nl. */
export type Shares<T> = readonly (readonly [number, T])[];

/** phi_l of every token of the layout. */
export function sharesOf<T>(layout: Layout, f: readonly (readonly T[])[]): Shares<T>[] {
  const shares: [number, T][][] = layout.tokens.map(() => []);
  layout.classes.forEach(({ support }, n) => {
    support.forEach((l, i) => {
      shares[l].push([n, f[n][i]]);
    });
  });
  return shares;
}

/** Pi phi: the shares in the classes of one query (row of Z). */
export const under = <T>(layout: Layout, phi: Shares<T>, row: number): Shares<T> =>
  phi.filter(([n]) => layout.classes[n].row === row);

/** a^T M b */
export const bilinear = <T>(F: Field<T>, a: Shares<T>, M: readonly (readonly T[])[], b: Shares<T>): T =>
  sum(
    F,
    a.map(([n, x]) =>
      F.mul(
        x,
        sum(
          F,
          b.map(([k, y]) => F.mul(M[n][k], y)),
        ),
      ),
    ),
  );

/** a^T diag(d) b */
export const diagonal = <T>(F: Field<T>, a: Shares<T>, d: readonly T[], b: Shares<T>): T => {
  const of = new Map(b);
  return sum(
    F,
    a.map(([n, x]) => F.mul(F.mul(x, d[n]), of.get(n)!)),
  );
};

/** sum_n phi_n */
export const total = <T>(F: Field<T>, phi: Shares<T>): T =>
  sum(
    F,
    phi.map(([, x]) => x),
  );

/**
 * One query token, and every class that holds common tokens holds all of them in the same proportions (Corollary 2
 * without its conditions 2 and 4). Decided on the weights, which are integers: their products are exact.
 */
export function proportional(problem: Problem, layout: Layout, { common }: Kinds): boolean {
  if (layout.queries.length > 1) return false;
  const ids = common.map((l) => layout.tokens[l]);
  const used = problem.classes
    .map((c) => ids.map((id) => c.probabilities[c.tokens.indexOf(id)] ?? 0))
    .filter((ws) => ws.some((w) => w > 0));
  const [first] = used;
  return used.every((ws) => ws.every((w, i) => w * first[0] === ws[0] * first[i]));
}
