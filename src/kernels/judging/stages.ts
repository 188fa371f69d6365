/** The stages that are checked, and their numbers in an answer. */
import { MATRICES, type StepInput } from '../../model/stepInput.ts';
import type { StepOutput } from '../kernel.ts';

/** All stages that are checked, in order of computation. The first that exceeds its bound is reported as the fault. */
export const JUDGED = [
  'attention',
  'features',
  'logits',
  'probabilities',
  'loss',
  'residual',
  'backpropagated',
  'gradientY',
  'gradientZ',
  'velocityY',
  'velocityZ',
  'Y',
  'Z',
] as const;
/** A stage, or an output of the step: what has an error bound. */
export type JudgedStage = (typeof JUDGED)[number];

/** The stages that a sequence has of its own; the others are sums over the batch. */
export const OWN_STAGES = [
  'attention',
  'features',
  'logits',
  'probabilities',
  'residual',
  'backpropagated',
] as const;

const isMatrix = (stage: JudgedStage): stage is (typeof MATRICES)[number] =>
  (MATRICES as readonly string[]).includes(stage);

/** The numbers of a stage in an answer; undefined if the kernel does not return it. */
export function valuesOf(output: StepOutput, stage: JudgedStage): ArrayLike<number> | undefined {
  if (stage === 'loss') return [output.loss];
  return isMatrix(stage) ? output[stage] : output.stages?.[stage];
}

/** Columns of a stage's matrix. */
export const columnsOf = (stage: JudgedStage, { contextLength, vocabulary }: StepInput): number =>
  stage === 'attention' ? contextLength : vocabulary;

/** Row and column of a stage's k-th number. */
export function elementAt(input: StepInput, stage: JudgedStage, k: number): number[] {
  if (stage === 'loss') return [];
  const columns = columnsOf(stage, input);
  return [Math.floor(k / columns), k % columns];
}
