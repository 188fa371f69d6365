/** Growth of the time of a step in M, K, T and the number of worlds, each with the others fixed. */
import { presets, syntheticProblem } from '../model/presets.ts';
import type { Problem } from '../model/problem.ts';
import type { Trainer } from '../trainers/trainer.ts';
import type { BenchBackend } from './backend.ts';
import type { ScalingCurve, Timing } from './document.ts';
import { timeWorlds } from './population.ts';
import { powerLaw } from './powerLaw.ts';
import { timeTraining } from './published.ts';
import type { Budget } from './timing.ts';
import { workOf } from './work.ts';

/** A curve to measure. */
export interface Curve extends Pick<ScalingCurve, 'variable' | 'fixed'> {
  readonly grid: readonly number[];
  time(backend: BenchBackend, at: number, budget: Budget, signal?: AbortSignal): Promise<Timing>;
}

/** A geometric sequence of `count` numbers. */
const geometric = (first: number, factor: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first * factor ** i);

const small = presets['syn-small'];
/**
 * The small problem with vocabulary M = common + distinct K + #query + K; only the number of distinct tokens varies.
 */
const ofSize = (M: number): Problem => {
  const { common, queryTokens, nextPerQuery } = small;
  const K = queryTokens * nextPerQuery;
  return syntheticProblem({ ...small, distinct: (M - common - queryTokens - K) / K });
};
/** Large enough for every K in the grid. */
const VOCABULARY = 1024;
const ofClasses = (K: number): Problem => ({
  ...syntheticProblem({ ...small, queryTokens: K }),
  vocabulary: VOCABULARY,
});

const trainerOf = ({ trainer }: BenchBackend): Trainer => {
  if (!trainer) throw new Error('only a backend in this process can be timed in training');
  return trainer;
};

const TRAINED = 'published training from zero (batch 128)';
/** M = 34, 66, 130, ..: 10, 26, 58, .. distinct tokens per class; M - 2 doubles. */
const M_GRID = geometric(32, 2, 7).map((x) => x + 2);
const K_GRID = geometric(2, 2, 5);

/** Curves of the trainers: published training, and population descent of many worlds. */
export const curves: readonly Curve[] = [
  {
    variable: 'M',
    fixed: `${TRAINED}, K = 2, T = 128; M grows by the distinct tokens of its classes`,
    grid: M_GRID,
    time: (backend, M, ...rest) =>
      timeTraining(trainerOf(backend), ofSize(M), { init: 'zero', length: 128 }, ...rest),
  },
  {
    variable: 'K',
    fixed: `${TRAINED}, M = ${VOCABULARY}, T = 128, 10 common tokens, 10 distinct ones and a query token a class`,
    grid: K_GRID,
    time: (backend, K, ...rest) =>
      timeTraining(trainerOf(backend), ofClasses(K), { init: 'zero', length: 128 }, ...rest),
  },
  {
    variable: 'T',
    fixed: `${TRAINED}, M = 34, K = 2`,
    grid: geometric(10, 10, 9),
    time: (backend, length, ...rest) =>
      timeTraining(trainerOf(backend), syntheticProblem(small), { init: 'zero', length }, ...rest),
  },
  {
    variable: 'worlds',
    fixed: 'population descent, M = 34, K = 2',
    grid: geometric(1, 4, 6),
    time: (backend, worlds, budget) => timeWorlds(backend.worlds!, worlds, budget),
  },
];

/** Curves of the reference, which would need seconds for a batch of 128. */
export const referenceCurves: readonly Curve[] = [
  {
    variable: 'M',
    fixed: 'population descent from zero, K = 2; M grows by the distinct tokens of its classes',
    grid: M_GRID,
    time: (backend, M, budget) => backend.time(workOf(ofSize(M)), budget),
  },
  {
    variable: 'K',
    fixed: `population descent from zero, M = ${VOCABULARY}, 10 common tokens, 10 distinct ones and a query token a class`,
    grid: K_GRID,
    time: (backend, K, budget) => backend.time(workOf(ofClasses(K)), budget),
  },
];

/** Every second point of the grid (including both ends if the number of points is odd), for a quick run. */
export const coarse = (curve: Curve): Curve => ({ ...curve, grid: curve.grid.filter((_, i) => i % 2 === 0) });

/** Measures a curve and fits a power law to its medians. */
export async function measureCurve(
  id: string,
  backend: BenchBackend,
  { variable, fixed, grid, time }: Curve,
  budget: Budget,
  signal?: AbortSignal,
): Promise<ScalingCurve> {
  const points: { at: number; seconds: Timing }[] = [];
  for (const at of grid) {
    points.push({ at, seconds: await time(backend, at, budget, signal) });
    // Lets signals be handled between two measurements.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  const exponent = powerLaw(points.map(({ at, seconds }) => ({ at, value: seconds.median })));
  return { backend: id, variable, fixed, points, exponent };
}
