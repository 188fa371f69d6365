import { float64 } from '../../src/arithmetic/float64.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Matrix } from '../../src/model/transformer.ts';

export interface Sample {
  readonly Gamma: number;
  readonly Z: Matrix<number>;
  /** B_n, per class: the integral of xi_n / (K gamma) over Gamma. */
  readonly B: readonly number[];
}

type Vector = readonly number[];
const add = (x: Vector, y: Vector, h: number): number[] => x.map((v, i) => v + h * y[i]);

/**
 * The two-timescale trajectory from Z = 0 in the time Gamma = e^s - 1, 0 <= s <= end, by the classical Runge-Kutta
 * method with `steps` steps in s: fourth order, so halving the step divides the error by 16.
 */
export function trajectory(problem: Problem, end: number, steps: number): Sample[] {
  const layout = reducedLayout(problem);
  const [Q, S, K] = [layout.queries.length, layout.tokens.length, problem.classes.length];
  const unpack = (y: Vector): Matrix<number> =>
    Array.from({ length: Q }, (_, m) => y.slice(m * S, (m + 1) * S));
  const slope = (s: number, y: Vector): number[] => {
    const { dZ, xi } = attentionVelocity(float64, problem, layout, unpack(y));
    return [...dZ.flat(), ...xi.map((x) => x / K)].map((v) => Math.exp(s) * v);
  };
  let y: number[] = Array.from({ length: Q * S + K }, () => 0);
  const h = end / steps;
  const samples: Sample[] = [];
  for (let i = 0; i <= steps; i++) {
    const s = i * h;
    samples.push({ Gamma: Math.expm1(s), Z: unpack(y), B: y.slice(Q * S) });
    const k1 = slope(s, y);
    const k2 = slope(s + h / 2, add(y, k1, h / 2));
    const k3 = slope(s + h / 2, add(y, k2, h / 2));
    const k4 = slope(s + h, add(y, k3, h));
    y = y.map((v, j) => v + (h / 6) * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]));
  }
  return samples;
}

/** Largest difference between the ends of a trajectory at `steps` and at twice as many, over 15: its error estimate. */
export function endWithError(
  problem: Problem,
  end: number,
  steps: number,
): { last: Sample; all: Sample[]; error: number } {
  const [coarse, fine] = [trajectory(problem, end, steps), trajectory(problem, end, 2 * steps)];
  const last = fine[fine.length - 1];
  const before = coarse[coarse.length - 1];
  const distance = (a: Vector, b: Vector) => Math.max(...a.map((x, i) => Math.abs(x - b[i])));
  return {
    last,
    all: fine,
    error: Math.max(distance(last.Z.flat(), before.Z.flat()), distance(last.B, before.B)),
  };
}
