/** The margins of the claims about the decoder's clock, against their formulas in plain numbers. */
import { describe, expect, it } from 'vitest';
import { learningRates, learningRatesTogether } from '../../src/claims/learning-rates.ts';
import { phase } from '../../src/claims/phase.ts';
import { speed } from '../../src/claims/speed.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { expectAsked, inequalities, readingOf, rootOf } from './margins.ts';

describe('speed, at one moment', () => {
  const moment = { vocabulary: 100, classes: 3, etaY: 0.5 };
  const M = 100;
  const square = (99 / 100) ** 2;
  const at = (tau: number) => {
    const x = readingOf(M, M * tau);
    return { x, e: Math.exp(x), gamma: (square * M * x) / (M - 1 + Math.exp(x)) };
  };

  it('in the first stage, half way on a logarithmic scale', () => {
    const tau = Math.sqrt(((1 + 3 / M) / M) * (1 + 1e-9) * Math.log(M) * (1 - 1e-9));
    const { x, e, gamma } = at(tau);
    expectAsked(inequalities(speed, 'two-timescale', { ...moment, stage: 'first', at: 0.5 }), {
      'gamma < ((M-1)/M)^2 tau': 1 - gamma / (square * tau),
      'M h < tau': 1 - x / tau,
      'first stage: exp(Mh) < M-1': 1 - e / 99,
      'first stage: exp(Mh) < (M-1) M h': 1 - e / (99 * x),
      'first stage: gamma > tau/2': 1 - tau / 2 / gamma,
    });
  });

  it('in the second stage, a third of nine decades after its start', () => {
    const x1 = rootOf((x) => Math.exp(x) - 99 * x, 3, 10);
    const tau = 2 * x1 * (1 + 1e-9) * 10 ** 3;
    const { x, e, gamma } = at(tau);
    const log = Math.log(M * tau);
    expectAsked(inequalities(speed, 'two-timescale', { ...moment, stage: 'second', at: 1 / 3 }), {
      'gamma < ((M-1)/M)^2 tau': 1 - gamma / (square * tau),
      'M h < tau': 1 - x / tau,
      'second stage: exp(Mh) > M-1': 1 - 99 / e,
      'second stage: exp(Mh) > (M-1) M h': 1 - (99 * x) / e,
      'second stage: gamma < 2 ln(M tau)/tau': 1 - (gamma * tau) / (2 * log),
      'second stage: M h < ln(M tau)': 1 - x / log,
      'second stage: M h > ln(M tau) - ln 2': 1 - (log - Math.LN2) / x,
      'second stage: gamma > ((M-1)/M)^2 ln(M tau)/tau': 1 - (square * log) / tau / gamma,
    });
  });
});

/** Three classes of one query with one common token 0; weights are integers. */
const problem = {
  vocabulary: 50,
  classes: [
    { next: 0, query: 9, tokens: [0, 1, 2], probabilities: [2, 5, 3] },
    { next: 1, query: 9, tokens: [0, 3], probabilities: [1, 4] },
    { next: 2, query: 9, tokens: [0, 4, 5], probabilities: [3, 1, 4] },
  ],
};
const Z = [[0.25, -0.5, 1, 0.75, 0, -0.25]];

/** f_n of a class: P e^z over its tokens, of length 1. */
function features() {
  const { tokens } = reducedLayout(problem);
  return problem.classes.map((c) => {
    const of = new Map(c.tokens.map((l, i) => [l, c.probabilities[i] * Math.exp(Z[0][tokens.indexOf(l)])]));
    const norm = Math.hypot(...of.values());
    return new Map([...of].map(([l, v]) => [l, v / norm]));
  });
}

