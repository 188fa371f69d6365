/** What a kernel did, written down before it is judged: plain data, which any thread can judge. */

import type { StepInput } from '../../model/stepInput.ts';
import type { KernelCase } from '../cases/cases.ts';
import { type FaultKind, KernelFault, type KernelHost, type StepOutput } from '../kernel.ts';

/** What came of one call, or of two with the same input. */
export interface CallRecord {
  /** Absent where the call failed. */
  readonly output?: StepOutput;
  /** Of the second call. */
  readonly again?: StepOutput;
  /** How the call that has no output failed. */
  readonly failed?: { readonly kind: FaultKind; readonly message: string };
}

/** Calls a kernel, twice if asked. @throws what is not the kernel's fault */
export async function callRecord(
  host: Pick<KernelHost, 'step'>,
  input: StepInput,
  twice: boolean,
): Promise<CallRecord> {
  let output: StepOutput | undefined;
  try {
    output = await host.step(input);
    return twice ? { output, again: await host.step(input) } : { output };
  } catch (error) {
    if (!(error instanceof KernelFault)) throw error;
    return { output, failed: { kind: error.kind, message: error.message } };
  }
}

/** Makes the calls of a case one after the other; none after one that failed. */
export async function caseRecords(
  host: Pick<KernelHost, 'step'>,
  calls: KernelCase,
  twice: boolean,
): Promise<CallRecord[]> {
  const records: CallRecord[] = [];
  for (const input of calls) {
    const record = await callRecord(host, input, twice);
    records.push(record);
    if (record.failed) break;
  }
  return records;
}
