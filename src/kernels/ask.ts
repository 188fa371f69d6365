/** One case put to a kernel: call after call, each judged, until the first fault. */
import type { KernelCase } from '../generators/kernelCases.ts';
import type { Arithmetic } from './arithmetic.ts';
import type { Reference } from './judge.ts';
import { type Fault, judgeRecord, referenceFor } from './judgeRecord.ts';
import type { KernelHost } from './kernel.ts';
import type { StageDefect } from './ledger.ts';
import { callRecord } from './record.ts';

/** Told every judged call's stages. */
export type Watch = (defects: readonly StageDefect[]) => void;

export interface AskOptions {
  /** Whether each call is made twice, to see whether it repeats. */
  readonly twice?: boolean;
  readonly watch?: Watch;
  /** References of the calls, where they are at hand already. */
  readonly references?: readonly Reference<unknown>[];
  /** Ends it after the call in hand. */
  readonly signal?: AbortSignal;
}

/** The case's first fault; null when every call that was made is within its bounds. */
export async function ask(
  host: Pick<KernelHost, 'step' | 'dtype'>,
  calls: KernelCase,
  arithmetic: Arithmetic,
  { twice = false, watch, references, signal }: AskOptions = {},
): Promise<Fault | null> {
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
