/** Checks a failure again with decimals of 50 digits, which share no arithmetic with the reference that detected it. */
import { decimal } from '../../arithmetic/decimal.ts';
import { KernelFault, type KernelHost } from '../kernel.ts';
import { exactReference, judgeCall } from './judge.ts';
import { atFault } from './ledger.ts';
import type { Minimised } from './minimise.ts';
import type { Policy } from './policy.ts';
import type { Roundoff } from './roundoff.ts';

const DIGITS = 50;

/**
 * Whether the stage also exceeds its bound against decimals, with outputs of a restarted kernel; null if the failure
 * is not numerical, is known not to repeat, or did not occur in the answers of a kernel that may differ.
 */
export async function confirmedBy(
  host: KernelHost,
  { calls, fault, repeats }: Minimised,
  arithmetic: Roundoff,
  { nondeterministic = false }: Policy,
): Promise<boolean | null> {
  if (!fault.defect || repeats === false) return null;
  await host.restart();
  try {
    for (const [i, input] of calls.entries()) {
      // What answers by chance may fail in the second call alone.
      const outputs = [await host.step(input)];
      if (nondeterministic) outputs.push(await host.step(input));
      if (i < fault.call) continue;
      const reference = exactReference(decimal(DIGITS), input);
      const defects = outputs.flatMap((output) => judgeCall(reference, output, arithmetic));
      const exceeds = defects.some((defect) => defect.stage === fault.kind && atFault(defect));
      return exceeds || (nondeterministic ? null : false);
    }
  } catch (error) {
    if (!(error instanceof KernelFault)) throw error;
  }
  return null;
}
