/** `snapcheck kernel --replay`: one saved case. */

import { BadInput } from '../io/badInput.ts';
import { indented, safeLine } from '../io/text.ts';
import type { KernelCase } from '../kernels/cases/cases.ts';
import { checkCalls } from '../kernels/judging/checkCalls.ts';
import type { Policy } from '../kernels/judging/policy.ts';
import { kernelRoundoff } from '../kernels/judging/roundoff.ts';
import type { KernelHost } from '../kernels/kernel.ts';
import { dtypeOf } from '../model/stepInput.ts';
import { faultText } from '../report/kernelReport.ts';
import { EXIT } from './exit.ts';

interface Replay {
  readonly calls: KernelCase;
  /** Whether e_n - alpha must keep its digits. */
  readonly demanding: boolean;
  readonly policy: Policy;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/**
 * Calls the kernel with the saved case, and prints whether every stage stays within its bound.
 * @returns the exit code
 * @throws BadInput where the case is of another number type
 */
export async function replayCase(
  host: KernelHost,
  { calls, demanding, policy, json, signal }: Replay,
): Promise<number> {
  await host.ready?.();
  const wrong = calls.find((input) => dtypeOf(input) !== host.dtype);
  if (wrong)
    throw new BadInput([
      `--replay: expected a case of ${host.dtype}, as ${safeLine(host.name)} is, got one of ${dtypeOf(wrong)}`,
    ]);
  let judged = 0;
  const fault = await checkCalls(host, calls, kernelRoundoff(host.dtype, host.declares, demanding), {
    ...{ twice: true, batches: policy.batchInvariant, policy },
    watch: () => judged++,
    signal,
  });
  const interrupted = fault === null && judged < calls.length;
  const text = fault ? faultText(fault, calls[fault.call]) : 'every stage stays within its bound';
  if (json) {
    const verdict = fault ? 'fail' : interrupted ? 'undecided' : 'pass';
    const failure = fault && { stage: fault.kind, call: fault.call, message: text };
    const result = { schema: 1, kernel: host.name, dtype: host.dtype, verdict, interrupted, judged, failure };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } else {
    const many = `${calls.length} saved call${calls.length > 1 ? 's' : ''}`;
    const what = interrupted ? `interrupted after ${judged} of ${many}; until then` : `${many}:`;
    process.stdout.write(`${safeLine(host.name)}, ${what} ${indented(text)}.\n`);
  }
  if (interrupted) return EXIT.interrupted;
  return fault ? EXIT.failed : EXIT.expected;
}
