import { type Field, sum } from '../arithmetic/field.ts';
import { jets } from '../arithmetic/jet.ts';
import { inverse, rowSums } from '../arithmetic/linear.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest, positive } from '../decide/margin.ts';
import { fateWorld } from '../generators/fate.ts';
import { commons } from '../generators/problems.ts';
import { pointWorld } from '../generators/states.ts';
import { flow } from '../ladder/flow.ts';
import { populationExamples } from '../ladder/population.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { gram } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { gradient } from '../model/gradient.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { type Matrix, zeros } from '../model/transformer.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { bilinear, diagonal, proportional, type Shares, sharesOf, total, under } from './fate-forms.ts';
import { criterion } from './fate-two-classes.ts';
import { kinds } from './tokens.ts';

/**
 * d/dt (dZ/dt) / (etaY etaZ) at t = 0 from Y(0) = 0 and any Z, by Taylor arithmetic on Lemma 1: Y = t Y'(0), Z stands
 * still to first order, because no gradient passes through Y = 0.
 */
export function earlyAcceleration<T>(F: Field<T>, problem: Problem, layout: Layout, Z: Matrix<T>): Matrix<T> {
  const Y = zeros(F, layout.tokens.length, layout.columns.length);
  const slope = gradient(F, layout, { Y, Z }, populationExamples(F, problem)).Y;
  const S = jets(F, 1);
  const zero = F.of(0);
  const moving = {
    Y: slope.map((row) => row.map((v) => [zero, v])),
    Z: Z.map((row) => row.map((z) => [z, zero])),
  };
  return gradient(S, layout, moving, populationExamples(S, problem)).Z.map((row) => row.map(([, v]) => v));
}

/**
 * sum_{n in Pi} f_nl^2 d_n - (1^T phi)(1^T Pi phi), d_n = sum_k f_n.f_k: K^2 M z_l'' / (etaY etaZ) at t = 0.
 * @param own Pi phi
 */
export const earlyForm = <T>(F: Field<T>, d: readonly T[], phi: Shares<T>, own: Shares<T>): T =>
  F.sub(diagonal(F, own, d, phi), F.mul(total(F, phi), total(F, own)));

/** sum over pairs n < k of f_n.f_k (f_nl^2 + f_kl^2) - 2 f_nl f_kl: the same under one query. */
const overPairs = <T>(F: Field<T>, G: readonly (readonly T[])[], phi: Shares<T>): T => {
  const of = new Map(phi);
  const at = (n: number) => of.get(n) ?? F.of(0);
  return sum(
    F,
    G.flatMap((row, n) => row.slice(0, n).map((r, k) => criterion(F, r, at(n), at(k), true))),
  );
};

interface Broken {
  /** The form of two-timescale, phi^T Pi (A - I) phi, in place of this one. */
  readonly late?: true;
  readonly projection?: true;
  /** Several common tokens that are used unequally must lose, too. */
  readonly each?: true;
}

/**
 * The true flow (Eq. 7) from Y(0) = 0 and any Z, with phi_l = (f_1l, .., f_Kl) and d_n = sum_k f_n.f_k:
 *
 *     z_ml'' = etaY etaZ/(K^2 M) ( sum_{n in Pi} f_nl^2 d_n - (1^T phi)(1^T Pi phi) )     at t = 0, where z' = 0.
 *
 * Proof. alpha_n = 1/M at Y = 0, so Y = (etaY t/K) sum_k f_k (e_k - 1/M)^T + O(t^2) and, with (e_k - 1/M).(e_n - 1/M) = [k = n] - 1/M,
 * g_n = (etaY t/K) (f_n - (1/M) sum_k f_k) + O(t^2). P_{f_n} takes f_n away: the entry l of P_{f_n} g_n is
 * -(etaY t/(K M)) (1^T phi - f_nl d_n). Multiply by f_nl etaZ/K and sum. Hence
 *
 *  - one query: the form is sum_{n<k} (f_n.f_k (f_nl^2 + f_kl^2) - 2 f_nl f_kl), the criterion of two classes over all pairs;
 *  - a distinct token: f^2 (d_n - 1) > 0 as soon as its class overlaps another, with no bound on the overlap (hubs too);
 *  - a single common token: -sum_{n in Pi} f_n (1 - f_n^2) sum_{k != n} f_k < 0; proportional ones are multiples of that form;
 *  - a common token can gain: for K = 2 exactly under the criterion of fate-two-classes.
 *
 * All of it is of order 1/M: to leading order in M all tokens move alike at the start of the true flow.
 */
