/** Checks recorded outputs of a kernel against their error bounds; a job for any thread. */

import type { Dtype } from '../../model/stepInput.ts';
import type { KernelCase } from '../cases/cases.ts';
import { regimes } from '../cases/regimes.ts';
import { type CallFault, judgeRecord, referenceFor } from './judgeRecord.ts';
import type { StageDefect } from './ledger.ts';
import type { BatchRecord } from './otherBatches.ts';
import type { Policy } from './policy.ts';
import type { CallRecord } from './record.ts';
import type { Roundoff } from './roundoff.ts';

export const regimesOf = (calls: KernelCase): string[] =>
  regimes.filter(({ holds }) => holds(calls)).map(({ id }) => id);

/** A case with the records of the calls that were made. */
export interface CalledCase {
  readonly calls: KernelCase;
  readonly records: readonly CallRecord[];
}

export interface JudgedCase {
  /** For each call up to the first fault: the worst defect of each stage. */
  readonly defects: readonly (readonly StageDefect[])[];
  readonly fault: CallFault | null;
  /** Calls made up to the first fault. */
  readonly made: number;
  readonly regimes: readonly string[];
  /** What other batches gave. */
  readonly batches: readonly BatchRecord[];
}

export interface CasesTask {
  readonly dtype: Dtype;
  readonly arithmetic: Roundoff;
  readonly policy: Policy;
  readonly cases: readonly CalledCase[];
}

function judgeCase(
  { calls, records }: CalledCase,
  { dtype, arithmetic, policy }: Omit<CasesTask, 'cases'>,
): JudgedCase {
  const defects: (readonly StageDefect[])[] = [];
  let made = 0;
  let fault: CallFault | null = null;
  for (const [call, record] of records.entries()) {
    const judged = judgeRecord(record, () => referenceFor(dtype, calls[call]), arithmetic, policy);
    defects.push(judged.defects);
    made += judged.calls;
    if (judged.fault) {
      fault = { call, ...judged.fault };
      break;
    }
  }
  const batches = records.flatMap((record) => record.batches ?? []);
  return { defects, fault, made, regimes: regimesOf(calls), batches };
}

export const judgeCases = ({ cases, ...how }: CasesTask): JudgedCase[] =>
  cases.map((one) => judgeCase(one, how));
