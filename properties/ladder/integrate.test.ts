import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { type Clock, GammaAt, gammaAt, readingAt } from '../../src/ladder/clock.ts';
import {
  type InitialValue,
  IntegrationEnds,
  integrate,
  logarithmicTimes,
  TOLERANCE,
} from '../../src/ladder/integrate.ts';

const clock: Clock = { vocabulary: 1000, classes: 3, etaY: 0.7, etaZ: 0.01 };
const times = logarithmicTimes(1e-2, 1e30, 4);

interface Known {
  readonly name: string;
  readonly problem: Omit<InitialValue, 'times'>;
  readonly solution: (t: number) => number[];
}

const C0 = 0.01;
const known: readonly Known[] = [
  {
    name: "the decoder clock, dx/dt = (M etaY/K) / (M - 1 + e^x), against Newton's method (Lemma 6)",
    problem: {
      start: new Float64Array(1),
      slope: (_, y, out) => {
        const { vocabulary: M, classes: K, etaY } = clock;
        out[0] = (M * etaY) / K / (M - 1 + Math.exp(y[0]));
      },
    },
    solution: (t) => [readingAt(clock, t)],
  },
  {
    name: 'a single common token, dz/dGamma = -e^(4z)/C0, against z = -ln(1 + 4 Gamma/C0)/4 (Theorem 4)',
    problem: {
      start: new Float64Array(1),
      slope: (_, y, out) => {
        out[0] = -Math.exp(4 * y[0]) / C0;
      },
    },
    solution: (t) => [-Math.log1p((4 * t) / C0) / 4],
  },
  {
    name: 'the same in time, driven by the clock: z = -ln(1 + 4 Gamma(t)/C0)/4, Gamma in closed form',
    problem: {
      start: new Float64Array(1),
      slope: (t, y, out) => {
        const speed = clock.etaZ * gammaAt(float64, clock, readingAt(clock, t));
        out[0] = (-speed * Math.exp(4 * y[0])) / C0;
      },
    },
    solution: (t) => [-Math.log1p((4 * GammaAt(float64, clock, readingAt(clock, t))) / C0) / 4],
  },
];

/** Largest error relative to 1 + |y| at the requested times, and the number of evaluations of the slope. */
function errorOf({ problem, solution }: Known, tolerance: number) {
  let evaluations = 0;
  const slope: InitialValue['slope'] = (t, y, out) => {
    evaluations += 1;
    problem.slope(t, y, out);
  };
  let error = 0;
  for (const { time, y } of integrate({ ...problem, slope, times, tolerance }))
    solution(time).forEach((exact, i) => {
      error = Math.max(error, Math.abs(y[i] - exact) / (1 + Math.abs(exact)));
    });
  return { error, evaluations };
}

describe('the integrator, to t = 1e30', () => {
  it('throws where the time is too near 0 for a step to change u', () => {
    const [{ problem }] = known;
    expect(() => [...integrate({ ...problem, scale: 1, times: [5e-324], tolerance: 1e-13 })]).toThrow(
      'no step is long enough',
    );
  });

  it('throws where a step falls below half an ulp between two times: u passes 1/2', () => {
    const decay: InitialValue = {
      start: Float64Array.of(1),
      slope: (_, y, out) => {
        out[0] = -y[0];
      },
      times: [0.648721270700128, 0.6487212707001289],
      tolerance: 1e-13,
    };
    const seen: number[] = [];
    expect(() => {
      // A step that does not change u evaluates the slope at one time without end.
      const slope: InitialValue['slope'] = (t, y, out) => {
        if (seen.push(t) > 10_000) throw new Error('endless');
        decay.slope(t, y, out);
      };
      for (const _ of integrate({ ...decay, slope }));
    }).toThrow('no step is long enough');
  });

  it("throws where a problem is too stiff: y' = 1e60 (1 - y) takes about 1e60 steps to t = 1", () => {
    const stiff: InitialValue = {
      start: new Float64Array(1),
      slope: (_, y, out) => {
        out[0] = 1e60 * (1 - y[0]);
      },
      times: [1],
    };
    expect(() => [...integrate(stiff)]).toThrow(IntegrationEnds);
    expect(() => [...integrate(stiff)]).toThrow(
      /expected to reach t = 1 in 50000 steps, got to .*: too stiff/,
    );
  });

  it.each(known)('$name: error within 6 tolerances, at every tolerance', (problem) => {
    for (const tolerance of [1e-5, 1e-7, TOLERANCE, 1e-11])
      expect(errorOf(problem, tolerance).error).toBeLessThanOrEqual(6 * tolerance);
  });

  it.each(known)('$name: of fifth order, so 1/100 of the error costs 100^(1/5) of the steps', (problem) => {
    // With few requested times, since each one costs steps.
    const sparse = (tolerance: number) => {
      let evaluations = 0;
      const slope: InitialValue['slope'] = (t, y, out) => {
        evaluations += 1;
        problem.problem.slope(t, y, out);
      };
      const [{ time, y }] = integrate({ ...problem.problem, slope, times: [1e30], tolerance });
      return { evaluations, error: Math.abs(y[0] - problem.solution(time)[0]) };
    };
    const [coarse, fine] = [sparse(1e-8), sparse(1e-12)];
    // log10 of the steps over log10 of the tolerances: 1/5 for an estimate of order h^5.
    const exponent = Math.log10(fine.evaluations / coarse.evaluations) / 4;
    expect(exponent).toBeGreaterThan(0.15);
    expect(exponent).toBeLessThan(0.25);
    expect(fine.error).toBeLessThan(coarse.error / 100);
  });

  it('yields the slope of the state at the requested time', () => {
    const { problem, solution } = known[0];
    const out = new Float64Array(1);
    const samples = [...integrate({ ...problem, times })];
    expect(samples.map(({ time }) => time)).toEqual(times);
    for (const { time, y, slope } of samples) {
      problem.slope(time, y, out);
      expect(slope).toEqual(out);
      expect(Math.abs(y[0] - solution(time)[0])).toBeLessThan(1e-6);
    }
  });

  it('does not depend on the scale of time', () => {
    const at = (scale: number) => [...integrate({ ...known[0].problem, times: [1e8], scale })][0].y[0];
    for (const scale of [1e-3, 1e3])
      expect(Math.abs(at(scale) - at(1))).toBeLessThanOrEqual(12 * TOLERANCE * (1 + at(1)));
  });

  it('control: a right-hand side with a relative error of 1e-3 near t = 1 exceeds the error bound', () => {
    const broken: Known = {
      ...known[0],
      problem: {
        ...known[0].problem,
        slope: (t, y, out) => {
          known[0].problem.slope(t, y, out);
          out[0] *= 1 + 1e-3 / (1 + t * t);
        },
      },
    };
    expect(errorOf(broken, TOLERANCE).error).toBeGreaterThan(6 * TOLERANCE);
  });

  it("throws where a solution diverges: y' = y^2 from 1 is unbounded at t = 1", () => {
    const blowUp: InitialValue = {
      start: Float64Array.of(1),
      slope: (_, y, out) => {
        out[0] = y[0] * y[0];
      },
      times: [2],
    };
    expect(() => [...integrate(blowUp)]).toThrow(/no step is small enough at t = (1\.0|0\.99)/);
  });
});
