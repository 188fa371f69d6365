/** One case put to a kernel: every call judged, until the first fault. */
import { doubleDouble } from '../arithmetic/doubleDouble.ts';
import { float64 } from '../arithmetic/float64.ts';
import type { KernelCase } from '../generators/kernelCases.ts';
import { type Dtype, MATRICES, type StepInput } from '../model/stepInput.ts';
import type { Arithmetic } from './arithmetic.ts';
import { judge, type Reference, reference } from './judge.ts';
import { type FaultKind, KernelFault, type KernelHost, STAGES, type StepOutput } from './kernel.ts';
import { atFault, type JudgedStage, type StageDefect } from './ledger.ts';

/** What is wrong with a kernel, at one call. */
export interface Fault {
  /** Which call of the case, from 0. */
  readonly call: number;
  /** A stage that left its bound, or a way to fail that needs no arithmetic. */
  readonly kind: JudgedStage | FaultKind;
  readonly message: string;
  /** The worst element of the stage; null where no number was judged. */
  readonly defect: StageDefect | null;
}

export const sameKind = (a: Fault | null, b: Fault): boolean => a?.kind === b.kind;

/**
 * The exact step to judge a dtype by: 29 digits for float64; for float32 doubles, whose own error by the very bounds
 * is 2^-29 of the kernel's.
 */
export const referenceFor = (dtype: Dtype, input: StepInput): Reference<unknown> =>
  (dtype === 'float32' ? reference(float64, input) : reference(doubleDouble, input)) as Reference<unknown>;

/** The first array or number in which two answers differ in a bit. */
function difference(one: StepOutput, other: StepOutput): string | undefined {
  if (!Object.is(one.loss, other.loss)) return `loss: ${one.loss}, then ${other.loss}`;
  const arrays = [
    ...MATRICES.map((name) => [name, one[name], other[name]] as const),
    ...STAGES.map((name) => [name, one.stages?.[name], other.stages?.[name]] as const),
  ];
  for (const [name, a, b] of arrays) {
    const k = a?.findIndex((x, i) => !Object.is(x, b?.[i])) ?? -1;
    if (k >= 0) return `${name}[${k}]: ${a![k]}, then ${b?.[k]}`;
  }
  return undefined;
}

/** Told every judged call's stages. */
export type Watch = (defects: readonly StageDefect[]) => void;

export interface AskOptions {
  /** Whether each call is made twice, to see whether it repeats. */
  readonly twice?: boolean;
  readonly watch?: Watch;
  /** References of the calls, where they are at hand already. */
  readonly references?: readonly Reference<unknown>[];
}

/** The case's first fault; null when every call is within its bounds. */
export async function ask(
  host: Pick<KernelHost, 'step' | 'dtype'>,
  calls: KernelCase,
  arithmetic: Arithmetic,
  { twice = false, watch, references }: AskOptions = {},
): Promise<Fault | null> {
  for (const [call, input] of calls.entries()) {
    try {
      const output = await host.step(input);
      const defects = judge(references?.[call] ?? referenceFor(host.dtype, input), output, arithmetic);
      watch?.(defects);
      const defect = defects.find(atFault);
      if (defect) return { call, kind: defect.stage, message: 'leaves its error bound', defect };
      const again = twice ? difference(output, await host.step(input)) : undefined;
      if (again)
        return {
          call,
          kind: 'not repeatable',
          message: `two calls with the same input gave different answers; ${again}`,
          defect: null,
        };
    } catch (error) {
      if (!(error instanceof KernelFault)) throw error;
      return { call, kind: error.kind, message: error.message, defect: null };
    }
  }
  return null;
}
