/** Options under which a failing case passes: what the kernel may be missing is a declaration, not a digit. */
import { checkCalls } from './judging/checkCalls.ts';
import { referenceFor } from './judging/judgeRecord.ts';
import type { Minimised } from './judging/minimise.ts';
import { kernelRoundoff, type Roundoff } from './judging/roundoff.ts';
import type { KernelHost, Stage, StepOutput } from './kernel.ts';

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
  const none = { expError: null, subtracts: false, unused: null };
  if (!fault.defect || repeats === false) return none;
  // Its answers do not depend on how they are judged: it is started once, which may take seconds, and asked once.
  await host.restart();
  const answers: Promise<StepOutput>[] = [];
  const answer = (call: number) => {
    answers[call] ??= host.step(calls[call]);
    return answers[call];
  };
  const references = calls.map((input) => referenceFor(dtype, input));
  const within = async (arithmetic: Roundoff, shown = (output: StepOutput) => output) => {
    let call = 0;
    const step = async () => shown(await answer(call++));
    return (await checkCalls({ dtype, step }, calls, arithmetic, { references })) === null;
  };
  const passes = (expError: number | undefined, strict: boolean) =>
    within(kernelRoundoff(dtype, expError === undefined ? declares : { ...declares, expError }, strict));
  /** Whether the calls pass if the stage is not seen. */
  const passesWithout = (stage: Stage) =>
    within(kernelRoundoff(dtype, declares, demanding), (output) => ({
      ...output,
      stages: output.stages && { ...output.stages, [stage]: undefined },
    }));
  if (demanding && (await passes(undefined, false))) return { ...none, subtracts: true };
  const { stages } = await answer(0).catch(() => ({ stages: undefined }));
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
