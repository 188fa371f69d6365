/** Options under which a failing case passes: what the kernel may be missing is a declaration, not a digit. */
import type { StepInput } from '../model/stepInput.ts';
import { checkCalls } from './judging/checkCalls.ts';
import type { Minimised } from './judging/minimise.ts';
import { kernelRoundoff } from './judging/roundoff.ts';
import type { KernelHost, Stage } from './kernel.ts';

/** What would make the case pass. */
export interface Cures {
  /** The smallest of `EXP_ERRORS_TRIED` that, declared as the error of exp in u, makes it pass; null if none does. */
  readonly expError: number | null;
  /** Whether it passes where e_n - alpha may be computed by subtraction, and fails where it may not. */
  readonly subtracts: boolean;
  /** A stage without which it passes: later stages do not start from the values that are shown. */
  readonly unused: Stage | null;
}

/** Stages from which later ones start. */
const STARTS: readonly Stage[] = ['attention', 'features', 'logits', 'residual', 'backpropagated'];

/**
 * Errors of fast exponentials, in u; without a declaration it is 4. Bounds grow at most in proportion, so a ratio up to 16
 * can be a declaration that is missing. What needs more is no exp that a library offers.
 */
const EXP_ERRORS_TRIED = [8, 16, 32, 64];
/** Stages that hold an exp where the kernel shows the stage before. */
const WITH_EXP: readonly string[] = ['attention', 'probabilities', 'loss'];

/** @param demanding whether the case failed at the level that demands the sum of the other probabilities */
export async function curesOf(
  host: KernelHost,
  { calls, fault, repeats }: Minimised,
  demanding: boolean,
): Promise<Cures> {
  const { dtype, declares } = host;
  const passes = async (expError: number | undefined, strict: boolean) => {
    await host.restart();
    const arithmetic = kernelRoundoff(
      dtype,
      expError === undefined ? declares : { ...declares, expError },
      strict,
    );
    return (await checkCalls(host, calls, arithmetic)) === null;
  };
  /** Whether the calls pass if the stage is not seen. */
  const passesWithout = async (stage: Stage) => {
    await host.restart();
    const step = async (input: StepInput) => {
      const output = await host.step(input);
      return { ...output, stages: output.stages && { ...output.stages, [stage]: undefined } };
    };
    return (await checkCalls({ dtype, step }, calls, kernelRoundoff(dtype, declares, demanding))) === null;
  };
  const none = { expError: null, subtracts: false, unused: null };
  if (!fault.defect || repeats === false) return none;
  if (demanding && (await passes(undefined, false))) return { ...none, subtracts: true };
  const { stages } = await host.step(calls[0]).catch(() => ({ stages: undefined }));
  let unused: Stage | null = null;
  for (const stage of STARTS)
    if (!unused && stages?.[stage] && fault.kind !== stage && (await passesWithout(stage))) unused = stage;
  if (stages !== undefined && !WITH_EXP.includes(fault.kind)) return { ...none, unused };
  // An error that grows with |x| was declared by someone who knows their exp.
  if (typeof declares.expError === 'object') return { ...none, unused };
  for (const expError of EXP_ERRORS_TRIED)
    if (expError > (declares.expError ?? 0) && (await passes(expError, demanding)))
      return { ...none, unused, expError };
  return { ...none, unused };
}
