/** Checks the record of one call. */
import { doubleDouble } from '../../arithmetic/doubleDouble.ts';
import { float64 } from '../../arithmetic/float64.ts';
import type { Dtype, StepInput } from '../../model/stepInput.ts';
import type { FaultKind } from '../kernel.ts';
import { type Difference, firstDifference } from './differences.ts';
import { type ExactReference, exactReference, judgeCall } from './judge.ts';
import { atFault, type StageDefect } from './ledger.ts';
import type { Policy } from './policy.ts';
import type { CallRecord, ExtraCall } from './record.ts';
import type { Roundoff } from './roundoff.ts';
import { spreadOf } from './spread.ts';
import { JUDGED, type JudgedStage, OWN_STAGES } from './stages.ts';

/** A fault of a kernel in one call. */
export interface CallFault {
  /** Index of the call in its case, from 0. */
  readonly call: number;
  /** The first stage that exceeds its error bound, or a failure that is not numerical. */
  readonly kind: JudgedStage | FaultKind;
  readonly message: string;
  /** The worst element of the stage; null if the failure is not numerical. */
  readonly defect: StageDefect | null;
  /** Where two answers differ, if that is the fault. */
  readonly difference?: Difference;
  /** The extra call that shows it; absent if the first call does. */
  readonly shownBy?: ExtraCall;
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

/** The worst defect of each stage of one call (empty if the call has no output), and its fault. */
export interface JudgedCall {
  /** If both answers of equal calls were judged, those of the second follow. */
  readonly defects: readonly StageDefect[];
  readonly fault: Omit<CallFault, 'call'> | null;
  /** Number of calls made up to the fault. */
  readonly calls: number;
}

/** The first stage of one answer that exceeds its bound. */
function numerical(defects: readonly StageDefect[], shownBy?: ExtraCall): Omit<CallFault, 'call'> | null {
  const defect = defects.find(atFault);
  if (!defect) return null;
  return { kind: defect.stage, message: 'exceeds its error bound', defect, ...(shownBy && { shownBy }) };
}

/** The first difference of equal calls, or of a sequence in another batch. */
function differing(
  input: StepInput,
  { output, again, batches = [] }: CallRecord,
  { nondeterministic, batchInvariant }: Policy,
): Omit<CallFault, 'call'> | null {
  // What equal calls do not agree in cannot be compared between batches.
  const compared = !nondeterministic ? JUDGED : batchInvariant ? OWN_STAGES : [];
  const other = again && firstDifference(input, output!, again, compared);
  if (other)
    return {
      ...{ kind: 'not repeatable', defect: null, difference: other, shownBy: 'again' },
      message: `two calls with the same input gave different outputs; ${other.stage} is the first that differs`,
    };
  const difference = batches.find((one) => one.difference)?.difference;
  if (!difference) return null;
  const what =
    difference.stage === 'loss' ? 'the loss of a single sequence' : `${difference.stage} of a sequence`;
  return {
    ...{ kind: 'depends on its batch', defect: null, difference, shownBy: 'batch' },
    message: `${what} changed when it was called ${difference.how}`,
  };
}

/**
 * Checks the first output against its bounds; then, if equal calls may differ, the second; then whether the extra calls
 * succeeded and gave what the policy demands.
 */
export function judgeRecord(
  record: CallRecord,
  known: () => ExactReference<unknown>,
  arithmetic: Roundoff,
  policy: Policy = {},
): JudgedCall {
  const { output, again, failed, made } = record;
  const failure = failed ? { ...failed, defect: null } : null;
  if (!output) return { defects: [], fault: failure, calls: made };
  const reference = known();
  const both = policy.nondeterministic ? again : undefined;
  const first = judgeCall(reference, output, arithmetic);
  const fault = numerical(first);
  if (fault) return { defects: first, fault, calls: 1 };
  const second = both ? judgeCall(reference, both, arithmetic) : [];
  const spreads = both && spreadOf(reference, output, both, arithmetic);
  const apart = first.map((one) => ({ ...one, ...(spreads && { spread: spreads[one.stage] }) }));
  const defects = [...apart, ...second];
  const late = numerical(second, 'again');
  if (late) return { defects, fault: late, calls: 2 };
  return { defects, fault: differing(reference.input, record, policy) ?? failure, calls: made };
}
