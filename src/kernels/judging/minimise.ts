/** Shrinks a failing case to a small one that fails in the same way on a restarted kernel. */
import { shrinkFrom } from '../../decide/search.ts';
import { givenCase, type KernelCase } from '../cases/cases.ts';
import type { KernelHost } from '../kernel.ts';
import { checkCalls } from './checkCalls.ts';
import { type CallFault, sameKind } from './judgeRecord.ts';
import type { Policy } from './policy.ts';
import type { Roundoff } from './roundoff.ts';

/** A failing case made as small as was found in the time given. */
export interface Minimised {
  readonly calls: KernelCase;
  readonly fault: CallFault;
  /**
   * Whether a restarted kernel fails on these calls alone, in two trials. False: the failure depends on earlier calls
   * or on chance. Null: not tried, because the kernel hangs, takes too much memory or cannot be restarted.
   */
  readonly repeats: boolean | null;
  /** Number of cases tried. */
  readonly trials: number;
}

/**
 * @param earlier calls made before the case, in order; needed if the kernel keeps state between calls
 * @param seconds time limit; the smallest case found by then is returned
 */
export async function minimise(
  host: KernelHost,
  failing: KernelCase,
  fault: CallFault,
  earlier: KernelCase,
  arithmetic: Roundoff,
  policy: Policy,
  seconds: number,
  signal?: AbortSignal,
): Promise<Minimised> {
  const deadline = performance.now() + 1000 * seconds;
  const inTime = () => performance.now() < deadline && !signal?.aborted;
  // The calls that show it: a fault in a batch also needs equal calls that agree. Answers by chance fail sooner in two calls.
  const batches = fault.shownBy === 'batch';
  const twice = fault.shownBy !== undefined || (policy.nondeterministic ?? false);
  let trials = 0;
  let afresh = true;
  const tryCase = async (calls: KernelCase, fresh: boolean): Promise<CallFault | null> => {
    trials += 1;
    if (fresh) afresh = await host.restart();
    const found = await checkCalls(host, calls, arithmetic, { twice, batches, policy });
    return sameKind(found, fault) ? found : null;
  };
  /** Two trials: a failure by chance seldom occurs twice. */
  const repeated = async (calls: KernelCase) => (await tryCase(calls, true)) && tryCase(calls, true);

  // Not shrunk: each trial of a kernel that hangs or exhausts memory takes as long as the limit.
  if (fault.kind === 'hung' || fault.kind === 'took too much memory')
    return { calls: failing, fault, repeats: null, trials };

  // The case alone on a restarted kernel, or after the earlier calls.
  const starts = [failing, [...earlier, ...failing]];
  let base: { calls: KernelCase; fault: CallFault } | undefined;
  for (const calls of starts) {
    const found = inTime() && (await repeated(calls));
    if (found) {
      base = { calls: calls.slice(0, found.call + 1), fault: found };
      break;
    }
  }
  if (!base) return { calls: failing, fault, repeats: false, trials };

  // First without a restart before each trial, which is slow; with restarts if the smallest case does not repeat.
  for (const fresh of [false, true]) {
    const smallest = await shrinkFrom(
      givenCase(base.calls),
      async (calls) => inTime() && (await tryCase(calls, fresh)) !== null,
    );
    const found = smallest && (await repeated(smallest));
    if (smallest && found) return { calls: smallest, fault: found, repeats: afresh || null, trials };
  }
  return { ...base, repeats: afresh || null, trials };
}
