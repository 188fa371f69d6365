/** The margins of the claims about the decoder's clock, against their formulas in plain numbers. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { learningRates, learningRatesTogether } from '../../src/claims/learning-rates.ts';
import { phase } from '../../src/claims/phase.ts';
import { cellBoxes, early, judgeCell, late, speed } from '../../src/claims/speed.ts';
import { branch } from '../../src/decide/branch.ts';
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

  it('in the proof over all M, at M = 100 and 1e4', () => {
    for (const [M, excess] of [
      [100, 5 / 4],
      [1e4, 1.3],
    ]) {
      const m = Math.log(M);
      const x0 = 1 / M + 3 / M ** 2;
      const x1 = m + Math.log(m);
      const far = m + excess * Math.log(m);
      const x = m - 1 / 2;
      const V = Math.exp(x) + (M - 1) * x - 1;
      const gamma = ((M - 1) ** 2 / M) * (x / (M - 1 + Math.exp(x)));
      const asked = Object.fromEntries(early(excess)(float64, [m]).map((a) => [a.name, a.value / a.scale]));
      // In units of 1/M, 1/M, M ln ln M, M ln ln M and 1; gamma/tau is taken at tau = V/M.
      expectAsked(new Map(Object.entries(asked)), {
        'x0 < 1/M + 3/M^2': M * ((M - 1) * x0 - 1 - Math.expm1(x0)),
        'V(x0) < 1 + 3/M': M * (1 + 3 / M - (2 * Math.exp(x0) - 1)),
        'x1 > ln M + ln ln M': ((M - 1) * x1 - Math.exp(x1)) / M / Math.log(m),
        'x1 < ln M + (5/4) ln ln M': (Math.exp(far) - (M - 1) * far) / M / Math.log(m),
        'x < ln M - 1/2 while tau <= ln M': V / M - m,
        'gamma > tau/2 there': (gamma * M) / V - 1 / 2,
      });
    }
  });

  it('in the proof over all late readings', () => {
    for (const [x, b, constant] of [
      [8, 0.25, 2],
      [20, 1, 1.9],
    ]) {
      // b = (M-1) x/e^x: V = e^x (1 + b - e^-x) and V' = e^x (1 + b/x).
      const [V, slope] = [Math.exp(x) * (1 + b) - 1, Math.exp(x) * (1 + b / x)];
      const [{ value, scale }] = late(constant)(float64, [x, b]);
      expectAsked(new Map([['late', value / scale]]), {
        late: (constant * Math.log(V) - (x * V) / slope) / Math.log(V),
      });
    }
  });

  it('has cells of one width that share their ends', () => {
    const [first, second] = [cellBoxes(0), cellBoxes(1)];
    expect(first.early[0][0]).toBe(4.605);
    expect(first.early[0][1]).toBe(4.605 + (36.85 - 4.605) / 32);
    expect(first.late).toEqual([
      [6, 6 + 94 / 32],
      [0, 1],
    ]);
    expect(second.early[0][0]).toBe(first.early[0][1]);
    expect(second.late[0][0]).toBe(first.late[0][1]);
  });

  it('is refuted in a cell by a constant that is too small for it, early or late, and tells the lesser of two proofs', () => {
    expect(judgeCell(5 / 4, 1)({ cell: 31 })).toMatchObject({ outcome: 'violated', certified: true });
    expect(judgeCell(1, 2)({ cell: 0 })).toMatchObject({ outcome: 'violated', certified: true });
    for (const cell of [0, 16, 31]) {
      const boxes = cellBoxes(cell);
      const [a, b] = [branch(early(5 / 4), boxes.early, { digits: 40 }), branch(late(2), boxes.late)];
      const least = Math.min(a.margin!.value, b.margin!.value);
      expect(judgeCell(5 / 4, 2)({ cell }).margin!.value).toBe(least);
    }
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
