/** Findings on Theorems 3 and 4 and Appendix F. */

import { type Field, sum } from '../arithmetic/field.ts';
import { jets } from '../arithmetic/jet.ts';
import { above, equal } from '../decide/margin.ts';
import { alikeState, fraction, integer, numbers, over } from '../generators/findings.ts';
import { type ScanWorld, scanWorld } from '../generators/states.ts';
import { populationFeatures } from '../ladder/rung.ts';
import { solvedTrajectory } from '../ladder/solved.ts';
import { attentionVelocity } from '../ladder/two-timescale.ts';
import type { PointWorld } from '../ladder/worlds.ts';
import { reducedLayout } from '../model/layout.ts';
import { type Finding, reading } from './finding.ts';

interface Grown {
  readonly C0: number;
  readonly Gamma: number;
}
/** Number of intervals in the sums below. */
const STRIPS = 24;
/**
 * B = ln((C0 + 4 Gamma)/unit)/4 against Riemann sums of the integral of 1/(C0 + 4 Gamma') from 0 to Gamma: the integrand
 * decreases, so the sum with left ends is above the integral and the sum with right ends below it.
 */
const between = (unit: (C0: number) => number) =>
  function* <T>(F: Field<T>, { C0, Gamma }: Grown) {
    const strip = F.div(F.of(Gamma), F.of(STRIPS));
    const ends = Array.from({ length: STRIPS + 1 }, (_, i) =>
      F.div(strip, F.add(F.of(C0), F.mul(F.of(4 * i), strip))),
    );
    const B = F.div(F.ln(F.div(F.add(F.of(C0), F.mul(F.of(4), F.of(Gamma))), F.of(unit(C0)))), F.of(4));
    yield above(F, 'the sum of left ends above B', sum(F, ends.slice(0, -1)), B);
    yield above(F, 'B above the sum of right ends', B, sum(F, ends.slice(1)));
  };
const grown = numbers<Grown>({ C0: over(-3, 3), Gamma: over(-3, 6) });

const equation124: Finding = {
  id: 'equation-124',
  place: 'Appendix F, Eq. 124; Theorem 4 (Eq. 14), Eq. 129-132',
  kind: 'false as printed',
  words:
    "B_n(t) := etaZ int_0^t xi_n(t')dt' = int_0^Gamma(t) dGamma/(C_0 + 4 Gamma) = (1/4) ln(C_0 + 4 Gamma(t))",
  why: 'The lower end of the integral is missing: B_n(0) = 0, but the right side is ln(C_0)/4 there. Theorem 4 has the same constant; its O(ln t) and O(ln ln t) remain true.',
  expected: 'confirmed',
  printed: reading({
    says: 'the integral is ln(C0 + 4 Gamma)/4',
    at: [
      { C0: 4, Gamma: 1 },
      { C0: 0.25, Gamma: 1 },
    ],
    worlds: grown,
    margins: between(() => 1),
  }),
  corrected: reading({
    says: 'the integral is ln((C0 + 4 Gamma)/C0)/4',
    worlds: grown,
    margins: between((C0) => C0),
  }),
  argument:
    'the integral is between its lower and upper sums, which use no antiderivative. Where C0 < 1 the printed B_n(0) is negative, and chi(0) = 1 <= exp(2 B_n(0)) of Theorem 3 fails at the start as well.',
};

/** The speed of the common token against B' = xi/K, `factor` of K: -z_CT' = factor(K) (1 - f_CT^2) B'. */
const speedOf = (factor: (K: number) => number) =>
  function* <T>(F: Field<T>, { problem, Z }: PointWorld) {
    const layout = reducedLayout(problem);
    const state = Z.map((row) => row.map(F.of));
    const { dZ, f, xi } = attentionVelocity(F, problem, layout, state);
    const K = problem.classes.length;
    const share = f[0][layout.classes[0].support.indexOf(0)];
    const room = F.sub(F.of(1), F.mul(share, share));
    const growth = F.div(xi[0], F.of(K));
    yield equal(F, "-z_CT' against B'", F.neg(dZ[0][0]), F.mul(F.of(factor(K)), F.mul(room, growth)));
  };

