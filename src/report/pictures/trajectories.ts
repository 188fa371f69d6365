/** Short runs in float64, made while a report is written. */
import { float64 } from '../../arithmetic/float64.ts';
import { kinds } from '../../claims/tokens.ts';
import { flow } from '../../ladder/flow.ts';
import { integrate } from '../../ladder/integrate.ts';
import { attentionVelocity } from '../../ladder/two-timescale.ts';
import { reducedLayout } from '../../model/layout.ts';
import type { Problem } from '../../model/problem.ts';
import type { Rates } from '../../model/training.ts';
import type { Matrix } from '../../model/transformer.ts';

/** Z of the two-timescale rung from zero at each of `Gammas` (increasing), Gamma = etaZ int gamma dt. */
export function twoTimescaleFrom(problem: Problem, Gammas: readonly number[]): Matrix<number>[] {
  const layout = reducedLayout(problem);
  const S = layout.tokens.length;
  const matrix = (y: Float64Array) =>
    layout.queries.map((_, m) => Array.from(y.subarray(m * S, (m + 1) * S)));
  const samples = integrate({
    slope: (_, y, out) => {
      const { dZ } = attentionVelocity(float64, problem, layout, matrix(y));
      for (const [m, row] of dZ.entries()) out.set(row, m * S);
    },
    start: new Float64Array(S * layout.queries.length),
    times: Gammas,
    tolerance: 1e-7,
  });
  return [...samples].map(({ y }) => matrix(y));
}

/** A distinct token of class 0: P(l|n) and its logit. */
export interface Logit {
  readonly P: number;
  readonly z: number;
}

const distinctLogits = (problem: Problem, Z: Matrix<number>): Logit[] => {
  const layout = reducedLayout(problem);
  const { support, row } = layout.classes[0];
  return kinds(problem, layout).distinct[0].map((l) => ({
    P: problem.classes[0].probabilities[support.indexOf(l)],
    z: Z[row][l],
  }));
};

/** The distinct tokens of class 0 under the gradient flow at each of `times`. */
export const flowLogits = (problem: Problem, rates: Rates, times: readonly number[]): Logit[][] =>
  [...flow.motions({ problem, rates, end: times[times.length - 1] }, { times, tolerance: 1e-7 })].map(
    ({ Z }) => distinctLogits(problem, Z),
  );

/** The same in the two-timescale rung. */
export const twoTimescaleLogits = (problem: Problem, Gammas: readonly number[]): Logit[][] =>
  twoTimescaleFrom(problem, Gammas).map((Z) => distinctLogits(problem, Z));
