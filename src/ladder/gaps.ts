/** How far neighbouring rungs of differential equations stay apart: two gaps that do not close (measured). */
import { type Field, sum } from '../arithmetic/field.ts';
import { float64 } from '../arithmetic/float64.ts';
import { inverse } from '../arithmetic/linear.ts';
import { reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { forward, type Matrix } from '../model/transformer.ts';
import { type Clock, GammaAt, readingAt, timeAt } from './clock.ts';
import { type FlowRung, flowSlope, unpack } from './flow.ts';
import { integrate } from './integrate.ts';
import { modifiedDirection } from './modified.ts';
import { populationExamples } from './population.ts';
import { populationF } from './rung.ts';
import { attentionVelocity, gram } from './two-timescale.ts';

/** Far below every digit that is kept. */
const TIGHT = 1e-11;

/** Z of the two-timescale rung from zero at the given values of Gamma: dZ/dGamma integrated. */
export function twoTimescaleAt(
  problem: Problem,
  Gammas: readonly number[],
  tolerance = TIGHT,
): Matrix<number>[] {
  const layout = reducedLayout(problem);
  const [Q, S] = [layout.queries.length, layout.tokens.length];
  const rows = (y: Float64Array) =>
    Array.from({ length: Q }, (_, m) => Array.from(y.subarray(m * S, (m + 1) * S)));
  const samples = integrate({
    start: new Float64Array(Q * S),
    slope: (_, y, out) => out.set(attentionVelocity(float64, problem, layout, rows(y)).dZ.flat()),
    times: Gammas,
    tolerance,
  });
  return [...samples].map(({ y }) => rows(y));
}

/** z[query 0, token 0] of a rung over that of two-timescale, at one time. */
export interface Displacement {
  readonly ratio: number;
  readonly time: number;
  readonly gap: number;
}

const clockOf = (problem: Problem, ratio: number): Clock => ({
  vocabulary: problem.vocabulary,
  classes: problem.classes.length,
  etaY: 1,
  etaZ: 1 / ratio,
});

/**
 * z_CT(rung) / z_CT(two-timescale) where two-timescale has come as far as Gamma = `Gamma` says, for etaY = 1 and
 * etaZ = 1/ratio. The common token is token 0. At large ratios the time that takes is beyond 1e80.
 */
export function atEqualDisplacement(
  rung: FlowRung,
  problem: Problem,
  Gamma: number,
  ratio: number,
): Displacement {
  const clock = clockOf(problem, ratio);
  const { vocabulary: M, classes: K } = clock;
  // Gamma = (etaZ/etaY) K ((M-1)/M)^2 x^2 / 2
  const x = (Math.sqrt((2 * Gamma * ratio) / K) * M) / (M - 1);
  return at(rung, problem, ratio, timeAt(float64, clock, x), Gamma);
}

/** The same at a given time. */
export function atEqualTime(rung: FlowRung, problem: Problem, time: number, ratio: number): Displacement {
  const clock = clockOf(problem, ratio);
  return at(rung, problem, ratio, time, GammaAt(float64, clock, readingAt(clock, time)));
}

function at(rung: FlowRung, problem: Problem, ratio: number, time: number, Gamma: number): Displacement {
  const rates = { etaY: 1, etaZ: 1 / ratio, momentum: 0 };
  const [there] = rung.motions({ problem, rates, end: time }, { times: [time], tolerance: TIGHT });
  const [[[z]]] = twoTimescaleAt(problem, [Gamma]);
  return { ratio, time, gap: there.Z[0][0] / z };
}

/**
 * beta/iota at the given times with F held fixed (etaZ = 0): g_1 = Y (e_1 - alpha_1) = iota f_1 - sum beta_1k f_k, and
 * the largest beta_1k. Theorem 1 has E'_12/(1 - E'_11) to leading order, which is what the modified gradient gives.
 */
export function overlapOfGradient(
  problem: Problem,
  etaY: number,
  times: readonly number[],
  gradient: 'true' | 'modified',
): { time: number; betaOverIota: number }[] {
  const layout = reducedLayout(problem);
  const direction = gradient === 'true' ? null : modifiedDirection(layout);
  const samples = integrate({
    start: new Float64Array(layout.tokens.length * (layout.columns.length + layout.queries.length)),
    slope: flowSlope(problem, layout, { etaY, etaZ: 0, momentum: 0 }, direction),
    times,
    tolerance: TIGHT,
    scale: 1 / etaY,
  });
  const [first] = populationExamples(float64, problem);
  return [...samples].map(({ time, y }) => {
    const state = unpack(layout, y);
    const f = populationF(float64, problem, layout, state.Z);
    const { residual } = forward(float64, layout, state, first);
    const g = state.Y.map((row) => row.reduce((s, x, j) => s + x * layout.multiplicity[j] * residual[j], 0));
    const [iota, ...others] = inSpan(float64, gram(float64, layout, f), projections(layout, f, g));
    return { time, betaOverIota: Math.max(...others.map((b) => -b / iota)) };
  });
}

/** f_k . g for every class. */
const projections = (
  layout: ReturnType<typeof reducedLayout>,
  f: readonly (readonly number[])[],
  g: readonly number[],
) => layout.classes.map(({ support }, k) => support.reduce((s, l, i) => s + f[k][i] * g[l], 0));

/** The coefficients of the vector of span F whose scalar products with f_1 .. f_K are given. */
const inSpan = <T>(F: Field<T>, G: readonly (readonly T[])[], products: readonly T[]): T[] =>
  inverse(F, G).map((row) =>
    sum(
      F,
      row.map((a, k) => F.mul(a, products[k])),
    ),
  );

/** K classes of one query with one common token (id 0); every pair has f_n . f_n' = `overlap` at the zero start. */
export const equalOverlap = (vocabulary: number, K: number, overlap: number): Problem => ({
  vocabulary,
  classes: Array.from({ length: K }, (_, n) => ({
    next: vocabulary - 1 - n,
    query: vocabulary - 1 - K,
    tokens: [0, 1 + n],
    probabilities: [Math.sqrt(overlap), Math.sqrt(1 - overlap)],
  })),
});

/** K classes of one query: the common token 0 with probability `common`, and distinct tokens of the others. */
export const alike = (
  vocabulary: number,
  K: number,
  common: number,
  distinct: readonly number[],
): Problem => ({
  vocabulary,
  classes: Array.from({ length: K }, (_, n) => ({
    next: vocabulary - 1 - n,
    query: vocabulary - 1 - K,
    tokens: [0, ...distinct.map((_, i) => 1 + n * distinct.length + i)],
    probabilities: [common, ...distinct],
  })),
});
