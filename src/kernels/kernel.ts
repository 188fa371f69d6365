/** The unit under test: one training step, and what can go wrong with it besides wrong numbers. */
import { cut, LIMITS } from '../io/text.ts';
import type { Dtype, Floats, StepInput } from '../model/stepInput.ts';

/** Intermediate values that a kernel may show, in the order they are computed. */
export const STAGES = ['attention', 'features', 'logits', 'probabilities', 'gradientY', 'gradientZ'] as const;
export type Stage = (typeof STAGES)[number];

/** What a kernel goes on with at each stage; row-major. */
export interface Stages {
  /** b [B, T-1] over positions. */
  readonly attention: Floats;
  /** f [B, M] over tokens. */
  readonly features: Floats;
  /** o [B, M]. */
  readonly logits: Floats;
  /** alpha [B, M]. */
  readonly probabilities: Floats;
  /** [M, M], of the mean of J over the batch, in the direction of ascent. */
  readonly gradientY: Floats;
  readonly gradientZ: Floats;
}

/** Results in new arrays of the kernel's dtype, [M, M] row-major. */
export interface StepOutput {
  readonly Y: Floats;
  readonly Z: Floats;
  readonly velocityY: Floats;
  readonly velocityZ: Floats;
  /** Mean cross-entropy of the batch before the step. */
  readonly loss: number;
  readonly stages?: Partial<Stages>;
}

export type LowPrecision = 'bfloat16' | 'float16' | 'tf32';

/** What a kernel says about its own arithmetic; the bounds follow it, and the report repeats it. */
export interface Declaration {
  /** Relative error of exp, in units of the roundoff u. 4 when left out. */
  readonly expError?: number;
  /** Stages that are computed in less than the dtype's precision, operands included. */
  readonly stagePrecision?: Partial<Record<Stage, LowPrecision>>;
}

/**
 * One training step: gradient = d(mean J)/d(parameter) = -d(loss)/d(parameter), velocity' = momentum velocity +
 * gradient, parameter' = parameter + eta velocity'. The input is not changed, nothing carries over between calls, and
 * equal inputs give equal outputs.
 */
export interface Kernel {
  readonly name: string;
  readonly dtype: Dtype;
  readonly declares?: Declaration;
  step(input: StepInput): StepOutput | Promise<StepOutput>;
}

/** Ways to fail that need no arithmetic to be judged. */
export type FaultKind =
  | 'threw' // the call threw, or an external kernel answered with an error
  | 'exited' // its process ended
  | 'hung' // no answer within the time limit
  | 'took too much memory'
  | 'garbage' // an answer that cannot be read
  | 'wrong output' // a field is missing, or has the wrong kind or length
  | 'changed its input'
  | 'not repeatable'; // equal inputs, different outputs

/** What `KernelHost.step` throws: the kernel's failure, never Snapcheck's. */
export class KernelFault extends Error {
  readonly kind: FaultKind;
  /** @param message of a kernel's own words, which may be long: the rest is left out */
  constructor(kind: FaultKind, message: string) {
    super(cut(message, 2 * LIMITS.message));
    this.name = 'KernelFault';
    this.kind = kind;
  }
}

/** No kernel can be had from what the user named: bad input. */
export class NoKernel extends Error {}

/** A kernel wherever it runs: in this thread or in a process of its own. */
export interface KernelHost {
  readonly name: string;
  readonly dtype: Dtype;
  readonly declares: Declaration;
  /**
   * One call. The answer has every field in the right kind and length (`checkOutput`), though its numbers may be
   * anything. Starts the kernel again if it ended.
   * @throws KernelFault
   */
  step(input: StepInput): Promise<StepOutput>;
  /**
   * Ends what runs, so that the next call meets a kernel just started.
   * @returns false where there is no such thing: in this thread the object is the kernel
   */
  restart(): Promise<boolean>;
  /** Ends the kernel for good; nothing of it is left running. */
  close(): Promise<void>;
}
