/** The formulas of the proofs are those of the model: each against the model, or the clock, at worlds of its domain. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { jets, moving } from '../../src/arithmetic/jet.ts';
import { brakeProof, H1, larger, T0 } from '../../src/claims/proofs/brake.ts';
import { clockGapProof, clockPull, shiftBound } from '../../src/claims/proofs/clockGap.ts';
import { flipProof } from '../../src/claims/proofs/flip.ts';
import type { Proved } from '../../src/claims/proofs/proved.ts';
import { speedProof } from '../../src/claims/proofs/speed.ts';
import { winnerProof } from '../../src/claims/proofs/winner.ts';
import type { Inequality } from '../../src/decide/proof.ts';
import { decades } from '../../src/generators/problems.ts';
import { crossing, discreteReadingsTo, lapse, lapseSlope, readingAt } from '../../src/ladder/clock.ts';
import { flip, flipReading } from '../../src/ladder/flip.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';

/** The value of a step of a proof, or of a control's, in doubles. */
function at(proved: Proved, id: string, point: readonly number[], control?: string): number {
  const steps = control ? proved.controls.find((one) => one.id === control)!.proof : proved.proof;
  return (steps.find((step) => step.id === id) as Inequality).value(float64, point);
}

/** Two routes that lose at most 20 bits to cancellation, relative to `size`. */
const near = (value: number, expected: number, size = 1) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(2 ** -30 * Math.max(size, Math.abs(expected)));

const F = float64;

describe('clock-gap', () => {
  it('has series that bound their functions from the sides that the proof needs, closely', () => {
    for (let eta = 1 / 64; eta <= 1; eta += 1 / 64) {
      const G = -Math.expm1(-0.3 * eta) / eta;
      const U = (Math.expm1(eta) - eta) / eta ** 2;
      // The first left-out terms: 0.3 z^4/120 and eta^9/11!.
      expect(clockPull(F, eta)).toBeLessThan(G + 1e-15);
      expect(clockPull(F, eta)).toBeGreaterThan(G - (0.3 * (0.3 * eta) ** 4) / 120 - 1e-15);
      expect(shiftBound(F, eta)).toBeGreaterThan(U - 1e-12);
      expect(shiftBound(F, eta)).toBeLessThan(U + eta ** 8 / 3628800 + 1e-12);
      const least = (W: number) => 0.15 + (W - 0.5) * clockPull(F, eta) - shiftBound(F, eta) * Math.log(W);
      near(at(clockGapProof, 'gap', [eta]), least(shiftBound(F, eta) / clockPull(F, eta)));
      for (const W of [1, 1.5, 2, 3, 5, 100])
        expect(least(W)).toBeGreaterThanOrEqual(at(clockGapProof, 'gap', [eta]) - 1e-15);
    }
  });

  it('speaks of the clocks: no gap above 3/10, and the largest is 0.2313 at M = 2, etaY = 1, s = 2', () => {
    let [most, where] = [0, ''];
    for (const vocabulary of [2, 3, 10, 100, 1e4, 1e8])
      for (const etaY of [0.01, 0.1, 0.5, 0.9, 1])
        for (const [s, star] of discreteReadingsTo(F, { vocabulary, etaY }, 400).entries()) {
          const x = readingAt({ vocabulary, classes: 1, etaY, etaZ: 1 }, s);
          const ratio = (star - x) / etaY;
          if (ratio > most) [most, where] = [ratio, `M = ${vocabulary}, etaY = ${etaY}, s = ${s}`];
        }
    expect(where).toBe('M = 2, etaY = 1, s = 2');
    expect(most).toBeGreaterThan(0.2312);
    expect(most).toBeLessThan(0.2314);
    const [, , star] = discreteReadingsTo(F, { vocabulary: 2, etaY: 1 }, 2);
    near(at(clockGapProof, 'second-step', [1], 'fifth'), 4 - lapse(F, 2, star - 0.2));
  });
});

