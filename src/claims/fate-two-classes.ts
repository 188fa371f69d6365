import type { Field } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest, positive } from '../decide/margin.ts';
import {
  type HeldWorld,
  heldSeveral,
  heldTwoClasses,
  severalClasses,
  twoClassesOfOneQuery,
  twoClassWorld,
} from '../generators/fate.ts';
import { expectedTrajectory, featuresOf, frozen } from '../ladder/frozen.ts';
import { populationExamples } from '../ladder/population.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { attentionVelocity, gram, residualEntries, twoTimescale } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { gradient } from '../model/gradient.ts';
import { reducedLayout } from '../model/layout.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { sharesOf, under } from './fate-forms.ts';
import { twoClassesProof } from './proofs/twoClasses.ts';

/** Where both sides of the criterion agree to this many parts, its sign is not checked. */
const NONE = 1e-12;

/**
 * For a token of classes n and k with shares a = f_nl, b = f_kl, and r = f_n.f_k: whether it gains in the row of a query
 * that serves both classes, or n alone.
 */
export const criterion = <T>(F: Field<T>, r: T, a: T, b: T, both: boolean, twice = 2): T =>
  both
    ? F.sub(F.mul(r, F.add(F.mul(a, a), F.mul(b, b))), F.mul(F.of(twice), F.mul(a, b)))
    : F.mul(a, F.sub(F.mul(r, a), b));

/**
 * K = 2, r = f_1.f_2 > 0: E' = r/(1-r^2) [[-r, 1], [1, -r]], so with phi = (a, b)
 *
 *     one query:           Q = -phi^T E' phi    = r/(1-r^2) (r (a^2 + b^2) - 2ab)
 *     a query of class 1:  Q = -phi^T Pi E' phi = r/(1-r^2) a (r a - b)
 *
 * and in both cases R = Q/r: phi^T A phi - (a+b)^2/(1+r) = (a^2+b^2-2rab - (1-r)(a+b)^2)/(1-r^2) = (r(a^2+b^2) - 2ab)/(1-r^2),
 * a (a-rb - (1-r)(a+b))/(1-r^2) = a (ra - b)/(1-r^2). So K z' = q1 (1 + 1/(r (M-1))) Q: the remainder of finite M is a
 * positive factor, and the sign is that of Q at every M. With x = a/b: a token of both classes gains exactly when
 * x + 1/x > 2/r under one query, exactly when x > 1/r in the row of class 1 where queries differ.
 * @param twice what stands for 2 in 2/r @param oneQuery every row is judged as if it served both classes
 */
const twoClasses = (twice = 2, oneQuery = false) =>
  function* <T>(F: Field<T>, { problem, Z }: PointWorld): Generator<Margin<T>> {
    const layout = reducedLayout(problem);
    const { f, dZ } = attentionVelocity(
      F,
      problem,
      layout,
      Z.map((row) => row.map(F.of)),
    );
    const K = F.of(problem.classes.length);
    const G = gram(F, layout, f);
    const { q1 } = residualEntries(F, problem.vocabulary);
    const phis = sharesOf(layout, f);
    for (const [m, query] of layout.queries.entries()) {
      const scale = F.mul(K, largest(F, dZ[m]));
      for (const [l, phi] of phis.entries()) {
        const own = under(layout, phi, m);
        if (phi.length !== 2 || own.length === 0) continue;
        const [[n, a]] = own;
        const [k, b] = phi.find(([c]) => c !== n)!;
        const r = G[n][k];
        const one = F.of(1);
        const c = criterion(F, r, a, b, oneQuery || own.length === 2, twice);
        const finite = F.add(one, F.div(one, F.mul(r, F.of(problem.vocabulary - 1))));
        const factor = F.div(F.mul(F.mul(q1, finite), r), F.sub(one, F.mul(r, r)));
        const name = `common token ${layout.tokens[l]} (query ${query})`;
        yield { ...equal(F, `fate of ${name}`, F.mul(K, dZ[m][l]), F.mul(factor, c)), scale };
        const sign = F.toNumber(c);
        if (Math.abs(sign) > NONE * F.toNumber(F.mul(a, a)))
          yield positive(
            `${name} ${sign > 0 ? 'gains' : 'loses'}`,
            F.mul(F.of(Math.sign(sign)), F.mul(K, dZ[m][l])),
            scale,
          );
      }
    }
  };