const factorK: Finding = {
  id: 'equation-13',
  place: 'Section 6, Eq. 13',
  kind: 'false as printed',
  words:
    "z'_ml = .. ≈ -C_0^-1 etaZ gamma e^{4 z_ml}, xi_n(t) ≈ C_0^-1 gamma e^{4 z_ml} (here C_0 := rho_0^4/K)",
  why: "The stated approximations do not contain a factor K: the sum over n in psi^-1(m) has K terms for z', and xi_n is one of them, so that not both approximations can hold. Theorem 4 assumes both and is true as an implication; its B_n is K times too large for the dynamics of Eq. 10.",
  expected: 'confirmed',
  printed: reading({
    says: "both together, so z_CT' = -B_n', with the neglected factor 1 - f_CT^2 included",
    worlds: alikeState(),
    margins: speedOf(() => 1),
  }),
  corrected: reading({
    says: "z_CT' = -K (1 - f_CT^2) B_n' when all K classes are equal (Eq. 100), so that B_n = ln(1 + 4 Gamma/C0)/(4K) with one class a step and C0 = rho0^4/(K-1)",
    worlds: alikeState(),
    margins: speedOf((K) => K),
  }),
  argument:
    "rows of Z keep their sum, so that the loss of the common token equals the gain of the distinct tokens of all K classes, (1 - f_CT^2) B_n' each. In any convention for the 1/K of class sampling the printed B_n is K times too large for the printed z_CT'.",
};

interface Late {
  readonly C0: number;
  readonly nu: number;
  readonly K: number;
  /** The quotient of ln(M etaY t/K) and the right-hand side of the condition. */
  readonly times: number;
}
/**
 * |Eq. 131 - Eq. 132| < `slack`, at M -> inf and L = ln(M etaY t/K) = times sqrt(square of the condition):
 * B = ln(C0 + 2 K L^2/nu)/4 against ln(L)/2 + ln(2 K/nu)/4.
 */
const settled = (square: <T>(F: Field<T>, world: Late) => T, slack: number) =>
  function* <T>(F: Field<T>, world: Late) {
    const { C0, nu, K, times } = world;
    const L = F.mul(F.of(times), F.sqrt(square(F, world)));
    const scale = F.div(F.of(2 * K), F.of(nu));
    const full = F.div(F.ln(F.add(F.of(C0), F.mul(scale, F.mul(L, L)))), F.of(4));
    const late = F.add(F.div(F.ln(L), F.of(2)), F.div(F.ln(scale), F.of(4)));
    yield above(F, `|Eq. 131 - Eq. 132| below ${slack}`, F.of(slack), F.sub(full, late));
  };

const equation132: Finding = {
  id: 'equation-132',
  place: 'Appendix F, the condition of Eq. 132',
  kind: 'false as printed',
  words: 'When nu is fixed and t >> (M etaY)^-1 exp(1/sqrt(2 nu)), we have B_n(t) = (1 + o(1)) ..',
  why: 'The condition has nu inverted, and C_0 and K are missing: under it Eq. 132 may be far from correct for large nu, the case of Assumption 1(c). For t -> inf at fixed nu, and so for (a) and (b) below it, Eq. 132 remains true.',
  expected: 'confirmed',
  printed: reading({
    says: 'Eq. 132 holds for t >> exp(1/sqrt(2 nu))/(M etaY), that is ln(M etaY t/K) >> 1/sqrt(2 nu), nu = etaY/etaZ',
    at: [{ C0: 0.25, nu: 1e8, K: 2, times: 1e5 }],
    margins: settled((F, { nu }) => F.div(F.of(1), F.of(2 * nu)), 0.01),
  }),
  corrected: reading({
    says: 'it needs ln(M etaY t/K) >> sqrt(C0 nu/(2K)): at 5 times that Eq. 131 and 132 differ by less than 0.01',
    worlds: numbers<Late>({ C0: fraction(), nu: over(0, 9), K: integer(2, 50), times: over(0.7, 4) }),
    margins: settled((F, { C0, nu, K }) => F.div(F.mul(F.of(C0), F.of(nu)), F.of(2 * K)), 0.01),
  }),
  argument:
    'the difference is ln(1 + r)/4 with r = C0 nu/(2 K ln(M etaY t/K)^2): with a faster decoder (larger nu) the time until then is longer, not shorter.',
};

/** The highest Taylor coefficient of r' that is compared. */
const ORDER = 2;
/**
 * r' for r = f_l0^2/f_l^2 - 1 along the trajectory from Z, against `factor` r(0) exp(2 (z_l0 - z_l0(0))) z_l0', by Taylor
 * series: z follows the model with Theorem 5's decoder, and f follows from z. l0 and l are the most and the least frequent
 * distinct token of a class.
 */
