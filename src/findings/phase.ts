/** Findings about Theorems 3 and 4 and Appendix F. */
import type { Field } from '../arithmetic/field.ts';
import { jets, moving } from '../arithmetic/jet.ts';
import { alike, fraction, integer, numbers, over } from '../generators/findings.ts';
import type { PointWorld } from '../generators/states.ts';
import { attentionVelocity } from '../ladder/two-timescale.ts';
import { reducedLayout } from '../model/layout.ts';
import { above, equal, type Finding, reading } from './finding.ts';

interface Grown {
  readonly C0: number;
  readonly Gamma: number;
}
/** dB/dGamma = 1/(C0 + 4 Gamma) and B(0) = 0, of B = ln((C0 + 4 Gamma)/unit)/4; C0 on both sides of 1. */
const growth = (unit: (C0: number) => number) =>
  function* <T>(F: Field<T>, { C0, Gamma }: Grown) {
    const J = jets(F, 1);
    const B = <U>(G: Field<U>, x: U): U => {
      const total = G.add(G.of(C0), G.mul(G.of(4), x));
      return G.div(G.ln(G.div(total, G.of(unit(C0)))), G.of(4));
    };
    const rate = F.div(F.of(1), F.add(F.of(C0), F.mul(F.of(4), F.of(Gamma))));
    yield equal(F, 'dB/dGamma', B(J, moving(F, 1, F.of(Gamma), F.of(1)))[1], rate);
    yield equal(F, 'B(0) = 0', B(F, F.of(0)), F.of(0));
  };
const grown = numbers<Grown>({ C0: over(-3, 3), Gamma: over(-3, 6) });

const equation124: Finding = {
  id: 'equation-124',
  place: 'Appendix F, Eq. 124; Theorem 4 (Eq. 14), Eq. 129-132',
  kind: 'slip in print',
  expected: 'confirmed',
  printed: reading({
    says: 'B_n = etaZ int_0^t xi_n = ln(C0 + 4 Gamma)/4',
    at: [
      { C0: 4, Gamma: 0 },
      { C0: 0.25, Gamma: 0 },
    ],
    worlds: grown,
    margins: growth(() => 1),
  }),
  corrected: reading({ says: 'B_n = ln((C0 + 4 Gamma)/C0)/4', worlds: grown, margins: growth((C0) => C0) }),
  argument:
    'B_n is an integral from 0 to t, so B_n(0) = 0; as printed B_n(0) = ln(C0)/4, which is not 0 unless C0 = 1 (the equality B(0) = 0 is what fails). Where C0 < 1 it is negative, and chi(0) = 1 <= exp(2 B_n(0)) of Theorem 3 fails at the start as well.',
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
  id: 'theorem-4-factor-k',
  place: 'Section 6, Eq. 13; Theorem 4, Eq. 118-119',
  kind: 'false statement',
  expected: 'confirmed',
  printed: reading({
    says: "z_CT' = -etaZ gamma e^(4 z_CT)/C0 and xi_n = gamma e^(4 z_CT)/C0 together, so z_CT' = -B_n' (up to the neglected 1 - f_CT^2)",
    worlds: alike,
    margins: speedOf(() => 1),
  }),
  corrected: reading({
    says: "z_CT' = -K (1 - f_CT^2) B_n' when all K classes are alike (Eq. 100), so that B_n = ln(1 + 4 Gamma/C0)/(4K) with one class a step and C0 = rho0^4/(K-1)",
    worlds: alike,
    margins: speedOf((K) => K),
  }),
  argument:
    "rows of Z keep their sum, so what the common token loses is what the distinct tokens of all K classes gain, (1 - f_CT^2) B_n' each. In any convention for the 1/K of class sampling the printed B_n is K times too large for the printed z_CT'.",
};

interface Late {
  readonly C0: number;
  readonly nu: number;
  readonly K: number;
  /** How often the condition's right-hand side fits into ln(M etaY t/K). */
  readonly times: number;
}
/**
 * Eq. 131 less Eq. 132 is below `slack`, at M -> inf and L = ln(M etaY t/K) = times sqrt(square of the condition):
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
  kind: 'false statement',
  expected: 'confirmed',
  printed: reading({
    says: 'Eq. 132 holds for t >> exp(1/sqrt(2 nu))/(M etaY), that is ln(M etaY t/K) >> 1/sqrt(2 nu), nu = etaY/etaZ',
    at: [{ C0: 0.25, nu: 1e8, K: 2, times: 1e5 }],
    margins: settled((F, { nu }) => F.div(F.of(1), F.of(2 * nu)), 0.01),
  }),
  corrected: reading({
    says: 'it needs ln(M etaY t/K) >> sqrt(C0 nu/(2K)): at 5 times that Eq. 131 and 132 differ by less than 0.01',
    worlds: numbers<Late>({ C0: fraction, nu: over(0, 9), K: integer(2, 50), times: over(0.7, 4) }),
    margins: settled((F, { C0, nu, K }) => F.div(F.mul(F.of(C0), F.of(nu)), F.of(2 * K)), 0.01),
  }),
  argument:
    'the difference is ln(1 + r)/4 with r = C0 nu/(2 K ln(M etaY t/K)^2): a decoder that learns faster (larger nu) makes the wait longer, not shorter.',
};

interface Gain {
  readonly r: number;
  readonly z: number;
  readonly speed: number;
}
/** d/dt of r(0) exp(2 z), against `factor` r(0) exp(2 z) z'. */
const gain = (factor: number) =>
  function* <T>(F: Field<T>, { r, z, speed }: Gain) {
    const J = jets(F, 1);
    const moved = J.mul(J.of(r), J.exp(J.mul(J.of(2), moving(F, 1, F.of(z), F.of(speed)))));
    const formula = F.mul(F.mul(F.of(r), F.exp(F.of(2 * z))), F.mul(F.of(factor), F.of(speed)));
    yield equal(F, "r'", moved[1], formula);
  };
const gains = numbers<Gain>({ r: over(-2, 2), z: fraction, speed: over(-3, 1) });

const equation112: Finding = {
  id: 'equation-112',
  place: 'Appendix E, Eq. 112',
  kind: 'slip in print',
  expected: 'confirmed',
  printed: reading({ says: "r' = r(0) exp(2 (z - z(0))) z'", worlds: gains, margins: gain(1) }),
  corrected: reading({
    says: "r' = 2 r(0) exp(2 (z - z(0))) z'; its sign, which is all that is used, is the same",
    worlds: gains,
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
  kind: 'slip in print',
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
    "this is a transcription: the ten settings of the figure's legends are copied by hand, and the computation only finds that their numbers fit one of the two quotients. That the text means nu = etaY/etaZ is read, not computed.",
};

export const phaseFindings: readonly Finding[] = [equation112, factorK, equation124, equation132, figure9];
