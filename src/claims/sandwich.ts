import { type Field, ratio, sum } from '../arithmetic/field.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, positive } from '../decide/margin.ts';
import { flowWorld } from '../generators/flows.ts';
import { unequalDistinct } from '../generators/problems.ts';
import { type CurveWorld, curveWorld, unlikeClasses } from '../generators/symmetric.ts';
import { flow } from '../ladder/flow.ts';
import { solvedVelocity } from '../ladder/solved.ts';
import { attentionVelocity, twoTimescale } from '../ladder/two-timescale.ts';
import { reducedLayout } from '../model/layout.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { growth } from './frequency.ts';
import { slowDecoderOfFlow } from './isolations.ts';
import { kinds, MEMORY } from './tokens.ts';

/** Parts of [0, tau] whose Riemann sums enclose B. */
const PARTS = 8;

/**
 * The whole trajectory from zero of K classes alike with c common tokens of one weight p, in closed form. With tau in
 * [0, 1/P_max^2) and one query token,
 *
 *     z_l = -ln(1 - tau P_l^2)/2 (distinct),    z_CT = -(K/c) sum_l z_l (rows of Z keep their sum),
 *     B   = (1/2) int_0^tau N^2,    N^2 = sum_l P_l^2 e^(2 z_l) + c p^2 e^(2 z_CT)
 *         = sum_l z_l + (c p^2/2) int_0^tau prod_l (1 - u P_l^2)^(K/c) du,
 *
 * because f_l^2 = P_l^2 e^(2 z_l)/N^2 and z_l' = f_l^2 B'. It is the solution: every velocity at Z(tau) is (2 B'/N^2) dz/dtau.
 * Both are checked here: the velocities, by the gradient of the model at Theorem 5's decoder; and exp(2 f_l0(0)^2 B) < chi < exp(2 B),
 * chi = exp(2 z_l0), with B between its Riemann sums (the integrand falls).
 */
function* between<T>(F: Field<T>, { problem, at }: CurveWorld): Generator<Margin<T>> {
  const layout = reducedLayout(problem);
  const { distinct, common } = kinds(problem, layout);
  const [K, c] = [problem.classes.length, common.length];
  const [{ support }] = layout.classes;
  const P = (l: number) => F.of(problem.classes[0].probabilities[support.indexOf(l)]);
  const square = (x: T) => F.mul(x, x);
  const tokens = distinct[0];
  const top = tokens.reduce((a, b) => (F.toNumber(P(b)) > F.toNumber(P(a)) ? b : a));
  const tau = F.div(F.of(at), square(P(top)));
  const left = (l: number, u: T) => F.sub(F.of(1), F.mul(u, square(P(l))));
  const gain = (l: number) => F.neg(F.div(F.ln(left(l, tau)), F.of(2)));
  const commonPart = F.mul(F.of(c), square(P(common[0])));

  // The same logits in every class: token i of one corresponds to token i of another.
  const z = new Map<number, T>();
  for (const list of distinct) for (const [i, l] of list.entries()) z.set(l, gain(tokens[i]));
  const all = sum(F, tokens.map(gain));
  const fall = F.neg(F.mul(ratio(F, K, c), all));
  for (const l of common) z.set(l, fall);
  const Z = [layout.tokens.map((_, l) => z.get(l)!)];

  const dZ = solvedVelocity(F, problem, layout, Z);
  const { f, xi } = attentionVelocity(F, problem, layout, Z);
  const slope = (l: number) => F.div(square(P(l)), F.mul(F.of(2), left(l, tau)));
  const slopes = new Map<number, T>();
  for (const list of distinct) for (const [i, l] of list.entries()) slopes.set(l, slope(tokens[i]));
  const fallSlope = F.neg(F.mul(ratio(F, K, c), sum(F, tokens.map(slope))));
  for (const l of common) slopes.set(l, fallSlope);
  // 2 B'/N^2, from B' = xi/K and f_l0^2 N^2 = P_l0^2/(1 - tau P_l0^2).
  const fTop = square(f[0][support.indexOf(top)]);
  const rate = F.div(F.mul(F.of(2), F.mul(F.div(xi[0], F.of(K)), fTop)), F.mul(F.of(2), slope(top)));
  for (const [l, dz] of slopes)
    yield equal(F, `velocity of token ${layout.tokens[l]} is tangent`, dZ[0][l], F.mul(rate, dz));

  const part = (i: number) => F.mul(tau, ratio(F, i, PARTS));
  const integrand = (u: T) =>
    F.exp(
      F.mul(
        ratio(F, K, c),
        sum(
          F,
          tokens.map((l) => F.ln(left(l, u))),
        ),
      ),
    );
  const heights = Array.from({ length: PARTS + 1 }, (_, i) => integrand(part(i)));
  const area = (from: number) =>
    F.mul(F.mul(F.div(commonPart, F.of(2)), part(1)), sum(F, heights.slice(from, from + PARTS)));
  const [most, least] = [F.add(all, area(0)), F.add(all, area(1))];
  const chi = gain(top);
  const start = F.div(
    square(P(top)),
    F.add(
      sum(
        F,
        tokens.map((l) => square(P(l))),
      ),
      commonPart,
    ),
  );
  const id = layout.tokens[top];
  yield positive(`ln chi of token ${id} stays below 2 B`, F.sub(least, chi), least);
  yield positive(`ln chi of token ${id} stays above 2 f(0)^2 B`, F.sub(chi, F.mul(start, most)), chi);
}

/** The control's margins: the upper bound with f(0)^2 as well. */
function* bothLow<T>(F: Field<T>, world: CurveWorld): Generator<Margin<T>> {
  for (const margin of between(F, world))
    if (margin.name.includes('above'))
      yield { ...margin, name: `not: ${margin.name}`, value: F.neg(margin.value) };
}

export const sandwich: Claim = {
  id: 'sandwich',
  source: 'Theorem 3',
  headline: false,
  statement:
    'Along whole trajectories from zero: exp(2 f^2 B) <= chi <= exp(2 B) for the dominant distinct token of a class, f at the start.',
  words:
    'Along whole trajectories from zero the growth chi of the dominant distinct token of a class has these bounds, f at the start.',
  formula: String.raw`e^{2 f^2 B(t)} \le \chi(t) \le e^{2 B(t)}`,
  silent:
    'The closed form, and with it a certified verdict on whole trajectories, is of classes alike under one query token. ' +
    "At single states of any problem, frequency has the same in differential form: f_l0(0)^2 B' <= z_l0' < B'. On the flow there is no " +
    'B of the theorem; with dB = dz_l0/f_l0^2 it says that z and f of the dominant token grow.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        'Classes alike, one query token, common tokens of equal weight, from zero to any time: the closed form is the trajectory, and chi ' +
        'lies between its bounds, B enclosed by Riemann sums.',
      expected: 'holds',
      worlds: curveWorld(),
      margins: between,
      controls: [
        {
          drops: 'that classes are alike: one uses a distinct token more than the others',
          worlds: unlikeClasses(),
        },
        { drops: 'the upper bound: chi must stay below exp(2 f^2 B)', margins: bothLow },
      ],
      share: 0.5,
    }),
    check.flow({
      rung: flow,
      statement: "From zero to etaY t = 1e6: z and f of every class's dominant distinct token grow.",
      expected: 'violated',
      why: MEMORY,
      worlds: flowWorld(unequalDistinct()),
      isolates: slowDecoderOfFlow({ unequal: true }),
      along: growth(1),
      share: 0.5,
      controls: [{ drops: 'the direction: both must fall', along: growth(-1) }],
    }),
  ],
};
