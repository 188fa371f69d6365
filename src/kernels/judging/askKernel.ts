/** One case put to a kernel: call after call, each judged, until the first fault. */
import type { KernelCase } from '../cases/cases.ts';
import type { KernelHost } from '../kernel.ts';
import type { ExactReference } from './judge.ts';
import { type CallFault, judgeRecord, referenceFor } from './judgeRecord.ts';
import type { StageDefect } from './ledger.ts';
import { callRecord } from './record.ts';
import type { Roundoff } from './roundoff.ts';

/** Told every judged call's stages. */
export type DefectObserver = (defects: readonly StageDefect[]) => void;

export interface AskOptions {
  /** Whether each call is made twice, to see whether it repeats. */
  readonly twice?: boolean;
  readonly watch?: DefectObserver;
  /** References of the calls, where they are at hand already. */
  readonly references?: readonly ExactReference<unknown>[];
  /** Ends it after the call in hand. */
  readonly signal?: AbortSignal;
}

/** The case's first fault; null when every call that was made is within its bounds. */
export async function ask(
  host: Pick<KernelHost, 'step' | 'dtype'>,
  calls: KernelCase,
  arithmetic: Roundoff,
  { twice = false, watch, references, signal }: AskOptions = {},
): Promise<CallFault | null> {
  for (const [call, input] of calls.entries()) {
    if (signal?.aborted) return null;
    const record = await callRecord(host, input, twice);
    const known = () => references?.[call] ?? referenceFor(host.dtype, input);
    const { defects, fault } = judgeRecord(record, known, arithmetic);
    watch?.(defects);
    if (fault) return { call, ...fault };
  }
  return null;
}
