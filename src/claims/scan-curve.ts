import { type Field, ratio, sum } from '../arithmetic/field.ts';
import { jets } from '../arithmetic/jet.ts';
import type { Margin } from '../decide/margin.ts';
import { equal, largest, positive } from '../decide/margin.ts';
import { type ScanWorld, scanWorld } from '../generators/states.ts';
import { solvedTrajectory, solvedVelocity } from '../ladder/solved.ts';
import { attentionVelocity, twoTimescale } from '../ladder/two-timescale.ts';
import { reducedLayout } from '../model/layout.ts';
import { check } from './check.ts';
import type { Claim } from './claim.ts';
import { scanState, tauSpeed } from './scan-forms.ts';
import { kinds } from './tokens.ts';

/** Taylor coefficients of a trajectory that are checked: Gamma^1 .. Gamma^ORDER. */
const ORDER = 3;

/** P_l / sqrt(1 - s (P_l/P_1)^2) over the tokens, normalised to sum 1. */
function shares<T>(F: Field<T>, P: readonly number[], s: T): T[] {
  const entries = P.map((p) => {
    const share = ratio(F, p, P[0]);
    return F.div(share, F.sqrt(F.sub(F.of(1), F.mul(s, F.mul(share, share)))));
  });
  const all = sum(F, entries);
  return entries.map((x) => F.div(x, all));
}

const entropy = <T>(F: Field<T>, p: readonly T[]): T =>
  F.neg(
    sum(
      F,
      p.map((x) => F.mul(x, F.ln(x))),
    ),
  );

/**
 * The distinct tokens of a class, P_1 >= P_2 >= .., not all equal, in two-timescale from a zero start:
 *
 *  1. 1 - exp(-2 z_l) = tau P_l^2 with one tau for all of them. Proof: g_l is a multiple of f_l for a distinct token, so dz_l/dB =
 *     f_l^2 = P_l^2 exp(2 z_l)/N (Theorem 3), d(1 - exp(-2 z_l))/dB = 2 P_l^2/N, and tau = 2 int dB/N whatever N does;
 *     tau' > 0 as xi_n > 0. (tau' is common to all tokens at any state; that tau is, is the zero start.) The rung computes z' in this
 *     form, so it is checked on the model instead: Theorem 5's decoder put into Y, J differentiated in Z by Lemma 1, at states, and
 *     by the Taylor coefficients of the trajectory that this gradient drives.
 *  2. Sharpening: p_l(tau) ~ P_l/sqrt(1 - tau P_l^2). For tau < tau* the quotient p_l(tau*)/p_l(tau) grows with P_l, so each
 *     of the first j tokens grows by a factor no smaller than each of the others, and the partial sums p_1 + .. + p_j grow
 *     for all j < D: p(tau*) majorises p(tau), hence its entropy is smaller (-sum p ln p is Schur concave).
 *  3. The runner-up: R(tau) = (P_2/P_1) sqrt((1 - tau P_1^2)/(1 - tau P_2^2)) falls in tau. Since z_1' = f_1^2 B' < B', z_1 < B and
 *     tau P_1^2 = 1 - exp(-2 z_1) < s = 1 - exp(-2B): R > (P_2/P_1) sqrt((1-s)/(1 - s (P_2/P_1)^2)).
 *
 * @param sense -1: the rarest tokens are summed first
 */
