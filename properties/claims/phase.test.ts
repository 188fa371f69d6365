import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { statements } from '../../src/claims/phase.ts';
import { decide } from '../../src/decide/enclosure.ts';
import { turnWorld } from '../../src/generators/single-ct.ts';
import { crossing, gammaAt, lapse, readingAt, rhoAt } from '../../src/ladder/clock.ts';
import { growthAt, kappaOf, logitAt } from '../../src/ladder/single-ct.ts';
import type { Problem } from '../../src/model/problem.ts';
import { endWithError } from '../support/integrate.ts';
import { itGetsItsVerdicts } from './rows.ts';

const worlds = fc.sample(turnWorld(), { seed: 70, numRuns: 60 });
type Printed = NonNullable<Parameters<typeof statements>[0]>;
/** The margins that fail first when something is put back as printed. */
const failing = (printed: Printed) =>
  new Set(
    worlds.flatMap((world) => {
      const { outcome, margin } = decide(statements(printed), world);
      return outcome === 'violated' ? [margin!.name.split(' (')[0]] : [];
    }),
  );

describe('phase', () => {
  itGetsItsVerdicts('phase');

  it('refutes the printed forms where they differ, and there only', () => {
    expect(failing({})).toEqual(new Set());
    expect(failing({ constant: true })).toEqual(new Set(['B(0) = 0']));
    expect(failing({ factor: true })).toEqual(new Set(["B' = etaZ xi/K"]));
    for (const printed of [{ inverted: true }, { withoutM: true }]) {
      const names = [...failing(printed)];
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(/^snap: B (below|above) ln/);
    }
  });

  it('is what z does when its equation is integrated step by step in t', () => {
    const world = { vocabulary: 100, classes: 3, etaY: 1, etaZ: 0.5, C0: 0.2 };
    const slope = (t: number, z: number) =>
      (-world.etaZ * gammaAt(float64, world, readingAt(world, t)) * Math.exp(4 * z)) / world.C0;
    const end = (steps: number) => {
      let z = 0;
      const h = 40 / steps;
      for (let i = 0; i < steps; i++) {
        const t = i * h;
        const a = slope(t, z);
        const b = slope(t + h / 2, z + (h / 2) * a);
        const c = slope(t + h / 2, z + (h / 2) * b);
        const d = slope(t + h, z + h * c);
        z += (h / 6) * (a + 2 * b + 2 * c + d);
      }
      return z;
    };
    const [coarse, fine] = [end(2000), end(4000)];
    const closed = logitAt(float64, world, readingAt(world, 40));
    // A method of fourth order: the finer run's error is about a fifteenth of the difference; 4000 steps round by u each.
    expect(Math.abs(fine - closed)).toBeLessThanOrEqual(Math.abs(fine - coarse) + 4000 * 2 ** -53);
    expect(closed).toBeLessThan(-0.5);
  });

  it('has its constants from where they are met: x/tau -> 1 as t -> 0, and L - x -> ln 2 at the crossing as M grows', () => {
    const early = 1e-6;
    expect(lapse(float64, 100, early) / 100 / early - 1).toBeLessThan(early);
    const gaps = [1e2, 1e4, 1e8, 1e12].map((M) => {
      const x = crossing(M);
      return Math.log(2) - (Math.log(lapse(float64, M, x)) - x);
    });
    // M tau = 2 e^x - 1 there, so the gap is -ln(1 - e^-x/2).
    gaps.forEach((gap, i) => {
      expect(gap).toBeGreaterThan(-(2 ** -45));
      expect(gap).toBeLessThan(10 ** -[2, 4, 8, 12][i]);
    });
  });

  it('turns past t0 where kappa x^2 = 1: the largest speed of a slow attention', () => {
    const world = { vocabulary: 100, classes: 3, etaY: 1, etaZ: 1e-4, C0: 1 };
    const kappa = kappaOf(float64, world);
    const speed = (x: number) => (kappa * x * rhoAt(float64, 100, x)) / (1 + kappa * x * x);
    const grid = Array.from({ length: 4000 }, (_, i) => 15 * 1.001 ** i);
    const top = grid.reduce((a, b) => (speed(b) > speed(a) ? b : a));
    // The grid is spaced by a thousandth, and the clock has long settled (e^-x < 1e-20).
    expect(Math.abs(top * Math.sqrt(kappa) - 1)).toBeLessThan(2e-3);
  });
});

/** K classes, each with the common token (weight 1) and one distinct token (weight `own`): rho0^2 = 1 + own^2. */
const pairs = (vocabulary: number, K: number, own: number): Problem => ({
  vocabulary,
  classes: Array.from({ length: K }, (_, n) => ({
    next: n,
    query: 0,
    tokens: [0, n + 1],
    probabilities: [1, own],
  })),
});

describe('single-ct against two-timescale', () => {
  const [K, own, Gamma] = [5, 19, 1e3];
  const C0 = (1 + own * own) ** 2 / (K - 1);
  const closed = Math.log1p((4 * Gamma) / C0) / (4 * K);
  const integrated = (M: number) => endWithError(pairs(M, K, own), Math.log1p(Gamma), 200);

  it('K = 5, Gamma = 1e3: B = 0.00566 on two-timescale, 0.00576 in closed form', () => {
    const { last, error } = integrated(1e9);
    expect(error).toBeLessThan(1e-9);
    expect(last.B[0].toFixed(5)).toBe('0.00566');
    expect(closed.toFixed(5)).toBe('0.00576');
    // ln(1 + y) loses up to u/y against log1p, y = 0.12.
    expect(Math.abs(growthAt(float64, K, 1, Math.sqrt((4 * Gamma) / C0)) / closed - 1)).toBeLessThan(
      16 * 2 ** -53,
    );
  });

  it('which takes M >> rho0^2: at M = 1000 B is a third larger, at M = 100 four times as large', () => {
    // xi/gamma = -q1 E'_nn + |q0| sum E'_nk ~ (K-1) (phi^4 + phi^2/M), phi^2 = 1/rho0^2: the printed xi has phi^4 alone.
    expect(integrated(1e3).last.B[0] / closed).toBeGreaterThan(1.3);
    expect(integrated(1e2).last.B[0] / closed).toBeGreaterThan(4);
  });

  it('comes closer as the common token becomes rarer, with M larger still', () => {
    const gaps = [4, 19, 90].map((own) => {
      const c = (1 + own * own) ** 2 / (K - 1);
      const { last } = endWithError(pairs(1e12, K, own), Math.log1p(c / 40), 200);
      return Math.abs(last.B[0] / (Math.log1p(1 / 10) / (4 * K)) - 1);
    });
    expect(gaps[1]).toBeLessThan(gaps[0]);
    expect(gaps[2]).toBeLessThan(gaps[1]);
  });
});
