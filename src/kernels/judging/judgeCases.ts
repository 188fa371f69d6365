/** What a kernel did in some cases, judged: as a job for any thread. */

import type { Dtype } from '../../model/stepInput.ts';
import type { KernelCase } from '../cases/cases.ts';
import { regimes } from '../cases/regimes.ts';
import { type CallFault, judgeRecord, referenceFor } from './judgeRecord.ts';
import type { StageDefect } from './ledger.ts';
import type { CallRecord } from './record.ts';
import type { Roundoff } from './roundoff.ts';

export const regimesOf = (calls: KernelCase): string[] =>
  regimes.filter(({ holds }) => holds(calls)).map(({ id }) => id);

/** A case, and what came of its calls, as far as they were made. */
export interface PutCase {
  readonly calls: KernelCase;
  readonly records: readonly CallRecord[];
}

export interface JudgedCase {
  /** Of each call up to the first fault: its worst defects by stage. */
  readonly defects: readonly (readonly StageDefect[])[];
  readonly fault: CallFault | null;
  /** Calls made up to the first fault. */
  readonly made: number;
  readonly regimes: readonly string[];
}

export interface CasesTask {
  readonly dtype: Dtype;
  readonly arithmetic: Roundoff;
  readonly cases: readonly PutCase[];
}

function judgeCase({ calls, records }: PutCase, dtype: Dtype, arithmetic: Roundoff): JudgedCase {
  const defects: (readonly StageDefect[])[] = [];
  let made = 0;
  let fault: CallFault | null = null;
  for (const [call, record] of records.entries()) {
    const judged = judgeRecord(record, () => referenceFor(dtype, calls[call]), arithmetic);
    defects.push(judged.defects);
    made += judged.calls;
    if (judged.fault) {
      fault = { call, ...judged.fault };
      break;
    }
  }
  return { defects, fault, made, regimes: regimesOf(calls) };
}

export const judgeCases = ({ dtype, arithmetic, cases }: CasesTask): JudgedCase[] =>
  cases.map((one) => judgeCase(one, dtype, arithmetic));