const curve = (onCurve: boolean, sense: 1 | -1 = 1) =>
  function* <T>(F: Field<T>, world: ScanWorld): Generator<Margin<T>> {
    const { problem, scan } = world;
    const layout = reducedLayout(problem);
    const Z = scanState(F, world, onCurve);
    const { xi } = attentionVelocity(F, problem, layout, Z);
    const dZ = solvedVelocity(F, problem, layout, Z);
    const K = F.of(problem.classes.length);
    const begin = onCurve ? Z.map((row) => row.map((_, l) => (l === 0 ? row[0] : F.of(0)))) : Z;
    const S = jets(F, ORDER);
    const path = solvedTrajectory(F, problem, layout, begin, ORDER);
    const { distinct } = kinds(problem, layout);
    for (const [n, { row, support }] of layout.classes.entries()) {
      const weight = (l: number) => problem.classes[n].probabilities[support.indexOf(l)];
      const tokens = [...distinct[n]].sort((a, b) => weight(b) - weight(a));
      const P = tokens.map(weight);
      const name = `class ${problem.classes[n].next}`;
      const speeds = tokens.map((l, i) => tauSpeed(F, P[i], Z[row][l], dZ[row][l]));
      const taus = tokens.map((l, i) => {
        const rest = S.sub(S.of(1), S.exp(S.mul(S.of(-2), path[row][l])));
        return S.div(rest, S.mul(S.of(P[i]), S.of(P[i])));
      });
      yield positive(`tau of ${name} grows`, speeds[0], largest(F, speeds));
      for (const [i, l] of tokens.slice(1).entries()) {
        const token = layout.tokens[l];
        yield equal(F, `token ${token} of ${name} stays on the curve`, speeds[0], speeds[i + 1]);
        for (let k = 0; k <= ORDER; k++)
          yield equal(F, `token ${token} of ${name} on the curve to order ${k}`, taus[0][k], taus[i + 1][k]);
      }
      const B = F.div(xi[n], K);
      // xi_n by Theorem 1, z' by the model.
      yield positive(`z of the top token of ${name} grows less than B`, F.sub(B, dZ[row][tokens[0]]), B);
      const here = F.of(scan[n]);
      const later = F.of((1 + scan[n]) / 2);
      const ordered = sense > 0 ? P : [...P].reverse();
      const [before, after] = [here, later].map((s) => {
        const p = shares(F, P, s);
        return sense > 0 ? p : p.reverse();
      });
      for (let j = 1; j < ordered.length; j++) {
        const growth = F.sub(sum(F, after.slice(0, j)), sum(F, before.slice(0, j)));
        yield positive(`the first ${j} shares of ${name} grow with tau`, growth, F.of(1));
      }
      yield positive(
        `the entropy of ${name} falls with tau`,
        F.sub(entropy(F, before), entropy(F, after)),
        F.of(1),
      );
      const [top, second] = [P[0], P.find((p) => p < P[0])!];
      const R = (s: T) => {
        const r = ratio(F, second, top);
        const rest = F.sub(F.of(1), F.mul(s, F.mul(r, r)));
        return F.mul(r, F.sqrt(F.div(F.sub(F.of(1), s), rest)));
      };
      yield positive(`the runner-up of ${name} stays above its bound`, F.sub(R(here), R(later)), R(here));
    }
  };

export const scanCurve: Claim = {
  id: 'scan-curve',
  source: 'own (from Theorem 3, Eq. 110)',
  headline: false,
  statement:
    'The scan curve: from zero, the distinct tokens of a class keep 1 - exp(-2 z_l) = tau P(l|n)^2 with one tau, attention over them is ' +
    'P/sqrt(1 - tau P^2), and it sharpens as tau grows: every partial sum of sorted shares rises, entropy falls, the runner-up stays above its bound.',
  words:
    'The scan curve: from zero, the distinct tokens of a class share one tau, and attention over them sharpens as tau grows: every partial sum of sorted shares rises, entropy falls, the runner-up stays above its bound.',
  formula: String.raw`1 - e^{-2 z_l} = \tau\, P(l|n)^2, \qquad c_l \propto \frac{P(l|n)}{\sqrt{1 - \tau\, P(l|n)^2}}`,
  silent:
    'Where on the curve a class is at time t depends on the common tokens and the other classes. The plain flow leaves the curve. ' +
    "That tau' is common at a state is Lemma 4's form, here computed from the gradient of the model; shares and entropies are checked on the curve's " +
    'formula, which trajectories reach only for one class at a time.',
  checks: [
    check.certified({
      rung: twoTimescale,
      statement:
        'At states on the curve it is kept and tau grows; a trajectory from zero (any logit of the common token) lies on it up to Gamma^3; shares at a larger tau majorise, entropy is smaller, the runner-up above its bound.',
      expected: 'holds',
      worlds: scanWorld(),
      margins: curve(true),
      share: 0.12,
      controls: [
        { drops: 'the zero start: logits favour the rare tokens', margins: curve(false) },
        { drops: 'which shares are summed first: the rarest', margins: curve(true, -1) },
      ],
    }),
  ],
};
