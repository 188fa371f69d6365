/** Short runs in float64, made while a report is written. */
import { float64 } from '../../arithmetic/float64.ts';
import { kinds } from '../../claims/tokens.ts';
import { type Clock, GammaAt, readingAt } from '../../ladder/clock.ts';
import { flow } from '../../ladder/flow.ts';
import { integrate } from '../../ladder/integrate.ts';
import { attentionVelocity } from '../../ladder/two-timescale.ts';
import { classAttention } from '../../model/entropy.ts';
import { reducedLayout } from '../../model/layout.ts';
import type { Problem } from '../../model/problem.ts';
import { batches } from '../../model/sampling.ts';
import { type Rates, zeroState } from '../../model/training.ts';
import type { Matrix } from '../../model/transformer.ts';
import { uniformStream } from '../../model/uniform.ts';
import { examplesOf } from '../../trainers/experiment.ts';
import { float64Trainer } from '../../trainers/float64.ts';

interface Sampling {
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
}

/**
 * c_n of every class (aligned with its tokens) along stochastic training from zero, after each of `marks` steps
 * (increasing; 0 is the start).
 */
export async function trainedAttention(
  problem: Problem,
  rates: Rates,
  { batch, length, seed }: Sampling,
  marks: readonly number[],
): Promise<{ step: number; attention: number[][] }[]> {
  const layout = reducedLayout(problem);
  const session = await float64Trainer.start(layout, zeroState(float64, layout), rates);
  const stream = batches(problem, batch, length, uniformStream(seed));
  const seen: { step: number; attention: number[][] }[] = [];
  let step = 0;
  for (const mark of marks) {
    for (; step < mark; step++) session.step(examplesOf(stream.next().value));
    seen.push({ step, attention: classAttention(problem, layout, session.read().Z) });
  }
  session.dispose();
  return seen;
}

/** Z of the two-timescale rung from zero at each of `Gammas` (increasing), Gamma = etaZ int gamma dt. */
function twoTimescaleFrom(problem: Problem, Gammas: readonly number[]): Matrix<number>[] {
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

/** The most probable distinct token of class 0: its column, and the row of Z of its query. */
function dominant(problem: Problem): { row: number; token: number } {
  const layout = reducedLayout(problem);
  const { support, row } = layout.classes[0];
  const P = (l: number) => problem.classes[0].probabilities[support.indexOf(l)];
  const [distinct] = kinds(problem, layout).distinct;
  return { row, token: distinct.reduce((a, b) => (P(b) > P(a) ? b : a)) };
}

/** chi = exp(2 z) of the dominant token of class 0 in the two-timescale rung (Eq. 11) at each of `times`, by clock. */
export function growthFactors(
  problem: Problem,
  clocks: readonly Clock[],
  times: readonly number[],
): number[][] {
  const Gammas = clocks.map((clock) => times.map((t) => GammaAt(float64, clock, readingAt(clock, t))));
  // The motion depends on Gamma alone: one integration serves all learning rates.
  const all = [...new Set(Gammas.flat())].sort((a, b) => a - b);
  const { row, token } = dominant(problem);
  const chi = new Map(twoTimescaleFrom(problem, all).map((Z, i) => [all[i], Math.exp(2 * Z[row][token])]));
  return Gammas.map((line) => line.map((Gamma) => chi.get(Gamma)!));
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