/**
 * The same criterion under the true gradient with Phi held fixed, at every step of ascent on the expected objective with
 * etaY <= 2 (so at every time of its flow), at every M. Proof. The two classes change places in G, so they do in Y = Phi V:
 * V_11 = V_22 = a, V_12 = V_21 = -b, all other entries -c; residuals p, -q, -s alike. With C = V (e_n - alpha_n)'s coordinates,
 * f_l (C_1n f_1l + C_2n f_2l - f_nl (G C)_nn) leaves z_l' = beta (etaZ/K) (criterion), beta = -C_21, and
 *
 *     beta = bp + aq - (M-2) cs = 2bq + (M-2)(bs + cq - cs)      by a = b + (M-2) c, p = q + (M-2) s,
 *
 * which is positive once q >= s at every step, since b, c are (etaY/K) times the sums of the past q, s: then b >= c. Now q = s e^D,
 * D = (c-b) + r (a+c), and a step moves D by (etaY/K) (1-r) (s e^D* - q), where e^D* = (1 + r (M-1))/(1-r) > 1. From 0 <= D <= D*
 * it grows. Above D* it falls by at most (etaY/K) q (1 - e^(D*-D)) <= D - D*, because q <= 1 and etaY/K <= 1. So D >= 0.
 */
const held = (wrong = false) =>
  function* <T>(F: Field<T>, world: HeldWorld): Generator<Margin<T>> {
    const { problem } = world;
    const features = featuresOf(F, world);
    const { layout } = features;
    const Z = world.Z.map((row) => row.map(F.of));
    const f = populationFeatures(F, problem, layout, Z);
    const G = gram(F, layout, f);
    const phis = sharesOf(layout, f);
    const examples = populationExamples(F, problem);
    let time = 0;
    for (const Y of expectedTrajectory(F, world, features, 'true')) {
      // Y = 0 sends nothing back.
      if (time++ === 0) continue;
      const dZ = gradient(F, layout, { Y, Z }, examples).Z;
      for (const [m, query] of layout.queries.entries())
        for (const [l, phi] of phis.entries()) {
          const own = under(layout, phi, m);
          if (phi.length !== 2 || own.length === 0) continue;
          const [[n, a]] = own;
          const [k, b] = phi.find(([c]) => c !== n)!;
          const c = F.toNumber(criterion(F, G[n][k], a, b, own.length === 2, wrong ? 1 : 2));
          if (Math.abs(c) <= NONE * F.toNumber(F.mul(a, a))) continue;
          const name = `common token ${layout.tokens[l]} (query ${query}) ${c > 0 ? 'gains' : 'loses'}`;
          yield positive(name, F.mul(F.of(Math.sign(c)), dZ[m][l]), largest(F, dZ[m]), time - 1);
        }
    }
  };

export const fateTwoClasses: Claim = {
  id: 'fate-two-classes',
  source: 'own (extends Theorem 2)',
  headline: false,
  statement:
    'Two classes: a common token gains exactly when x + 1/x > 2/(f_1.f_2), x = f_1l/f_2l (one query); in the row of class 1 ' +
    'exactly when x > 1/(f_1.f_2) (two queries). At every M: finite M is a positive factor 1 + 1/((M-1) f_1.f_2).',
  words:
    'Two classes and one query: when exactly a common token gains. In the row of class 1, with two queries, exactly when x > 1/(f_1.f_2). At every M: finite M is a positive factor 1 + 1/((M-1) f_1.f_2).',
  formula: String.raw`\dot z_l > 0 \iff x + \frac{1}{x} > \frac{2}{f_1^\top f_2}, \qquad x = \frac{f_{1l}}{f_{2l}}`,
  silent:
    'Two classes only: with three, the third one matters too. Under the true gradient the criterion is proved as long as Phi stands still, ' +
    'with the Phi of that state; along a flow that moves Phi, at its start (fate-early).',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        "At any Z and M, K = 2: K z' = q1 (1 + 1/((M-1) r)) r/(1-r^2) (r (a^2+b^2) - 2ab), or a (ra - b) for (..) where queries differ; its sign decides.",
      expected: 'holds',
      worlds: twoClassWorld(),
      margins: twoClasses(),
      share: 0.6,
      controls: [
        {
          drops: 'the 2 of 2/(f_1.f_2): 1 in its place',
          worlds: twoClassesOfOneQuery(),
          margins: twoClasses(1),
        },
        { drops: 'which classes a query serves: every row serves both', margins: twoClasses(2, true) },
        { drops: 'K = 2: a token of two of several classes', worlds: severalClasses() },
      ],
    }),
    check.proved({
      rung: 'algebra',
      statement:
        "In every world of two classes, M >= 2: (M-1)^2 (1-r^2) K z' = M ((M-1) r + 1) (r (a^2+b^2) - 2ab), or a (ra - b) for (..) where queries differ.",
      ...twoClassesProof,
    }),
    check.certified({
      rung: frozen,
      statement:
        'F held fixed at any Z, the true gradient, K = 2, etaY <= 2: after every step the sign is that of the same criterion.',
      expected: 'holds',
      worlds: heldTwoClasses(),
      margins: held(),
      share: 0.15,
      controls: [
        { drops: 'the 2 of 2/(f_1.f_2): 1 in its place', margins: held(true) },
        { drops: 'K = 2: a token of two of several classes', worlds: heldSeveral() },
      ],
    }),
  ],
};
