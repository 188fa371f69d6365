/** What a kernel did at one call, judged. */
import { doubleDouble } from '../../arithmetic/doubleDouble.ts';
import { float64 } from '../../arithmetic/float64.ts';
import { type Dtype, MATRICES, type StepInput } from '../../model/stepInput.ts';
import { type FaultKind, STAGES, type StepOutput } from '../kernel.ts';
import { type ExactReference, exactReference, judgeCall } from './judge.ts';
import { atFault, type JudgedStage, type StageDefect } from './ledger.ts';
import type { CallRecord } from './record.ts';
import type { Roundoff } from './roundoff.ts';

/** What is wrong with a kernel, at one call. */
export interface CallFault {
  /** Which call of the case, from 0. */
  readonly call: number;
  /** A stage that left its bound, or a way to fail that needs no arithmetic. */
  readonly kind: JudgedStage | FaultKind;
  readonly message: string;
  /** The worst element of the stage; null where no number was judged. */
  readonly defect: StageDefect | null;
}

export const sameKind = (a: CallFault | null, b: CallFault): boolean => a?.kind === b.kind;

/**
 * The exact step to judge a dtype by: 29 digits for float64; for float32 doubles, whose own error by the very bounds
 * is 2^-29 of the kernel's.
 */
export const referenceFor = (dtype: Dtype, input: StepInput): ExactReference<unknown> =>
  (dtype === 'float32'
    ? exactReference(float64, input)
    : exactReference(doubleDouble, input)) as ExactReference<unknown>;

/** The first array or number in which two answers differ in a bit. */
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

/** One call's worst defects by stage, none where there is nothing to judge, and its fault. */
export interface JudgedCall {
  readonly defects: readonly StageDefect[];
  readonly fault: Omit<CallFault, 'call'> | null;
  /** Calls that it took to see so. */
  readonly calls: number;
}

/** Judges a call: its first answer's numbers, then whether there is a second answer, and whether it is the same. */
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
    const fault = { kind: defect.stage, message: 'leaves its error bound', defect };
    return { defects, fault, calls: 1 };
  }
  const other = again && difference(output, again);
  const fault = other
    ? {
        kind: 'not repeatable' as const,
        message: `two calls with the same input gave different answers; ${other}`,
        defect: null,
      }
    : failure;
  return { defects, fault, calls: again || failed ? 2 : 1 };
}
