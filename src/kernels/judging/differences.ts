/** Where two answers differ in a bit: the first stage in order of computation, and its first element. */
import type { StepInput } from '../../model/stepInput.ts';
import type { StepOutput } from '../kernel.ts';
import { elementAt, JUDGED, type JudgedStage, valuesOf } from './stages.ts';

/** An element of a stage in which two answers differ. */
export interface Difference {
  readonly stage: JudgedStage;
  /** Row and column of the stage's matrix; empty for the loss. */
  readonly at: readonly number[];
  readonly first: number;
  /** Absent if the second answer does not have the stage. */
  readonly second?: number;
}

/**
 * The first element in which two answers to one input differ in a bit; undefined if there is none. A later stage
 * inherits the difference of an earlier one, so the first stage in order of computation is where it arose.
 * @param stages that are compared
 */
export function firstDifference(
  input: StepInput,
  one: StepOutput,
  other: StepOutput,
  stages: readonly JudgedStage[] = JUDGED,
): Difference | undefined {
  for (const stage of JUDGED) {
    const [a, b] = [valuesOf(one, stage), valuesOf(other, stage)];
    if (!stages.includes(stage) || !a) continue;
    for (let k = 0; k < a.length; k++)
      if (!b || !Object.is(a[k], b[k]))
        return { stage, at: elementAt(input, stage, k), first: a[k], second: b?.[k] };
  }
  return undefined;
}