describe('speed', () => {
  it('has the formulas of the clock at M = 100, 1e4 and 1e8', () => {
    for (const M of [100, 1e4, 1e8]) {
      const [u, m] = [1 / M, Math.log(M)];
      const x0 = u + 3 * u * u;
      // (e^x - 1)/x is replaced by 1/(1 - x/2), which is at most x^2/6 more; doubles lose M ulps.
      for (const [id, value] of [
        ['x0', M * ((M - 1) * x0 - 1 - Math.expm1(x0))],
        ['V(x0)', M * (1.5 * u - Math.expm1(x0))],
      ] as const) {
        const less = value - at(speedProof, id, [u]);
        expect(less).toBeGreaterThan(-4 * M * 2 ** -52);
        expect(less).toBeLessThan(x0 ** 2 / 6 + 4 * M * 2 ** -52);
      }
      const x1 = m + Math.log(m);
      near(at(speedProof, 'x1-above', [m]), ((M - 1) * x1 - M * m) / M / Math.log(m));
      const far = m + 1.25 * Math.log(m);
      const over = (Math.exp(far) - M * far) / M / m;
      near(at(speedProof, 'x1-below', [Math.log(m)]), over, 1e3);
      near(at(speedProof, 'ahead', [m]), lapse(F, M, m - 0.5) / M - m, 1e3);
      const x = m - 0.5;
      // gamma/tau at x is a little more than the bound, which leaves out u (m + 1/2).
      const gamma = (M - 1) ** 2 * (x / lapse(F, M, x) / lapseSlope(F, M, x));
      const bound = (1 + (Math.exp(-0.5) - 0.5) / m) * (1 - u + Math.exp(-0.5));
      expect(at(speedProof, 'half', [u, 1 / m]) / bound).toBeLessThan(gamma - 0.5 + 1e-9);
      expect(crossing(M)).toBeGreaterThan(x1);
      expect(crossing(M)).toBeLessThan(far);
    }
  });

  it("has the late bound of the clock: 2 ln V - x V/V', over x and times 1 + b/x, is the part that is proved and no less", () => {
    for (const [x, b] of [
      [6.5, 0.99],
      [8, 0.25],
      [20, 1],
      [90, 0.5],
    ]) {
      const [e, y] = [Math.exp(-x), 1 / x];
      const log = x + Math.log(1 + b - e);
      const ratio = (x * (1 + b - e)) / (1 + b / x);
      const of = (c: number) => ((c * log - ratio) / x) * (1 + b * y);
      near(at(speedProof, 'late', [y, b], 'nineteen'), of(1.9));
      const chart =
        1 - b <= y
          ? y * at(speedProof, 'late-y', [y, (1 - b) / y])
          : (1 - b) * at(speedProof, 'late-b', [b, y / (1 - b)]);
      near(chart, 1 - b + 2 * b * y);
      expect(chart).toBeLessThanOrEqual(of(2));
    }
  });
});

/** Two classes of one query with the common token 0; distinct tokens with these probabilities. */
const problemOf = (
  vocabulary: number,
  shares: readonly number[],
  own: readonly (readonly number[])[],
): Problem => {
  let next = 1;
  const classes = own.map((weights, n) => {
    const total = shares[n] + weights.reduce((a, b) => a + b);
    const tokens = [0, ...weights.map(() => next++)];
    return { tokens, probabilities: [shares[n], ...weights].map((w) => w / total), query: 0, next: n };
  });
  return { vocabulary, classes };
};

/** The brake of a world at Z = 0, and the quantities of the proof. */
function braked(problem: Problem) {
  const layout = reducedLayout(problem);
  const zero = layout.queries.map(() => layout.tokens.map(() => 0));
  const { dZ, f } = attentionVelocity(F, problem, layout, zero);
  const S = jets(F, 1);
  const later = attentionVelocity(
    S,
    problem,
    layout,
    zero.map((row, m) => row.map((z, l) => moving(F, 1, z, dZ[m][l]))),
  ).dZ[0];
  const ct = layout.tokens.indexOf(0);
  const brake = later[ct][1] / dZ[0][ct] ** 2;
  const classes = layout.classes.map(({ support }, n) => {
    const c = f[n][support.indexOf(ct)];
    const a = 1 - c * c;
    return { c, a, D: f[n].reduce((sum, x, i) => (support[i] === ct ? sum : sum + x ** 4), 0) / a };
  });
  classes.sort((one, other) => one.a - other.a);
  return { brake, speed: -dZ[0][ct], classes };
}

