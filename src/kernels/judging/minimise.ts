/** From a case that fails to the smallest one found that fails in the same way, as a fresh kernel repeats it. */
import { shrinkFrom } from '../../decide/search.ts';
import { givenCase, type KernelCase } from '../cases/cases.ts';
import type { KernelHost } from '../kernel.ts';
import { ask } from './askKernel.ts';
import { type CallFault, sameKind } from './judgeRecord.ts';
import type { Roundoff } from './roundoff.ts';

export interface Minimised {
  readonly calls: KernelCase;
  readonly fault: CallFault;
  /**
   * Whether a freshly started kernel fails on just these calls, twice over. False: it takes earlier calls, or luck; null:
   * not tried, because the kernel hangs, takes too much memory or cannot be started afresh.
   */
  readonly repeats: boolean | null;
  /** Cases tried. */
  readonly trials: number;
}

/**
 * @param earlier calls made before the case, latest last: a kernel that carries something over may need them
 * @param seconds to spend; what is smallest by then is taken
 */
export async function minimise(
  host: KernelHost,
  failing: KernelCase,
  fault: CallFault,
  earlier: KernelCase,
  arithmetic: Roundoff,
  seconds: number,
  signal?: AbortSignal,
): Promise<Minimised> {
  const deadline = performance.now() + 1000 * seconds;
  const inTime = () => performance.now() < deadline && !signal?.aborted;
  const twice = fault.kind === 'not repeatable';
  let trials = 0;
  let afresh = true;
  const put = async (calls: KernelCase, fresh: boolean): Promise<CallFault | null> => {
    trials += 1;
    if (fresh) afresh = await host.restart();
    const found = await ask(host, calls, arithmetic, { twice });
    return sameKind(found, fault) ? found : null;
  };
  /** Luck seldom comes twice. */
  const repeated = async (calls: KernelCase) => (await put(calls, true)) && put(calls, true);

  // Every trial of a kernel that hangs, or whose memory grows, lasts to the limit.
  if (fault.kind === 'hung' || fault.kind === 'took too much memory')
    return { calls: failing, fault, repeats: null, trials };

  // Alone on a fresh kernel, or after what came before, or only as it was.
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

  // Without starting anew for each trial, which takes its time; then with, should the smallest not repeat.
  for (const fresh of [false, true]) {
    const smallest = await shrinkFrom(
      givenCase(base.calls),
      async (calls) => inTime() && (await put(calls, fresh)) !== null,
    );
    const found = smallest && (await repeated(smallest));
    if (smallest && found) return { calls: smallest, fault: found, repeats: afresh || null, trials };
  }
  return { ...base, repeats: afresh || null, trials };
}
