/**
 * The parts of Snapcheck that also work in a web page: the model, the ladder, the trainers, random worlds, and decisions by enclosures.
 * Nothing here imports a built-in of Node. `fastTrainer` imports the bundles of tfjs (`#tfjs` in package.json) on first use.
 *
 * @packageDocumentation
 */

// Train: a problem, a trainer, and readings of the end.

export {
  type AttentionKernel,
  attentionKernels,
  type Elementwise,
} from './model/attentionKernels.ts';
export { classAttention, classEntropies, distinctEntropy, entropy } from './model/entropy.ts';
export { type Model, modelWith, type Normaliser, normalisers } from './model/model.ts';
export { layoutOfModel } from './model/modelLayout.ts';
export { type Averages, type Optimiser, optimisers } from './model/optimiser.ts';
export { type PresetName, presets, type SyntheticSizes, syntheticProblem } from './model/presets.ts';
export type { Problem, SequenceClass } from './model/problem.ts';
export { problemSchema } from './model/problemShape.ts';
export {
  type Diverged,
  type Experiment,
  type ExperimentResult,
  type Moment,
  type Run,
  runExperiment,
  type StepObserver,
} from './trainers/experiment.ts';
export { fastTrainer } from './trainers/fast.ts';
export { fastWorlds } from './trainers/fastWorlds.ts';
export { type FieldSession, type FieldTrainer, fieldTrainer } from './trainers/fieldTrainer.ts';
export { float64Trainer } from './trainers/float64.ts';
export { reference } from './trainers/reference.ts';
export type { TensorBackend } from './trainers/tensorBackend.ts';
export type {
  Session,
  Start,
  Trainer,
  TrainingExample,
  World,
  Worlds,
  WorldsTrainer,
} from './trainers/trainer.ts';
export { populationWorld, type TrainedWorld, trainWorlds } from './trainers/trainWorlds.ts';
export { float64Worlds } from './trainers/worlds64.ts';

// What attention does along a run.

export { type ClassCourse, type ClassState, courses, onsetOf } from './runs/course.ts';

// Random worlds, as fast-check arbitraries: valid by construction.

export * as flows from './generators/flows.ts';
export * as models from './generators/models.ts';
export * as problems from './generators/problems.ts';
export * as states from './generators/states.ts';
export type {
  FlowWorld,
  ModelPointWorld,
  ModelWorld,
  PointWorld,
  RunWorld,
  SampledWorld,
} from './ladder/worlds.ts';

// Decide: margins over a field, by enclosures.

export { confirm, decide, measure, type Precision } from './decide/enclosure.ts';
export {
  above,
  type EnclosedMargins,
  equal,
  type Judgement,
  largest,
  type Margin,
  type Margins,
  type Outcome,
  positive,
} from './decide/margin.ts';
export type { Decided, Verdict } from './decide/verdict.ts';

// The ladder: versions of the dynamics, from the two-timescale limit to sampled training.

export { type Clock, GammaAt, gammaAt, onset, readingAt, rhoAt, timeAt } from './ladder/clock.ts';
export { type EnclosedOptions, type FlowOptions, type FlowRung, flow } from './ladder/flow.ts';
export { modified } from './ladder/modified.ts';
export { displacement, population, populationExamples } from './ladder/population.ts';
export type { Motion, Rung } from './ladder/rung.ts';
export { sgd } from './ladder/sgd.ts';
export type { RungInfo } from './ladder/tree.ts';
export { type AttentionVelocity, attentionVelocity, twoTimescale } from './ladder/two-timescale.ts';

// The model over any field: forward pass, gradient, one training step.

export { type Gradient, gradient } from './model/gradient.ts';
export { fullLayout, type Layout, reducedLayout, supportLayout } from './model/layout.ts';
export { type Notation, notation } from './model/notation.ts';
export { type Batch, batches } from './model/sampling.ts';
export { type Rates, type State, startState, step, zeroState } from './model/training.ts';
export {
  attention,
  type Example,
  type Forward,
  forward,
  type Matrix,
  normalise,
  type Parameters,
} from './model/transformer.ts';
export { type Uniform, uniformStream } from './model/uniform.ts';

// Numbers: one interface for doubles, decimals, MPFR's numbers, intervals and jets.

export { decimal, type Interval, interval } from './arithmetic/decimal.ts';
export type { Field, IntervalField, Memory } from './arithmetic/field.ts';
export { float64 } from './arithmetic/float64.ts';
export { type Jet, jets } from './arithmetic/jet.ts';
// Errors.

export { BadInput } from './io/badInput.ts';
