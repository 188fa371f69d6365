/**
 * The library behind the command `snapcheck`: the claims of "Scan and Snap" and their verdicts, training, kernels under
 * test, and the parts that these are made of. `snapcheck/vitest` adds the matcher `toConform` to Vitest.
 *
 * - Functions check what they are given and throw `BadInput`, which lists every fault at once. Other errors have types of
 *   their own, named in each docstring.
 * - Results are plain JSON, with a version `schema`. Logarithms are natural and losses are in nats; times are in seconds
 *   unless the name says otherwise; training time is in steps.
 * - A seed is a 32-bit integer; the same seed repeats a run.
 * - M is the size of the vocabulary, K the number of classes, T the length of a sequence with its query. Y is the decoder
 *   and Z the attention logits of the paper's section 3.
 *
 * @packageDocumentation
 */

// Verify the paper: every claim on every rung of the ladder, and the slips in print.

export type { Evidence, FindingOutcome, ReadingCounts } from './findings/finding.ts';
export type { FindingKind, FindingsByKind } from './findings/kinds.ts';
export type { OnUnwritten, Written } from './io/write.ts';
export type { ClaimInfo } from './report/claimInfo.ts';
export { writeReport } from './report/write.ts';
export type { Progress } from './verify/progress.ts';
export type { OwnClaim } from './verify/registry.ts';
export {
  asExpected,
  type Counterexample,
  type FindingRow,
  type Result,
  type Row,
  type UndecidedWorld,
} from './verify/result.ts';
export { listClaims, listFindings, type VerifyOptions, verify } from './verify/verify.ts';

// Explain one world, token by token, and map where the claims hold in training.

export type { Cell } from './atlas/cells.ts';
export type { Atlas, Scope } from './atlas/document.ts';
export type { Shard } from './atlas/limits.ts';
export type { CellLimits } from './atlas/plan.ts';
export { type RunOptions as AtlasOptions, runAtlas } from './atlas/run.ts';
export {
  type Course,
  type ExplainWatch,
  type ExplainWorld,
  type Explanation,
  explain,
  type SgdOptions,
  type TokenFate,
} from './explain/explain.ts';
export { type Form, type Prediction, predictedFates } from './explain/predict.ts';
export { type TrainReport, writeTrainReport } from './report/trainReport.ts';
export type { QueueOptions } from './workers/engine.ts';

// Judge a recorded run of another training loop.

export type { JudgeWatch } from './runs/compare.ts';
export { judgeRun } from './runs/judge.ts';
export type {
  ClassVerdict,
  Departure,
  FreezeCause,
  RunComparison,
  RunJudgement,
  RunVerdict,
  TokenVerdict,
} from './runs/judgement.ts';
export { readRun } from './runs/readRun.ts';
export type { RecordedRates, RecordedRun, RecordedType } from './runs/run.ts';

// Check a kernel: one training step, by derived error bounds.

export { type KernelCase, kernelCases } from './kernels/cases/cases.ts';
export type { Envelope, Shape } from './kernels/cases/envelope.ts';
export { compareKernels, type KernelComparison, type StageComparison } from './kernels/compare.ts';
export type { Cures } from './kernels/cures.ts';
export type { Limits } from './kernels/hosts/host.ts';
export { inThread } from './kernels/hosts/inThread.ts';
export { moduleHost } from './kernels/hosts/module.ts';
export { type ProcessOptions, processHost } from './kernels/hosts/process.ts';
export type { BatchCoverage } from './kernels/judging/caseTally.ts';
export type { Difference } from './kernels/judging/differences.ts';
export type { CallFault } from './kernels/judging/judgeRecord.ts';
export type { StageDefect } from './kernels/judging/ledger.ts';
export type { Minimised } from './kernels/judging/minimise.ts';
export type { ExtraCall } from './kernels/judging/record.ts';
export type { Spread } from './kernels/judging/spread.ts';
export type { JudgedStage } from './kernels/judging/stages.ts';
export type { StageVerdict } from './kernels/judging/worst.ts';
export {
  type Declaration,
  type ExpUlps,
  type FaultKind,
  type Kernel,
  KernelFault,
  type KernelHost,
  LOW_PRECISIONS,
  type LowPrecision,
  NoKernel,
  type Stage,
  type Stages,
  type StepOutput,
} from './kernels/kernel.ts';
export type { KernelWarning } from './kernels/longRuns/longRun.ts';
export {
  type KernelFailure,
  type KernelOptions,
  type KernelResult,
  runKernel,
} from './kernels/run.ts';
export { KERNEL_WARNINGS, type KernelWarningId } from './kernels/warnings.ts';
export type { Dtype, Floats, StepInput } from './model/stepInput.ts';

// Measure precision against speed.

export type {
  BackendRow,
  BenchDocument,
  Digits,
  Machine,
  PopulationRow,
  ScalingCurve,
  Timing,
  TrainingRow,
} from './bench/document.ts';
export { benchKernels, type KernelBenchOptions, type KernelBenchSizes } from './bench/kernels.ts';
export { type Candidate, type Recommendation, type RecommendOptions, recommend } from './bench/recommend.ts';
export { type BenchOptions, runBench } from './bench/run.ts';
export type { Budget } from './bench/timing.ts';

// A statement of your own: margins over a field, decided by enclosures; rates, by exact limits; claims for `verify`.

export {
  type CertifiedCheck,
  type Control,
  type Controlled,
  check,
  type FlowCheck,
  type OfFlow,
  type OfState,
  type OfTraining,
  type ProvedCheck,
  type RateCheck,
  type RungName,
  type Stated,
  type TrainingCheck,
} from './claims/check.ts';
export type { AnyCheck, Check, Claim, FastTraining, Isolation, Judge } from './claims/claim.ts';
export {
  type Along,
  each,
  type FlowMotions,
  net,
  type Over,
  type OverFlow,
  soFar,
  type Through,
} from './claims/motions.ts';
export { type Kinds, kinds } from './claims/tokens.ts';
export type { Box } from './decide/branch.ts';
export type { Formula, Identity, Inequality, Proof } from './decide/proof.ts';
export { clopperPearson } from './decide/statistics.ts';
export { DECIDED } from './decide/verdict.ts';
export type { Domain } from './generators/domain.ts';

// MPFR's numbers; it is an optional package.

export { loadMpfr, MpfrMissing, mpfr, type Scoped } from './arithmetic/mpfr.ts';
export type { Address } from './arithmetic/mpfrArena.ts';
export { mpfrInterval } from './arithmetic/mpfrInterval.ts';

// The parts that a page can use as well: training, worlds, the ladder, the model, numbers.

export * from './browser.ts';
