/** Findings on the discrete clock h* and the cost of convergence (Lemma 7, Remark 2, Corollary 1). */
import { type Field, ratio } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { above, positive } from '../decide/margin.ts';
import { fraction, integer, numbers, over, vocabulary } from '../generators/findings.ts';
import { type Finding, reading } from './finding.ts';
import { delay, discreteReading, tauAt } from './formulas.ts';

interface Run {
  readonly M: number;
  readonly etaY: number;
  /** Steps. */
  readonly s: number;
}
const runs = (steps: number) => numbers<Run>({ M: vocabulary(5, 6), etaY: fraction(), s: integer(1, steps) });

/** 1/4 (x - ln(M-1) - etaY) < c(s) < 1/2 e^etaY x for x = M h*(s), s >= 1. */
function* sandwich<T>(F: Field<T>, { M, etaY, s }: Run) {
  const x = discreteReading(F, M, etaY, s);
  const c = delay(F, M, etaY, x, s);
  const behind = F.sub(F.sub(x, F.ln(F.of(M - 1))), F.of(etaY));
  yield above(F, 'c(s) above (M h* - ln(M-1) - etaY)/4', c, F.div(behind, F.of(4)));
  yield above(F, 'e^etaY M h*/2 above c(s)', F.div(F.mul(F.exp(F.of(etaY)), x), F.of(2)), c);
}
const STEP =
  'let T be the inverse of h in the reading x = M h, so that c(s) = T(M h*(s)) - s. A step d = M etaY/(M-1+e^x) increases c by exactly ' +
  'e^x (e^d - 1 - d)/(M etaY), which lies between (d/2) e^x/(M-1+e^x) and (d/2) e^etaY, and the steps d add up to M h*(s).';

const delayAt = (s: number): string => {
  const world = { M: 100, etaY: 0.99 };
  return delay(float64, world.M, world.etaY, discreteReading(float64, world.M, world.etaY, s), s).toPrecision(
    2,
  );
};

const remark2: Finding = {
  id: 'remark-2',
  place: 'Appendix D.3, Remark 2',
  kind: 'false as printed',
  words:
    'there exists some constant c = O(ln M) such that h(s) <= h*(s) <= h(s+c) for all s > s_1 := 2 ln(1+omega_1)/etaY',
  why: 'No M has such a constant, for any constant in the O(): h* is ahead by a time that grows like (1/2) ln s. Harmless: h replaces h* with an error that tends to 0 (Lemma 7).',
  expected: 'confirmed',
  printed: reading({
    says: 'h*(s) <= h(s + C ln M) for all s > 2 ln(1+omega_1)/etaY, with a C that does not depend on s; checked with C = 1 and 2',
    at: [
      { M: 20, etaY: 0.99, s: 1000, C: 1 },
      { M: 5, etaY: 0.99, s: 700, C: 2 },
    ],
    margins: function* <T>(F: Field<T>, { M, etaY, s, C }: Run & { C: number }) {
      const c = delay(F, M, etaY, discreteReading(F, M, etaY, s), s);
      yield above(F, 'C ln M above c(s)', F.mul(F.of(C), F.ln(F.of(M))), c);
    },
  }),
  corrected: reading({
    says: 'h*(s) = h(s + c(s)) with (M h*(s) - ln(M-1) - etaY)/4 < c(s) < e^etaY M h*(s)/2: c grows like ln s, without bound',
    worlds: runs(60),
    margins: sandwich,
  }),
  numbers: () =>
    `c(s) = ${[1e2, 1e4, 1e6].map(delayAt).join(', ')} at s = 1e2, 1e4, 1e6 (M = 100, etaY = 0.99): one half of ln s`,
  argument: `${STEP} Once e^x >= M - 1 each step increases c by at least d/4, and h* >= h is unbounded: no constant is enough.`,
};

