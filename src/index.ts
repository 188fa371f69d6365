/**
 * The public library: worlds, fields, the model, the ladder, trainers, decisions and claims. `snapcheck verify` and
 * `snapcheck train` are made of nothing else.
 */
export { contains, decimal, exactDecimal, type Interval, interval } from './arithmetic/decimal.ts';
export { dot, type Field, ratio, sum } from './arithmetic/field.ts';
export { float64 } from './arithmetic/float64.ts';
export { type Jet, jets, moving } from './arithmetic/jet.ts';
export { type Atlas, merge as mergeAtlases } from './atlas/document.ts';
export { type RunOptions as AtlasOptions, runAtlas } from './atlas/run.ts';
export type { Check, Claim, Laboratory } from './claims/claim.ts';
export { confirm, decide, measure, type Precision } from './decide/enclosure.ts';
export type { Judgement, Margin, Margins, Outcome } from './decide/margin.ts';
export { clopperPearson } from './decide/statistics.ts';
export type { Decided, Verdict } from './decide/verdict.ts';
export { type Finding, judgeFinding } from './findings/finding.ts';
export { findings } from './findings/findings.ts';
export * as problems from './generators/problems.ts';
export * as states from './generators/states.ts';
export { inThread } from './kernels/hosts/inThread.ts';
export { processHost } from './kernels/hosts/process.ts';
export { moduleHost } from './kernels/hosts/worker.ts';
export type { Declaration, Kernel, KernelHost, Stage, Stages, StepOutput } from './kernels/kernel.ts';
export { type KernelOptions, type KernelResult, runKernel } from './kernels/run.ts';
export { type Clock, GammaAt, gammaAt, readingAt, rhoAt, timeAt } from './ladder/clock.ts';
export { type FlowRung, flow } from './ladder/flow.ts';
export { modified } from './ladder/modified.ts';
export { population } from './ladder/population.ts';
export type { Motion, Rung } from './ladder/rung.ts';
export { sgd } from './ladder/sgd.ts';
export { attentionVelocity, twoTimescale } from './ladder/two-timescale.ts';
export { fullLayout, type Layout, reducedLayout, supportLayout } from './model/layout.ts';
export { type Notation, notation } from './model/notation.ts';
export { presets, syntheticProblem } from './model/presets.ts';
export { type Problem, problemSchema, type SequenceClass } from './model/problem.ts';
export { batches } from './model/sampling.ts';
export type { Dtype, StepInput } from './model/stepInput.ts';
export { type Rates, type State, startState, step, zeroState } from './model/training.ts';
export {
  attention,
  type Example,
  forward,
  gradient,
  normalise,
  type Parameters,
} from './model/transformer.ts';
export { uniformStream } from './model/uniform.ts';
export { type Experiment, type ExperimentResult, runExperiment } from './trainers/experiment.ts';
export { fastTrainer } from './trainers/fast.ts';
export { fastWorlds } from './trainers/fastWorlds.ts';
export { float64Trainer } from './trainers/float64.ts';
export { fieldTrainer, reference } from './trainers/reference.ts';
export type { Session, Trainer, TrainingExample, World, Worlds, WorldsTrainer } from './trainers/trainer.ts';
export { populationWorld, type TrainedWorld, trainWorlds } from './trainers/trainWorlds.ts';
export { float64Worlds } from './trainers/worlds64.ts';
export { type ExplainWorld, type Explanation, explain } from './verify/explain.ts';
export { asExpected, type Counterexample, type Result, type Row } from './verify/result.ts';
export { listClaims, type VerifyOptions, verify } from './verify/verify.ts';
