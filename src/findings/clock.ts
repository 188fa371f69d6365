/** Findings about the two stages of the decoder's clock (Lemmas 8 and 9, Remark 3, Theorem 1(b)). */
import type { Field } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { above, positive } from '../decide/margin.ts';
import { fraction, numbers, over, vocabulary } from '../generators/findings.ts';
import { readingAt } from '../ladder/clock.ts';
import { type Finding, reading } from './finding.ts';
import { gammaOf, tauAt, upperRoot } from './formulas.ts';

interface Late {
  readonly M: number;
  /** tau over its value at t0. */
  readonly times: number;
}
/** x at `times` tau0, tau0 = 2 (1 + omega_1) ln M; a millionth later, which covers its rounding. */
const late = ({ M, times }: Late): number =>
  readingAt({ vocabulary: M, classes: 1, etaY: 1, etaZ: 1 }, 2 * upperRoot(M) * times * (1 + 1e-6));

const withoutM = function* <T>(F: Field<T>, world: Late & { c: number }) {
  const x = F.of(late(world));
  const tau = tauAt(F, world.M, x);
  const bound = F.mul(F.of(world.c), F.ln(tau));
  yield above(F, 'c ln(tau) above gamma tau', bound, F.mul(gammaOf(F, world.M, x), tau));
};
const withM = function* <T>(F: Field<T>, world: Late) {
  const x = F.of(late(world));
  const tau = tauAt(F, world.M, x);
  const bound = F.mul(F.of(2), F.ln(F.mul(F.of(world.M), tau)));
  yield above(F, '2 ln(M tau) above gamma tau', bound, F.mul(gammaOf(F, world.M, x), tau));
};
const excess = (M: number): string => {
  const x = late({ M, times: 1 });
  const tau = tauAt(float64, M, x);
  return ((gammaOf(float64, M, x) * tau) / Math.log(tau)).toPrecision(2);
};

const theorem1b: Finding = {
  id: 'theorem-1b',
  place: 'Theorem 1(b), and Theorem 4 (attention snapping)',
  kind: 'misprint',
  words: "gamma(t) = O(K ln(etaY t/K)/(etaY t)) when t >= 2(1+delta') ln(M) K/etaY",
  why: 'Its proof is "We directly use Lemma 9", and Lemma 9 has ln(M etaY t/K): the factor M is missing here. B_n = O(ln ln t) in Theorem 4 is for fixed M, and remains true.',
  expected: 'confirmed',
  printed: reading({
    says: 'gamma <= c ln(tau)/tau for all t >= t0, tau = etaY t/K, with a c that does not depend on M (for fixed M and large t it is right)',
    at: [
      { M: 100, times: 1, c: 4 },
      { M: 1e16, times: 1, c: 16 },
      { M: 1e100, times: 1, c: 64 },
    ],
    margins: withoutM,
  }),
  corrected: reading({
    says: 'gamma < 2 ln(M tau)/tau for t >= t0, uniformly in M: Lemma 9 has ln(M etaY t/K)',
    worlds: numbers<Late>({ M: vocabulary(100, 100), times: over(0, 20) }),
    margins: withM,
  }),
  numbers: () =>
    `gamma tau / ln(tau) at t0 is ${excess(1e2)} at M = 1e2, ${excess(1e16)} at M = 1e16, ${excess(1e100)} at M = 1e100`,
  argument:
    'at t0 gamma tau is of the order ln M while ln(tau) is of the order ln ln M, so that no c holds for all M. The corrected bound: gamma tau < x rho with x <= ln(M tau) and rho = dx/d ln t <= 2 where e^x >= (M-1) x.',
};

/** The first stage's inequality e^x <= min(M-1, (M-1) x), at tau between 2/M (u = 0) and ln M (u = 1). */
const early = (x: (world: { M: number; u: number }) => number) =>
  function* <T>(F: Field<T>, world: { M: number; u: number }) {
    const rest = F.of(world.M - 1);
    const at = F.of(x(world));
    yield above(F, '(M-1) M h above exp(M h)', F.mul(rest, at), F.exp(at));
    yield above(F, 'M - 1 above exp(M h)', rest, F.exp(at));
  };
const between = ({ M, u }: { M: number; u: number }) =>
  readingAt({ vocabulary: M, classes: 1, etaY: 1, etaZ: 1 }, (2 / M) ** (1 - u) * Math.log(M) ** u);