const lemma7b: Finding = {
  id: 'lemma-7b',
  place: 'Lemma 7(b), the choice of s0 before Eq. 48',
  kind: 'gap',
  words: "there exist some s'_0 in N such that when s >= s'_0, h(s+1) - h(s) <= eps + ln(1/2)/M",
  why: 'The step fails for every eps < ln 2/M, since h rises, and the proof by contradiction needs it for every eps. The statement h* - h -> 0 is true, and has another proof.',
  expected: 'confirmed',
  printed: reading({
    says: 'for every eps in (0, 2 etaY/M] there is s with h(s+1) - h(s) <= eps + ln(1/2)/M, which needs 2 etaY > ln 2 even at the largest eps',
    at: [{ etaY: 0.1 }],
    worlds: numbers<{ etaY: number }>({ etaY: fraction() }),
    margins: function* <T>(F: Field<T>, { etaY }: { etaY: number }) {
      yield positive(
        'M eps + ln(1/2) at eps = 2 etaY/M',
        F.sub(F.mul(F.of(2), F.of(etaY)), F.ln(F.of(2))),
        F.of(1),
      );
    },
  }),
  corrected: reading({
    says: 'the statement holds: 0 < M (h*(s) - h(s)) <= e^etaY M h*(s)/2 times M etaY/(M-1+exp(M h(s))), which tends to 0',
    worlds: runs(60),
    margins: function* <T>(F: Field<T>, world: Run) {
      const { M, etaY, s } = world;
      const x = discreteReading(F, M, etaY, s);
      yield positive('h*(s) above h(s)', delay(F, M, etaY, x, s), F.of(1));
      yield* sandwich(F, world);
    },
  }),
  argument: `as eps decreases, eps + ln(1/2)/M becomes negative for every etaY, while h(s+1) > h(s). Instead: ${STEP} T is convex with T' = (M-1+e^x)/(M etaY), so h* - h <= c(s) etaY/(M-1+exp(M h(s))), and M h* <= M h + 2 etaY by Lemma 7(a).`,
};

interface Target {
  readonly M: number;
  /** The norm of e_n - alpha_n at the end. */
  readonly eps: number;
}
/** etaY s for |e_n - alpha_n| = eps: e^x = sqrt(M (M-1))/eps - (M-1). */
function cost<T>(F: Field<T>, { M, eps }: Target) {
  const norm = F.sqrt(F.mul(F.of(M), F.of(M - 1)));
  const x = F.ln(F.sub(F.div(norm, F.of(eps)), F.of(M - 1)));
  const inverse = F.div(F.of(1), F.of(eps));
  return { steps: tauAt(F, M, x), inverse, log: F.ln(F.div(F.of(M), F.of(eps))) };
}

const corollary1: Finding = {
  id: 'corollary-1-cost',
  place: 'Corollary 1, the number of steps (Eq. 73)',
  kind: 'constant or hypothesis that can be better',
  words: 'we need the total number of training epochs to be at most O(K/(eps etaY) log(M/eps))',
  why: 'The bound is right, "at most". It can be improved to (K/etaY)(1/eps + ln(M/eps)), with constants 1/2 below and 1 above.',
  expected: 'confirmed',
  printed: reading({
    says: 'that it is of the right order: c K ln(M/eps)/(etaY eps) steps are needed for some c > 0; checked with c = 1/10, 1/100, 1/500',
    at: [
      { M: 1000, eps: 1e-8, part: 10 },
      { M: 1000, eps: 1e-45, part: 100 },
      { M: 1000, eps: 1e-250, part: 500 },
    ],
    margins: function* <T>(F: Field<T>, { part, ...world }: Target & { part: number }) {
      const { steps, inverse, log } = cost(F, world);
      const printed = F.mul(inverse, log);
      yield above(F, 'the cost above c times the printed one', steps, F.mul(ratio(F, 1, part), printed));
    },
  }),
  corrected: reading({
    says: 'with h the cost is between one half of and all of (K/etaY)(1/eps + ln(M/eps)), for eps <= 1/4 and M >= 100',
    worlds: numbers<Target>({ M: vocabulary(100, 12), eps: over(-12, Math.log10(0.25)) }),
    margins: function* <T>(F: Field<T>, world: Target) {
      const { steps, inverse, log } = cost(F, world);
      const bound = F.add(inverse, log);
      yield above(F, '1/eps + ln(M/eps) above the cost', bound, steps);
      yield above(F, 'the cost above half of it', steps, F.div(bound, F.of(2)));
    },
  }),
  argument:
    'the quotient of the cost and the printed one is below 1/ln(M/eps) + eps. Eq. 73 divides h by the last and slowest step. Lemma 6 gives the exact time.',
};

export const discreteClockFindings: readonly Finding[] = [lemma7b, remark2, corollary1];
