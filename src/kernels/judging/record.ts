/** Records of a kernel's calls: plain data, which any thread can check. */

import type { StepInput } from '../../model/stepInput.ts';
import type { KernelCase } from '../cases/cases.ts';
import { type FaultKind, KernelFault, type KernelHost, type StepOutput } from '../kernel.ts';

/** The result of one call, or of two calls with the same input. */
export interface CallRecord {
  /** Absent if the first call failed. */
  readonly output?: StepOutput;
  /** Output of the second call. */
  readonly again?: StepOutput;
  /** How the call without an output failed. */
  readonly failed?: { readonly kind: FaultKind; readonly message: string };
}

/** Calls a kernel once or twice. @throws errors other than KernelFault */
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

/** Makes the calls of a case in order; stops after a call that failed. */
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
