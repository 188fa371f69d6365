/** Explains each token of a world: the theory's prediction, term by term, and its course in training. */
import { float64 } from '../arithmetic/float64.ts';
import { onset } from '../ladder/clock.ts';
import { populationExamples } from '../ladder/population.ts';
import { type Layout, reducedLayout } from '../model/layout.ts';
import type { Problem } from '../model/problem.ts';
import { batches } from '../model/sampling.ts';
import { type Rates, zeroState } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { uniformStream } from '../model/uniform.ts';
import { breather } from '../trainers/breather.ts';
import { examplesOf } from '../trainers/experiment.ts';
import { float64Trainer } from '../trainers/float64.ts';
import type { TrainingExample } from '../trainers/trainer.ts';
import { checkExplain } from './explainChecks.ts';
import { type Prediction, predictedFates } from './predict.ts';

/** A problem, and how it is trained. */
export interface ExplainWorld {
  readonly problem: Problem;
  /** Initial Z, queries x tokens of the reduced layout; default zero. */
  readonly Z?: Matrix<number>;
  readonly rates: Rates;
  readonly steps?: number;
}

/** Sampling of the stochastic run: sequences of a step, their length T with the query, and the seed. */
export interface SgdOptions {
  readonly batch: number;
  readonly length: number;
  readonly seed: number;
}

/** For interrupting an explanation, and for following it. */
export interface ExplainWatch {
  readonly signal?: AbortSignal;
  /** Called after each of the steps, of both trainings together. */
  readonly onStep?: (step: number, steps: number) => void;
}

/** The course of a token's logit in training. `early` and `late` are signs of its change (0: no change). */
export interface Course {
  readonly z: number;
  /** Sign of the change over the first tenth of the steps. */
  readonly early: number;
  /** Sign of the change over the second half of the steps. */
  readonly late: number;
}

/** One contextual token in one row of Z: what is predicted of its logit, and what training did. */
export interface TokenFate extends Prediction {
  readonly population: Course;
  readonly sgd: Course;
}

/** The fates of all tokens of a world. */
export interface Explanation {
  readonly schema: 1;
  readonly vocabulary: number;
  readonly classes: number;
  readonly rates: Rates;
  readonly steps: number;
  readonly sgd: SgdOptions;
  /** Whether all classes have equal probability, as the forms assume. */
  readonly uniform: boolean;
  readonly tokens: readonly TokenFate[];
}

const PAST_ONSET = 4;
const MOST_STEPS = 20_000;
const LEAST_STEPS = 20;
/**
 * Multiplications of both trainings together, where no steps are asked for: about ten seconds. Empirical: one core of a
 * server does 0.5e9 a second in the loops of the float64 trainer at 200 classes of 107 tokens.
 */
const MOST_WORK = 5e9;

/** Multiplications of one step of both trainings: three products of an example's features with its rows of Y. */
function workOfStep({ vocabulary, classes }: Problem, { batch, length }: SgdOptions): number {
  const weights = classes.map(({ weight }) => weight ?? 1);
  const all = weights.reduce((a, b) => a + b, 0);
  const supports = classes.map(({ tokens }) => tokens.length);
  const population = supports.reduce((a, b) => a + b, 0);
  const drawn = supports.reduce((sum, size, n) => sum + (weights[n] / all) * Math.min(size, length - 1), 0);
  return 3 * (population + batch * drawn) * Math.min(classes.length + 1, vocabulary);
}

/** Four times the onset t0 of the snap, in steps: what training is to reach, so that its second half is past t0. */
export const stepsPastOnset = (problem: { vocabulary: number; classes: number }, rates: Rates): number =>
  Math.max(
    LEAST_STEPS,
    Math.ceil(PAST_ONSET * onset({ ...problem, etaY: rates.etaY }) * (1 - rates.momentum)),
  );

/** Length of the training run: four times the onset of the snap, at most 20,000 steps; fewer of a large problem. */
export function defaultSteps({ problem, rates }: ExplainWorld, sgd: SgdOptions): number {
  const { vocabulary, classes } = problem;
  const affordable = Math.max(LEAST_STEPS, Math.floor(MOST_WORK / workOfStep(problem, sgd)));
  return Math.min(MOST_STEPS, affordable, stepsPastOnset({ vocabulary, classes: classes.length }, rates));
}

/** Z before, after a tenth, after half and after all of the steps. */
async function course(
  layout: Layout,
  Z: Matrix<number>,
  rates: Rates,
  steps: number,
  next: () => readonly TrainingExample[],
  { signal, onStep }: { signal?: AbortSignal; onStep: (step: number) => void },
): Promise<(m: number, l: number) => Course> {
  const start = { Y: zeroState(float64, layout).Y, Z };
  const session = await float64Trainer.start(layout, start, rates);
  const marks = [Math.max(1, Math.ceil(steps / 10)), Math.floor(steps / 2), steps];
  const read = [Z, Z, Z, Z];
  const breathe = breather();
  for (let t = 1; t <= steps; t++) {
    await breathe();
    signal?.throwIfAborted();
    session.step(next());
    onStep(t);
    marks.forEach((mark, i) => {
      if (t === mark) read[i + 1] = session.read().Z;
    });
  }
  session.dispose();
  return (m, l) => ({
    z: read[3][m][l],
    early: Math.sign(read[1][m][l] - read[0][m][l]),
    late: Math.sign(read[3][m][l] - read[2][m][l]),
  });
}

/**
 * Explains every token in every row of Z that contains it.
 * @throws BadInput with all faults of the world (an invalid problem, Z of another shape, ..) and of the options of sgd;
 *   the signal's reason, after an abort
 */
export async function explain(
  world: ExplainWorld,
  sgd: SgdOptions,
  { signal, onStep }: ExplainWatch = {},
): Promise<Explanation> {
  checkExplain(world, sgd);
  const { problem, rates } = world;
  const F = float64;
  const layout = reducedLayout(problem);
  const Z = world.Z ?? zeroState(F, layout).Z;
  const steps = world.steps ?? defaultSteps(world, sgd);
  const predictions = predictedFates(problem, Z);
  const all = populationExamples(F, problem);
  const stream = batches(problem, sgd.batch, sgd.length, uniformStream(sgd.seed));
  const from = (before: number) => ({
    signal,
    onStep: (step: number) => onStep?.(before + step, 2 * steps),
  });
  const population = await course(layout, Z, rates, steps, () => all, from(0));
  const next = () => examplesOf(stream.next().value);
  const sampled = await course(layout, Z, rates, steps, next, from(steps));
  const [row, column] = [layout.queries, layout.tokens].map((ids) => new Map(ids.map((id, i) => [id, i])));
  const tokens = predictions.map(({ why, ...prediction }): TokenFate => {
    const [m, l] = [row.get(prediction.query)!, column.get(prediction.token)!];
    return { ...prediction, population: population(m, l), sgd: sampled(m, l), why };
  });
  const weights = problem.classes.map((c) => c.weight ?? 1);
  return {
    schema: 1,
    vocabulary: problem.vocabulary,
    classes: problem.classes.length,
    rates,
    steps,
    sgd,
    uniform: weights.every((w) => w === weights[0]),
    tokens,
  };
}