describe('learning rates, at one state', () => {
  const world = { problem, Z, etaY: 0.5, etaZ: 0.125, factor: 2 };
  const [M, K] = [50, 3];
  const slope = (x: number) => M - 1 + Math.exp(x);
  const ticksAt = (x: number) => Math.expm1(x) + (M - 1) * x;
  const Gamma = (x: number, etaY: number, etaZ: number) =>
    ((etaZ / etaY) * K * ((M - 1) / M) ** 2 * x ** 2) / 2;
  const flip = (x: number) => (M - 1) * x - 2 - (x - 2) * Math.exp(x);
  const stage = (k: number) => flip(readingOf(M, M * k * Math.log(M))) / M;
  const both = { "early until t0' = K ln M/etaY": stage(1), 'late from 2 K ln M/etaY on': -stage(2) };

  it.each([
    ['early', 6, 1],
    ['late', 240, -1],
  ] as const)('%s', (_, time, sign) => {
    const [x, ahead] = [0.5, 1].map((etaY) => readingOf(M, (M * etaY * time) / K));
    const d = sign * ((2 * ticksAt(x)) / slope(x) / x - 1);
    const [a, b] = [Gamma(x, 0.5, 0.125), Gamma(ahead, 1, 0.125)];
    expectAsked(new Map([...inequalities(learningRates, 'two-timescale', { ...world, time })]), {
      [`Gamma ${sign > 0 ? 'rises' : 'falls'} with etaY at ${time}`]: d,
      [`B of class 0 follows at ${time}`]: d,
      [`B of class 1 follows at ${time}`]: d,
      [`B of class 2 follows at ${time}`]: d,
      [`Gamma is ${sign > 0 ? 'larger' : 'smaller'} with etaY 2.00 times larger at ${time}`]:
        (sign * (b - a)) / Math.max(a, b),
      [`the clock is ahead, the snap earlier at ${time}`]: (ahead - x) / x,
      ...both,
    });
  });

  it('both rates larger: Gamma by as much, and what drives B, sum_k beta_k f_n.f_k of the solved decoder', () => {
    const time = 60;
    const [x, ahead] = [0.5, 1].map((etaY) => readingOf(M, (M * etaY * time) / K));
    const [a, b] = [Gamma(x, 0.5, 0.125), Gamma(ahead, 1, 0.25)];
    const asked = inequalities(learningRatesTogether, 'two-timescale', { ...world, time });
    expect(asked.size).toBe(4);
    expect(Math.abs(asked.get(`Gamma is larger at ${time}`)! - (b - a) / b)).toBeLessThan(2 ** -40);
    for (const n of [0, 1, 2])
      expect(asked.get(`B of class ${n} grows with Gamma at ${time}`)).toBeGreaterThan(0);
    // The features overlap through token 0 alone.
    for (const f of features()) expect(f.get(0)).toBeGreaterThan(0);
  });
});

describe('phase, at one world', () => {
  const world = { vocabulary: 100, classes: 3, etaY: 0.5, etaZ: 0.05, C0: 0.25, scan: 1.5, snap: 9 };
  const { vocabulary: M, classes: K } = world;
  const kappa = (2 * K * (99 / 100) ** 2 * 0.05) / (0.5 * 0.25);
  const ticks = (x: number) => Math.exp(x) + (M - 1) * x - 1;
  const slope = (x: number) => M - 1 + Math.exp(x);
  const rho = (x: number) => ticks(x) / slope(x);
  const B = (x: number) => Math.log1p(kappa * x * x) / (4 * K);

  it.each([
    ['rising', 1],
    ['falling', -1],
  ] as const)('%s', (side, sign) => {
    const tau = ticks(1.5) / M;
    const L = Math.log(ticks(9));
    const form = Math.log(L) / (2 * K) + Math.log(kappa) / (4 * K);
    // D = kappa x rho/(2 (1 + kappa x^2)): d ln D/d ln x = 1 + x rho'/rho - 2 kappa x^2/(1 + kappa x^2).
    const steeper = (x: number) =>
      1 + x * (slope(x) / ticks(x) - Math.exp(x) / slope(x)) - (2 * kappa * x * x) / (1 + kappa * x * x);
    // d ln x/d ln t = rho/x; etaY alone takes kappa with it, which is proportional to 1/etaY.
    const alone = (x: number) => 1 - x / (2 * rho(x));
    expectAsked(inequalities(phase, 'single-ct', { ...world, side }), {
      'scan: B < ln(1 + kappa tau^2)/(4K)': 1 - B(1.5) / B(tau),
      'scan: B > the same at tau/(1 + 1/ln(M-1))': (B(1.5) - B(tau / (1 + 1 / Math.log(99)))) / B(tau),
      'snap: B below ln(L)/(2K) + ln(kappa)/(4K) + 1/(4 K kappa (L - ln 2)^2)':
        (form + 1 / (4 * K * kappa * (L - Math.LN2) ** 2)) / B(9) - 1,
      'snap: B above ln(L)/(2K) + ln(kappa)/(4K) + ln(1 - ln2/L)/(2K)':
        1 - (form + Math.log(1 - Math.LN2 / L) / (2 * K)) / B(9),
      [`snap: -dz/d ln t is ${side}`]: sign * steeper(9),
      'scan: both rates larger, B larger': 1,
      'snap: both rates larger, B larger': 1,
      'scan: etaY larger, B larger': alone(1.5),
      'snap: etaY larger, B smaller': -alone(9),
    });
  });
});
