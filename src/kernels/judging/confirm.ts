/** Checks a failure again with decimals of 50 digits, which share no arithmetic with the reference that detected it. */
import { decimal } from '../../arithmetic/decimal.ts';
import { KernelFault, type KernelHost } from '../kernel.ts';
import { exactReference, judgeCall } from './judge.ts';
import { atFault } from './ledger.ts';
import type { Minimised } from './minimise.ts';
import type { Roundoff } from './roundoff.ts';

const DIGITS = 50;

/**
 * Whether the stage also exceeds its bound against decimals, with outputs of a restarted kernel; null if the failure
 * is not numerical, or is known not to repeat.
 */
export async function confirmedBy(
  host: KernelHost,
  { calls, fault, repeats }: Minimised,
  arithmetic: Roundoff,
): Promise<boolean | null> {
  if (!fault.defect || repeats === false) return null;
  await host.restart();
  try {
    for (const [i, input] of calls.entries()) {
      const output = await host.step(input);
      if (i < fault.call) continue;
      const defects = judgeCall(exactReference(decimal(DIGITS), input), output, arithmetic);
      return defects.some((defect) => defect.stage === fault.kind && atFault(defect));
    }
  } catch (error) {
    if (!(error instanceof KernelFault)) throw error;
  }
  return null;
}
