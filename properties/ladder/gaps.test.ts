/** The two steps of the ladder that do not close, measured; fixtures/gaps.json keeps the numbers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flow } from '../../src/ladder/flow.ts';
import {
  alike,
  atEqualDisplacement,
  atEqualTime,
  equalOverlap,
  overlapOfGradient,
  twoTimescaleAt,
} from '../../src/ladder/gaps.ts';
import { modified } from '../../src/ladder/modified.ts';
import { endWithError } from '../support/integrate.ts';

const kept = JSON.parse(readFileSync(new URL('../../fixtures/gaps.json', import.meta.url), 'utf8'));
const world = alike(200, 2, 0.45, [0.275, 0.165, 0.11]);
const Gamma = 4;
const ratios = [1, 10, 100, 1e3, 1e4];
const gaps = (rung: typeof flow) => ratios.map((ratio) => atEqualDisplacement(rung, world, Gamma, ratio).gap);
/** Six digits are kept; the trajectories behind them are integrated with a tolerance of 1e-11. */
const expectKept = (value: number, written: number) =>
  expect(Math.abs(value - written)).toBeLessThanOrEqual(1e-5 * Math.abs(written));

describe('two-timescale in Gamma', () => {
  it('agrees with the fixed-step Runge-Kutta method', () => {
    const end = Math.log1p(Gamma);
    const { last, error } = endWithError(world, end, 100);
    const [Z] = twoTimescaleAt(world, [Math.expm1(end)]);
    Z[0].forEach((z, l) => {
      expect(Math.abs(z - last.Z[0][l])).toBeLessThanOrEqual(error + 1e-9);
    });
  });
});

describe('modified -> two-timescale', () => {
  it('does not close at equal displacement of z: Y remembers in ln t, and old F keeps its weight', () => {
    const measured = gaps(modified);
    // THEORY 2: 1.010, 0.978, 0.958, 0.9545, 0.9529, there of a world that differs in the third decimal.
    [1.01, 0.978, 0.958, 0.9545, 0.9529].forEach((x, i) => {
      expect(Math.abs(measured[i] - x)).toBeLessThan(1.5e-3);
    });
    measured.forEach((x, i) => {
      expectKept(x, kept.equalDisplacement.modified[i].gap);
    });
    // Ever larger ratios lead away from 1, not toward it.
    expect(measured[4]).toBeLessThan(measured[1]);
    expect(measured[4]).toBeLessThan(0.96);
  });

  it('closes at equal time as 1/ratio, because z then hardly moves', () => {
    for (const time of [1e2, 1e6]) {
      const open = (ratio: number) => 1 - atEqualTime(modified, world, time, ratio).gap;
      const order = Math.log10(open(1e4) / open(1e5));
      // First order in the displacement of z, whose next term is 1e-4 of it or so.
      expect(Math.abs(order - 1)).toBeLessThan(0.05);
    }
  });
});

describe('flow -> modified', () => {
  it('does not close: neither at equal displacement, nor at any time however small etaZ', () => {
    gaps(flow).forEach((x, i) => {
      expectKept(x, kept.equalDisplacement.flow[i].gap);
    });
    const limit = (time: number) => [1e5, 1e6].map((ratio) => atEqualTime(flow, world, time, ratio).gap);
    // Too slow at first (a third of the speed), too fast in the end (towards twice): a limit, and not 1.
    for (const [time, expected] of [
      [1e2, 0.335],
      [1e8, 1.8],
    ]) {
      const [a, b] = limit(time);
      expect(Math.abs(a / b - 1)).toBeLessThan(0.01);
      expect(Math.abs(b / expected - 1)).toBeLessThan(0.01);
    }
  });

  const K = 3;
  const M = 500;
  const overlap = 0.107;
  const prime = overlap / (1 + (K - 2) * overlap);

  it('with F fixed: beta/iota starts at 1/M, is 0.0114 at t = 2e4, and 0.137 at 1e30, against 0.0984', () => {
    const times = kept.gradient.true.map((x: { time: number }) => x.time);
    const problem = equalOverlap(M, K, overlap);
    const plain = overlapOfGradient(problem, 0.5, times, 'true');
    plain.forEach(({ betaOverIota }, i) => {
      expectKept(betaOverIota, kept.gradient.true[i].betaOverIota);
    });
    expect(Math.abs(plain[0].betaOverIota * M - 1)).toBeLessThan(0.01);
    for (const { betaOverIota } of overlapOfGradient(problem, 0.5, times, 'modified')) {
      expectKept(betaOverIota, kept.gradient.modified[0].betaOverIota);
      // E'_12/(1 - E'_11) = rho/(1 + (K-2) rho), and 1/M (q0/q1, one share per class) beside it.
      expect(Math.abs(betaOverIota - prime)).toBeLessThan(1.1 / M);
    }
  });

  it("with F fixed and t -> inf: beta/iota -> (2b - (K-2) b^2)/(1 + (K-1) b^2), b = E's value: nearly twice it", () => {
    // The max-margin solution, M -> inf: V ~ 1 on the diagonal, -b beside it, residuals in the same proportion.
    for (const rho of [0.3, 0.6]) {
      const b = rho / (1 + (K - 2) * rho);
      const limit = (2 * b - (K - 2) * b * b) / (1 + (K - 1) * b * b);
      const at = overlapOfGradient(equalOverlap(M, K, rho), 0.5, [1e30, 1e100, 1e300], 'true');
      const distance = at.map(({ betaOverIota }) => limit - betaOverIota);
      // Approached from below, about as 1/ln t: three times nearer from t = 1e100 to 1e300.
      expect(distance[2]).toBeGreaterThan(0);
      expect(distance[1] / distance[2]).toBeGreaterThan(2);
      expect(distance[2] / limit).toBeLessThan(0.02);
    }
  });
});
