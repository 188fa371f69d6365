import type { Field } from '../arithmetic/field.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import { classWeights, type Problem, probabilities } from '../model/problem.ts';
import { type Rates, type State, step, zeroState } from '../model/training.ts';
import type { Example, Matrix } from '../model/transformer.ts';
import { type ExamplesOf, enclosedTrainingMotions } from './enclosedTraining.ts';
import { type Motion, motionAt, type Rung } from './rung.ts';
import { rungInfo } from './tree.ts';
import type { RunWorld } from './worlds.ts';

/** The examples of the expected objective of infinitely long sequences (Lemma 2): masses P(l|n), weights of the classes. */
export function populationExamples<T>(F: Field<T>, problem: Problem): Example<T>[] {
  const weights = classWeights(F, problem);
  return problem.classes.map((c, cls) => ({ cls, mass: probabilities(F, c), weight: weights[cls] }));
}

/** The motion between two consecutive Z; f is computed when it is read. */
export function displacement<T>(
  F: Field<T>,
  problem: Problem,
  layout: Layout,
  rates: Rates,
  time: number,
  before: Matrix<T>,
  after: Matrix<T>,
): Motion<T> {
  const dZ = after.map((row, m) => row.map((z, l) => F.sub(z, before[m][l])));
  return motionAt(F, { problem, layout, rates, time, Z: before, dZ });
}

/** How training starts, where it is not the paper's model from zero. */
interface Start<T> {
  readonly layout: Layout;
  readonly state: State<T>;
}

/**
 * Trains on the examples of each step, from zero unless another start is given, and yields every motion of Z. The first step is
 * not yielded: it does not change Z, since the gradient of Z is 0 at Y(0) = 0.
 */
export function* trainingMotions<T>(
  F: Field<T>,
  problem: Problem,
  rates: Rates,
  steps: number,
  examples: (time: number) => readonly Example<T>[],
  start?: Start<T>,
): Generator<Motion<T>> {
  const layout = start?.layout ?? reducedLayout(problem);
  let state: State<T> = start?.state ?? zeroState(F, layout);
  for (let time = 0; time < steps; time++) {
    const next = step(F, layout, state, examples(time), rates).state;
    if (time > 0) yield displacement(F, problem, layout, rates, time, state.Z, next.Z);
    state = next;
  }
}

/** Gradient ascent on the expected objective of infinitely long sequences, from the zero start. */
export const population: Rung<RunWorld> = {
  ...rungInfo('population'),
  motions(F, { problem, rates, steps }) {
    const all = populationExamples(F, problem);
    return trainingMotions(F, problem, rates, steps, () => all);
  },
  enclosed(F, { problem, rates, steps }) {
    const all: ExamplesOf = (G) => populationExamples(G, problem);
    return enclosedTrainingMotions(F, { problem, rates, steps, examplesAt: () => all });
  },
};
