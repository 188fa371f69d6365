/** Records of a kernel's calls: plain data, which any thread can check. */

import type { StepInput } from '../../model/stepInput.ts';
import type { KernelCase } from '../cases/cases.ts';
import { type FaultKind, KernelFault, type KernelHost, type StepOutput } from '../kernel.ts';
import { type BatchRecord, compareBatch, otherBatches } from './otherBatches.ts';
import type { ExtraCalls } from './policy.ts';

/** An extra call: the same again, or another batch. */
export type ExtraCall = 'again' | 'batch';

/** The result of one call, and of extra calls with the same input. */
export interface CallRecord {
  /** Absent if the first call failed. */
  readonly output?: StepOutput;
  /** Output of the second call. */
  readonly again?: StepOutput;
  /** What other batches gave, up to the first that differs; compared at once, since their outputs are large. */
  readonly batches?: readonly BatchRecord[];
  /** How the call without an output failed, and whether it was an extra one. */
  readonly failed?: { readonly kind: FaultKind; readonly message: string; readonly shownBy?: ExtraCall };
  /** Number of calls made. */
  readonly made: number;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Calls a kernel once, and makes the extra calls. @throws errors other than KernelFault */
export async function callRecord(
  host: Pick<KernelHost, 'step'>,
  input: StepInput,
  { twice = false, batches = false }: ExtraCalls = {},
): Promise<CallRecord> {
  const record: Mutable<CallRecord> = { made: 0 };
  let shownBy: ExtraCall | undefined;
  const step = (given: StepInput) => {
    record.made += 1;
    return host.step(given);
  };
  try {
    const output = await step(input);
    record.output = output;
    if (twice) {
      shownBy = 'again';
      record.again = await step(input);
    }
    if (batches) {
      shownBy = 'batch';
      const compared: BatchRecord[] = [];
      record.batches = compared;
      for (const other of otherBatches(input, output)) {
        compared.push(compareBatch(input, output, other, await step(other.input)));
        if (compared.at(-1)!.difference) break;
      }
    }
  } catch (error) {
    if (!(error instanceof KernelFault)) throw error;
    record.failed = { kind: error.kind, message: error.message, ...(shownBy && { shownBy }) };
  }
  return record;
}

/** Makes the calls of a case in order; stops after a call that failed. */
export async function caseRecords(
  host: Pick<KernelHost, 'step'>,
  calls: KernelCase,
  extra: ExtraCalls,
): Promise<CallRecord[]> {
  const records: CallRecord[] = [];
  for (const input of calls) {
    const record = await callRecord(host, input, extra);
    records.push(record);
    if (record.failed) break;
  }
  return records;
}