const early = (broken: Broken = {}) =>
  function* <T>(F: Field<T>, { problem, Z }: PointWorld): Generator<Margin<T>> {
    const layout = reducedLayout(problem);
    const K = problem.classes.length;
    const logits = Z.map((row) => row.map(F.of));
    const f = populationFeatures(F, problem, layout, logits);
    const G = gram(F, layout, f);
    const d = rowSums(F, G);
    const A = broken.late ? inverse(F, G) : [];
    const ones = G.map(() => F.of(1));
    const scaled = F.mul(F.of(K * K), F.of(problem.vocabulary));
    const speeds = earlyAcceleration(F, problem, layout, logits).map((row) =>
      row.map((v) => F.mul(scaled, v)),
    );
    const phis = sharesOf(layout, f);
    const types = kinds(problem, layout);
    const lose = types.common.length === 1 || proportional(problem, layout, types) || broken.each;
    for (const [m, query] of layout.queries.entries()) {
      const scale = largest(F, speeds[m]);
      for (const [l, phi] of phis.entries()) {
        const own = under(layout, phi, m);
        if (own.length === 0) continue;
        const name = `token ${layout.tokens[l]} (query ${query})`;
        const speed = speeds[m][l];
        const form = broken.late
          ? F.sub(bilinear(F, own, A, phi), diagonal(F, own, ones, phi))
          : earlyForm(F, d, phi, broken.projection ? phi : own);
        // What the form subtracts from: not 0, even where no token of the row moves.
        const size = diagonal(F, own, d, phi);
        yield { ...equal(F, `first motion of ${name}`, speed, form), scale: size };
        if (layout.queries.length === 1)
          yield {
            ...equal(F, `first motion of ${name}, over pairs`, speed, overPairs(F, G, phi)),
            scale: size,
          };
        if (phi.length > 1) {
          if (lose) yield positive(`common ${name} loses`, F.neg(speed), scale);
          const [[n, a]] = own;
          const [k, b] = phi.find(([c]) => c !== n)!;
          const two = criterion(F, G[n][k], a, b, own.length === 2);
          if (K === 2)
            yield {
              ...equal(F, `first motion of ${name} by the criterion of two classes`, speed, two),
              scale: size,
            };
        } else if (types.overlaps[phi[0][0]]) yield positive(`distinct ${name} gains`, speed, scale);
      }
    }
  };

export const fateEarly: Claim = {
  id: 'fate-early',
  source: 'own (the true flow, for Theorem 2)',
  headline: false,
  statement:
    "The true flow, early: from Y = 0 and any Z, z_ml'' = etaY etaZ/(K^2 M) (sum_{n in Pi} f_nl^2 sum_k f_n.f_k - (1^T phi)(1^T Pi phi)). Every " +
    'distinct token of a class that overlaps another gains first, whatever the overlap; a single common token loses; one of several may gain.',
  words:
    'The true flow, early: the second derivative of attention from Y = 0 and any Z. Every distinct token of a class that overlaps another gains first, whatever the overlap; a single common token loses; one of several may gain.',
  formula: String.raw`\ddot z_{ml} = \frac{\eta_Y \eta_Z}{K^2 M} \Big(\sum_{n \in \Pi} f_{nl}^2 \sum_k f_n^\top f_k - (\mathbf{1}^\top \varphi)(\mathbf{1}^\top \Pi \varphi)\Big)`,
  silent:
    'Only the start of the flow, and an effect of order 1/M. With three classes or more its signs are not those of two-timescale: see ' +
    'fixtures/true-flow.json for how often, and for when distinct tokens begin to lose. With two classes they are.',
  checks: [
    check.certified({
      rung: flow,
      statement:
        'At any Z, Y = 0: the second derivative of z along the flow of Lemma 1 is the form; distinct tokens gain; a single common token and proportional ones lose; K = 2 by its criterion.',
      expected: 'holds',
      worlds: fateWorld(),
      margins: early(),
      share: 0.25,
      controls: [
        {
          drops: "the true gradient: the modified one's form phi^T Pi (A - I) phi",
          margins: early({ late: true }),
        },
        {
          drops: 'the projection on the classes of the query',
          worlds: pointWorld(commons()),
          margins: early({ projection: true }),
        },
        {
          drops: 'a single common token: each of several must lose',
          worlds: pointWorld(commons()),
          margins: early({ each: true }),
        },
      ],
    }),
  ],
};
