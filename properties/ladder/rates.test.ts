/** Rates of convergence between neighbouring rungs; the two pairs that do not converge are in gaps.test.ts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gapsAlike } from '../../fixtures/gaps/gaps.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { describe as sample } from '../../src/arithmetic/sample.ts';
import { halfWidth } from '../../src/claims/long-sequence.ts';
import { commons, singleCommon } from '../../src/generators/problems.ts';
import { gradientWorld } from '../../src/generators/states.ts';
import { flow } from '../../src/ladder/flow.ts';
import { population } from '../../src/ladder/population.ts';
import { countSampler } from '../../src/model/multinomial.ts';
import { uniformStream } from '../../src/model/uniform.ts';
import { classNoise, expansion, noise, slopeOf } from './noise.ts';

const LENGTHS = [1e2, 1e3, 1e4, 1e5, 1e6];
const SAMPLES = 1500;
/** A mean of 1500 numbers is further than this many standard errors from the true mean once in 4e11. */
const SIGMAS = 7;

/**
 * The terms of the next order may be up to `NEXT`/T of a measured value. Empirical: at most 6/T in these worlds (T = 100,
 * 1500 samples).
 */
const NEXT = 50;

/** Moderate states: at T = 100 the second order of the expansion must be visible, and the third negligible. */
const worlds = fc.sample(gradientWorld(singleCommon(3, 3), 1), { seed: 21, numRuns: 3 });

describe('sgd -> population', () => {
  it('the fluctuation of one sequence falls as T^(-1/2), with the constant of the linear term', () => {
    for (const [i, world] of worlds.entries()) {
      const { variance } = expansion(world, world.cls);
      const readings = LENGTHS.map((length) =>
        sample(noise(world, world.cls, length, SAMPLES, 7 + i).squares),
      );
      const errors = readings.map(({ mean, std, size }) => (SIGMAS * std) / Math.sqrt(size) / mean);
      // For a mean with relative error e the error of its ln is below e + e^2; the slope is a sum of five with weights of
      // modulus sum 6/(10 ln 10); halved for the root. The next order in 1/T changes the first two points.
      const tolerance = 0.5 * (6 / (10 * Math.LN10)) * Math.max(...errors.map((e) => e + e * e)) + 0.02;
      const order = slopeOf(
        LENGTHS.map(Math.log),
        readings.map(({ mean }) => 0.5 * Math.log(mean)),
      );
      expect(Math.abs(order + 0.5)).toBeLessThanOrEqual(tolerance);
      for (const k of [2, 3, 4])
        expect(Math.abs((readings[k].mean * LENGTHS[k]) / variance - 1)).toBeLessThanOrEqual(
          errors[k] + NEXT / LENGTHS[k],
        );
    }
  });

  it('control: one token repeated T - 1 times fluctuates as much for every T', () => {
    const readings = LENGTHS.map((length) =>
      sample(noise(worlds[0], worlds[0].cls, length, 200, 3, true).squares),
    );
    const order = slopeOf(
      LENGTHS.map(Math.log),
      readings.map(({ mean }) => 0.5 * Math.log(mean)),
    );
    expect(Math.abs(order)).toBeLessThan(0.02);
  });

  it('the bias of the mean gradient falls as 1/T, with the constant of the quadratic term', () => {
    for (const [i, world] of worlds.entries())
      for (const length of LENGTHS.slice(1)) {
        // Each sample is (T-1) times the bias, normalised: a mean near 1 at every T shows the order 1/T and its constant.
        const { mean, std, size } = sample(noise(world, world.cls, length, SAMPLES, 31 + i).biases);
        expect(std / Math.sqrt(size)).toBeLessThan(0.5);
        expect(Math.abs(mean - 1)).toBeLessThanOrEqual((SIGMAS * std) / Math.sqrt(size) + NEXT / length);
      }
  });

  it('token frequencies satisfy Lemma 18, with a union over tokens, and reach a large part of its bound', () => {
    const delta = 0.2;
    for (const world of worlds) {
      const { P } = expansion(world, world.cls);
      for (const length of LENGTHS) {
        const count = countSampler(uniformStream(length), P);
        const bound = halfWidth(delta, length + 1, P.length);
        const widest = Array.from({ length: 400 }, () => {
          const q = count(length);
          return Math.max(...P.map((p, l) => Math.abs(q[l] / length - p)));
        });
        const outside = widest.filter((w) => w > bound).length;
        // 400 trials of probability 0.2 reach 0.2 + 7 standard errors (0.34) once in 1e11.
        expect(outside / 400).toBeLessThanOrEqual(delta + SIGMAS * Math.sqrt((delta * (1 - delta)) / 400));
        expect(Math.max(...widest)).toBeGreaterThan(bound / 100);
      }
    }
  });

  it('the noise of drawing a class does not vanish as T grows: its limit is the variance over classes', () => {
    for (const [i, world] of worlds.entries())
      for (const length of LENGTHS.slice(2)) {
        const { squares, limit } = classNoise(world, length, SAMPLES, 77 + i);
        const { mean, std, size } = sample(squares);
        expect(Math.abs(mean / limit - 1)).toBeLessThanOrEqual(
          (SIGMAS * std) / Math.sqrt(size) / limit + NEXT / length,
        );
      }
  });
});

describe('population -> flow', () => {
  const world = gapsAlike(50, 3, 0.4, [0.3, 0.2, 0.1]);
  /** Largest difference of Z between `population` after t/eta steps and `flow` at t, in units of time etaY t. */
  const error = (problem: typeof world, eta: number, ratio: number, reach: number) => {
    const rates = { etaY: eta, etaZ: eta / ratio, momentum: 0 };
    const steps = Math.round(reach / eta);
    let Z: readonly (readonly number[])[] = [];
    for (const motion of population.motions(float64, { problem, rates, steps: steps + 1 })) Z = motion.Z;
    const [there] = flow.motions({ problem, rates, end: steps }, { times: [steps], tolerance: 1e-12 });
    return Math.max(...Z.flatMap((row, m) => row.map((z, l) => Math.abs(z - there.Z[m][l]))));
  };
  const problems = [world, ...fc.sample(commons(3, 2, 2), { seed: 8, numRuns: 3 })];

  it('is of first order in the step: halving the step halves the difference, up to second order', () => {
    for (const problem of problems)
      for (const ratio of [1, 10]) {
        const errors = [1 / 4, 1 / 8, 1 / 16, 1 / 32].map((eta) => error(problem, eta, ratio, 16));
        const halvings = errors.slice(1).map((e, i) => errors[i] / e);
        // C eta + D eta^2: the ratio is 2 + (D/C) eta, whose distance from 2 also halves.
        const last = Math.abs(halvings[2] - 2);
        expect(last).toBeLessThan(0.1);
        expect(last).toBeLessThanOrEqual(0.65 * Math.abs(halvings[1] - 2) + 0.005);
      }
  });

  it('control: against a flow with another ratio of rates the difference stays', () => {
    const rates = { etaY: 1 / 32, etaZ: 1 / 40, momentum: 0 };
    const [a] = flow.motions({ problem: world, rates, end: 512 }, { times: [512] });
    const [b] = flow.motions(
      { problem: world, rates: { ...rates, etaZ: 1 / 32 }, end: 512 },
      { times: [512] },
    );
    expect(Math.abs(a.Z[0][0] - b.Z[0][0])).toBeGreaterThan(20 * error(world, 1 / 32, 1, 16));
  });
});