const lemma9: Finding = {
  id: 'lemma-9-start',
  place: 'Lemma 9, first stage (Eq. 53)',
  kind: 'false as printed',
  words: 'When t <= K ln(M)/etaY, we have exp(M h(t/K)) <= min(M-1, (M-1) M h(t/K))',
  why: 'At t = 0 it states 1 <= 0. Remark 3 is meant to exclude such t by etaY >> M^-0.99, but with K classes the first step may be too early (M = 1e6, K = 100, etaY = 10 M^-0.99). Harmless: Theorem 1 is for t >> K^2.',
  expected: 'confirmed',
  printed: reading({
    says: 'exp(M h) <= min(M - 1, (M - 1) M h) for every t <= K ln(M)/etaY; checked at etaY t/K = 0.115/M, which is t = 1 for K = 100, etaY = 1.15e-5, M = 1e6, and at 0.5/M',
    // tau = u / M; the reading is x = u / M up to terms of second order.
    at: [
      { M: 1e6, u: 0.115 },
      { M: 1000, u: 0.5 },
    ],
    margins: early(({ M, u }) => u / M),
  }),
  corrected: reading({
    says: 'it holds for 2/M <= etaY t/K <= ln M and M >= 5; before about 1/M, which is before the first step, exp(M h) is above (M - 1) M h',
    worlds: numbers<{ M: number; u: number }>({ M: vocabulary(5, 12), u: fraction() }),
    margins: early(between),
  }),
};

interface Size {
  readonly M: number;
}
interface Share extends Size {
  readonly c: number;
}
/** Whether e^x - (M-1) x is still positive (sense 1) or already negative at x = e^w / M, w = omega_0 ln M. */
const beforeRoot = <T>(F: Field<T>, name: string, M: number, w: T, sense: 1 | -1) => {
  const x = F.div(F.exp(w), F.of(M));
  const line = F.mul(F.sub(F.of(M), F.of(1)), x);
  return sense === 1 ? above(F, name, F.exp(x), line) : above(F, name, line, F.exp(x));
};
/** ln(M^-0.99). */
const fall = <T>(F: Field<T>, M: number): T => F.neg(F.div(F.mul(F.of(99), F.ln(F.of(M))), F.of(100)));

const lemma8: Finding = {
  id: 'lemma-8-omega-0',
  place: 'Lemma 8 (Eq. 50)',
  kind: 'constant or hypothesis that can be better',
  words: 'if M >> 100, we have omega_0 <~ 1/(M^0.99 ln M)',
  why: 'The bound is right (constant 2). The power can be improved, to M instead of M^0.99, and both constants can be given.',
  expected: 'confirmed',
  printed: reading({
    says: 'that M^0.99 is the right power: omega_0 >= c/(M^0.99 ln M) for some c > 0; checked with c = 1, 1/10, 1/50',
    at: [
      { M: 1e40, c: 1 },
      { M: 1e150, c: 1 / 10 },
      { M: 1e220, c: 1 / 50 },
    ],
    margins: function* <T>(F: Field<T>, { M, c }: Share) {
      yield beforeRoot(F, 'no root yet at c/(M^0.99 ln M)', M, F.mul(F.of(c), F.exp(fall(F, M))), 1);
    },
  }),
  corrected: reading({
    says: '2/((M-1) ln M) < omega_0 < 2/((M-2) ln M) for M >= 5: the rate is 1/(M ln M) with constant 2',
    worlds: numbers<Size>({ M: vocabulary(5, 9) }),
    margins: function* <T>(F: Field<T>, { M }: Size) {
      const at = (k: number) => F.div(F.of(2), F.of(M - k));
      yield beforeRoot(F, 'no root yet at 2/((M-1) ln M)', M, at(1), 1);
      yield beforeRoot(F, 'past the root at 2/((M-2) ln M)', M, at(2), -1);
    },
  }),
  argument: 'M^0.99 omega_0 ln M < 2 M^0.99/(M-2) tends to 0.',
};

const exponents = (sense: 1 | -1) =>
  function* <T>(F: Field<T>, { M }: Size) {
    // ln M^-(1-omega_0) with the upper bound of omega_0 ln M (finding lemma-8-omega-0), which favours the printed line.
    const w = F.div(F.of(2), F.of(M - 2));
    const difference = F.sub(F.sub(w, F.ln(F.of(M))), fall(F, M));
    yield positive('difference of the exponents', F.mul(F.of(sense), difference), F.of(1));
  };

const remark3: Finding = {
  id: 'remark-3',
  place: 'Appendix D.3, Remark 3',
  kind: 'misprint',
  words: 'if we assume etaY >> 1/M^(1-omega_0) > 1/M^0.99',
  why: 'The two sides are exchanged: omega_0 << 0.01 is in the same sentence. The next sentence assumes etaY >> M^-0.99, which is stronger and sufficient.',
  expected: 'confirmed',
  printed: reading({
    says: 'etaY >> 1/M^(1-omega_0) > 1/M^0.99',
    worlds: numbers<Size>({ M: vocabulary(100, 9) }),
    margins: exponents(1),
  }),
  corrected: reading({
    says: 'etaY >> 1/M^0.99 > 1/M^(1-omega_0), since omega_0 < 2/((M-2) ln M) < 0.01',
    worlds: numbers<Size>({ M: vocabulary(100, 9) }),
    margins: exponents(-1),
  }),
};

export const clockFindings: readonly Finding[] = [theorem1b, lemma8, remark3, lemma9];
