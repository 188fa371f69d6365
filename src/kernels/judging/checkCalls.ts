/** Runs one case on a kernel: makes and checks one call after the other, up to the first fault. */
import type { KernelCase } from '../cases/cases.ts';
import type { KernelHost } from '../kernel.ts';
import type { ExactReference } from './judge.ts';
import { type CallFault, judgeRecord, referenceFor } from './judgeRecord.ts';
import type { StageDefect } from './ledger.ts';
import type { ExtraCalls, Policy } from './policy.ts';
import { callRecord } from './record.ts';
import type { Roundoff } from './roundoff.ts';

/** Receives the worst defect of each stage, after each call. */
export type DefectObserver = (defects: readonly StageDefect[]) => void;

export interface CheckOptions extends ExtraCalls {
  /** What is demanded of answers that may differ. */
  readonly policy?: Policy;
  readonly watch?: DefectObserver;
  /** Exact references of the calls, if already computed. */
  readonly references?: readonly ExactReference<unknown>[];
  /** Stops after the current call. */
  readonly signal?: AbortSignal;
}

/** @returns the first fault; null if every call made is within its bounds */
export async function checkCalls(
  host: Pick<KernelHost, 'step' | 'dtype'>,
  calls: KernelCase,
  arithmetic: Roundoff,
  { watch, references, signal, policy, ...extra }: CheckOptions = {},
): Promise<CallFault | null> {
  for (const [call, input] of calls.entries()) {
    if (signal?.aborted) return null;
    const record = await callRecord(host, input, extra);
    const known = () => references?.[call] ?? referenceFor(host.dtype, input);
    const { defects, fault } = judgeRecord(record, known, arithmetic, policy);
    watch?.(defects);
    if (fault) return { call, ...fault };
  }
  return null;
}