describe('the brake', () => {
  const weights = fc.array(decades(-1, 1), { minLength: 1, maxLength: 6 });
  const world = fc.record({
    vocabulary: fc.integer({ min: 3, max: 1000 }),
    shares: fc.tuple(decades(-1.5, 1.5), decades(-1.5, 1.5)),
    own: fc.tuple(weights, weights),
  });

  it('is T, H_1 and H_2 in every world of two classes, and within the steps that are proved', () => {
    fc.assert(
      fc.property(world, ({ vocabulary, shares, own }) => {
        const { brake, classes } = braked(problemOf(vocabulary, shares, own));
        const [one, two] = classes;
        const [v, r, A] = [1 / (vocabulary - 1), one.c * two.c, one.a + two.a];
        const [t, e] = [one.a / A, two.c ** 2];
        const halfR = r / (r + v) / 2;
        const Q = (t * t * e) / (1 - t + t * e);
        const T = T0(F, halfR, t, e);
        const first = (t * H1(F, halfR, t, e) * one.D) / A;
        const second = ((1 - t) * (halfR + 0.5 - Q) * two.D) / A;
        near((brake / 2 - one.a) / A, T + first + second, 1 / Math.min(1, r * r));
        near(larger(F, t, e), one.c);
        // What the steps say, by the numbers of this world.
        const slow = at(brakeProof, 'slow', [t, two.c, two.c / one.c, v]);
        expect(T).toBeGreaterThan(2 * halfR * slow - 1e-12);
        expect(T + t * t * H1(F, halfR, t, e)).toBeGreaterThan(at(brakeProof, 'fast', [t, two.c]) - 1e-12);
        expect(halfR + 0.5 - Q).toBeGreaterThan(at(brakeProof, 'second', [t, two.c]) - 1e-12);
        near(at(brakeProof, 'slow', [t, two.c, v], 'stronger'), T - 0.05 * t);
        // Winner: brake < 8, and its bound.
        expect(4 - brake / 2).toBeGreaterThan(at(winnerProof, 'bound', [t, two.c]) - 1e-9);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('is the bound of `winner` for one distinct token a class as M grows', () => {
    const { brake, classes } = braked(problemOf(1e12, [1, 2], [[3], [1]]));
    const [one, two] = classes;
    near(4 - brake / 2, at(winnerProof, 'bound', [one.a / (one.a + two.a), two.c]), 1e2);
  });

  it('has its infimum 1 over 2 (1 - u): rare common tokens, many distinct ones', () => {
    const many = Array.from({ length: 200 }, () => 1);
    const { brake, classes } = braked(problemOf(3, [1e-3, 1e-3], [many, many]));
    const ratio = brake / 2 / classes[0].a;
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(1.01);
  });

  it('follows the written steps for any number of classes and many distinct tokens', () => {
    const total = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
    /** Without entry k: no cancellation. */
    const others = (list: readonly number[], k: number) => total(list.filter((_, n) => n !== k));
    fc.assert(
      fc.property(
        fc.array(decades(-6, 3), { minLength: 2, maxLength: 8 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (y, part) => {
          const K = y.length;
          const v = part / K;
          const Y = total(y);
          const s = 1 / (1 + Y);
          const a = y.map((one) => 1 / (1 + one));
          const c = y.map((one, n) => Math.sqrt(one * a[n]));
          const p = c.map((one, n) => one / a[n]);
          const terms = y.flatMap((_, n) =>
            y.flatMap((__, k) =>
              n === k
                ? []
                : [
                    { value: s * c[n] ** 2 * y[k], slope: a[n] + s },
                    { value: s * v * c[n] * p[k], slope: (a[n] - a[k]) / 2 + s },
                  ],
            ),
          );
          const F_ = total(terms.map(({ value }) => value));
          near(F_, total(y.map((one, n) => a[n] * s * (one * others(y, n) + v * p[n] * others(p, n)))));
          const least = Math.min(...a);
          const R = others(y, y.indexOf(Math.max(...y)));
          const squares = c.map((x) => x * x);
          const L = total(y.map((one, k) => one * others(squares, k)));
          const pulls = total(p.map((one, k) => one * others(c, k)));
          const slack = total(terms.map(({ value, slope }) => value * slope)) - least * F_;
          // A sum of at most 112 positive terms is exact to 1e-13.
          const room = 1 + 1e-12;
          expect(slack * room).toBeGreaterThan(s * s * (L - v * least * R * pulls) - 1e-12 * F_);
          expect(pulls ** 2).toBeLessThanOrEqual((K - 1) * L * (K + Y) * room);
          expect(L * room).toBeGreaterThan(least * R * (R + Math.max(...y)));
          expect(slack).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });

  it('holds for many classes, where it is proved for M to infinity', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ share: decades(-1.5, 1.5), weights }), { minLength: 2, maxLength: 6 }),
        (given) => {
          const problem = problemOf(
            2 ** 40,
            given.map(({ share }) => share),
            given.map((one) => one.weights),
          );
          const { brake, classes } = braked(problem);
          expect(brake / 2).toBeGreaterThan(classes[0].a);
        },
      ),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe('flip', () => {
  it('is the time of the flip, by its reading at M', () => {
    for (const M of [14, 20, 100, 1e4, 1e8]) {
      const x = flipReading(M);
      const tau = lapse(F, M, x) / M;
      near(at(flipProof, 'late', [x]), 2 * Math.log(M) - tau, tau);
      near(at(flipProof, 'early', [x]), tau - Math.log(M), tau);
      near(x * at(flipProof, 'late-far', [1 / x, Math.exp(-x)]), 2 * Math.log(M) - tau, tau);
      near(at(flipProof, 'early-far', [1 / x, Math.exp(-x), x * Math.exp(-x)]), tau - Math.log(M), tau);
    }
    near(at(flipProof, 'start', [3.4]), flip(F, 14, 3.4));
    expect(flipReading(14)).toBeGreaterThan(3.4);
    expect(flipReading(13)).toBeLessThan(3.4);
    expect(flipReading(13)).toBeGreaterThan(3.34);
  });
});