const gain = (factor: number) =>
  function* <T>(F: Field<T>, world: ScanWorld) {
    const { problem, common } = world;
    const layout = reducedLayout(problem);
    const S = jets(F, ORDER);
    const start = layout.queries.map((_, m) => layout.tokens.map((_, l) => F.of(l === 0 ? common[m] : 0)));
    const Z = solvedTrajectory(F, problem, layout, start, ORDER);
    const f = populationFeatures(S, problem, layout, Z);
    for (const [n, { row, support }] of layout.classes.entries()) {
      const P = problem.classes[n].probabilities;
      // Token 0 is the common token.
      const own = support.map((_, i) => i).filter((i) => support[i] !== 0);
      const [top, last] = [
        own.reduce((a, i) => (P[i] > P[a] ? i : a)),
        own.reduce((a, i) => (P[i] < P[a] ? i : a)),
      ];
      const quotient = S.div(f[n][top], f[n][last]);
      const r = S.sub(S.mul(quotient, quotient), S.of(1));
      const z = Z[row][support[top]];
      const grown = S.exp(S.mul(S.of(2), S.sub(z, [z[0], ...z.slice(1).map(() => F.of(0))])));
      const speed = z.slice(1).map((c, k) => F.mul(F.of(k + 1), c));
      for (let k = 0; k < ORDER; k++) {
        const terms = speed.slice(0, k + 1).map((v, i) => F.mul(v, grown[k - i]));
        const formula = F.mul(F.mul(F.of(factor), r[0]), sum(F, terms));
        yield equal(F, `r' of class ${n}, coefficient ${k}`, F.mul(F.of(k + 1), r[k + 1]), formula);
      }
    }
  };

const equation112: Finding = {
  id: 'equation-112',
  place: 'Appendix E, Eq. 112',
  kind: 'misprint',
  words: "r'_{l0/l'|n} = r_{l0/l'|n}(0) e^{2(z_l0(t) - z_l0(0))} z'_l0 > 0",
  why: 'A factor 2 is missing in the derivative of Eq. 111, the line before. Only the sign is used, and it is the same.',
  expected: 'confirmed',
  printed: reading({
    says: "r' = r(0) exp(2 (z - z(0))) z'",
    worlds: scanWorld(),
    runs: 6,
    margins: gain(1),
  }),
  corrected: reading({
    says: "r' = 2 r(0) exp(2 (z - z(0))) z' (checked on the Taylor series of trajectories)",
    worlds: scanWorld(),
    runs: 6,
    margins: gain(2),
  }),
};

interface Legend {
  readonly nu: number;
  readonly etaZ: number;
  readonly etaY: number;
}
/** The legends of Figure 9, copied by hand. */
const legends = [0.5, 1, 2, 4, 8].flatMap((etaZ): Legend[] => [
  { nu: 10, etaZ, etaY: 10 * etaZ },
  { nu: 1, etaZ, etaY: etaZ },
]);
const figure9: Finding = {
  id: 'figure-9',
  place: 'Figure 9, caption',
  kind: 'misprint',
  words: 'Numerical simulation of B_n(t) with changing etaZ and fixed nu = etaZ/etaY',
  why: 'The text above it defines nu := etaY/etaZ, and the numbers of the legend agree with that.',
  expected: 'confirmed',
  printed: reading({
    says: 'nu = etaZ/etaY',
    at: legends,
    margins: function* <T>(F: Field<T>, { nu, etaZ, etaY }: Legend) {
      yield equal(F, 'nu etaY = etaZ', F.mul(F.of(nu), F.of(etaY)), F.of(etaZ));
    },
  }),
  corrected: reading({
    says: 'nu = etaY/etaZ, as the text and the legend of the figure have it',
    at: legends,
    margins: function* <T>(F: Field<T>, { nu, etaZ, etaY }: Legend) {
      yield equal(F, 'nu etaZ = etaY', F.mul(F.of(nu), F.of(etaZ)), F.of(etaY));
    },
  }),
  argument:
    "this is a transcription: the ten settings of the figure's legends are copied by hand, and the computation only shows which of the two quotients their numbers equal. The definition nu = etaY/etaZ in the text is read, not computed.",
};

export const phaseFindings: readonly Finding[] = [equation112, factorK, equation124, equation132, figure9];
