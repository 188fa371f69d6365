/** Checks the record of one call. */
import { doubleDouble } from '../../arithmetic/doubleDouble.ts';
import { float64 } from '../../arithmetic/float64.ts';
import { type Dtype, MATRICES, type StepInput } from '../../model/stepInput.ts';
import { type FaultKind, STAGES, type StepOutput } from '../kernel.ts';
import { type ExactReference, exactReference, judgeCall } from './judge.ts';
import { atFault, type JudgedStage, type StageDefect } from './ledger.ts';
import type { CallRecord } from './record.ts';
import type { Roundoff } from './roundoff.ts';

/** A fault of a kernel in one call. */
export interface CallFault {
  /** Index of the call in its case, from 0. */
  readonly call: number;
  /** The first stage that exceeds its error bound, or a failure that is not numerical. */
  readonly kind: JudgedStage | FaultKind;
  readonly message: string;
  /** The worst element of the stage; null if the failure is not numerical. */
  readonly defect: StageDefect | null;
}

export const sameKind = (a: CallFault | null, b: CallFault): boolean => a?.kind === b.kind;

/**
 * The reference for a dtype: double-double (29 digits) for float64; float64 for float32, where the reference's own
 * error by the same bounds is 2^-29 of the kernel's.
 */
export const referenceFor = (dtype: Dtype, input: StepInput): ExactReference<unknown> =>
  (dtype === 'float32'
    ? exactReference(float64, input)
    : exactReference(doubleDouble, input)) as ExactReference<unknown>;

/** The first array element, or the loss, in which two outputs differ in a bit. */
function difference(one: StepOutput, other: StepOutput): string | undefined {
  if (!Object.is(one.loss, other.loss)) return `loss: ${one.loss}, then ${other.loss}`;
  const arrays = [
    ...MATRICES.map((name) => [name, one[name], other[name]] as const),
    ...STAGES.map((name) => [name, one.stages?.[name], other.stages?.[name]] as const),
  ];
  for (const [name, a, b] of arrays) {
    const k = a?.findIndex((x, i) => !Object.is(x, b?.[i])) ?? -1;
    if (k >= 0) return `${name}[${k}]: ${a![k]}, then ${b?.[k]}`;
  }
  return undefined;
}

/** The worst defect of each stage of one call (empty if the call has no output), and its fault. */
export interface JudgedCall {
  readonly defects: readonly StageDefect[];
  readonly fault: Omit<CallFault, 'call'> | null;
  /** Number of calls made up to the fault: 1 or 2. */
  readonly calls: number;
}

/** Checks the first output against its bounds, then whether the second call succeeded and gave the same output. */
export function judgeRecord(
  { output, again, failed }: CallRecord,
  known: () => ExactReference<unknown>,
  arithmetic: Roundoff,
): JudgedCall {
  const failure = failed ? { ...failed, defect: null } : null;
  if (!output) return { defects: [], fault: failure, calls: 1 };
  const defects = judgeCall(known(), output, arithmetic);
  const defect = defects.find(atFault);
  if (defect) {
    const fault = { kind: defect.stage, message: 'exceeds its error bound', defect };
    return { defects, fault, calls: 1 };
  }
  const other = again && difference(output, again);
  const fault = other
    ? {
        kind: 'not repeatable' as const,
        message: `two calls with the same input gave different outputs; ${other}`,
        defect: null,
      }
    : failure;
  return { defects, fault, calls: again || failed ? 2 : 1 };
}
