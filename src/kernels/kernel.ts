/** The unit under test: one training step, and its failures that are not numerical. */
import { cut, LIMITS } from '../io/text.ts';
import type { Dtype, Floats, StepInput } from '../model/stepInput.ts';

/** Intermediate results that a kernel may return, in the order of computation. */
export const STAGES = [
  'attention',
  'features',
  'logits',
  'probabilities',
  'residual',
  'backpropagated',
  'gradientY',
  'gradientZ',
] as const;
/** The name of an intermediate result. */
export type Stage = (typeof STAGES)[number];

/** The kernel's result of each stage, from which its next stage starts; row-major. */
export interface Stages {
  /** b [B, T-1] over positions. */
  readonly attention: Floats;
  /** f [B, M] over tokens. */
  readonly features: Floats;
  /** o [B, M]. */
  readonly logits: Floats;
  /** alpha [B, M]. */
  readonly probabilities: Floats;
  /** e_n - alpha [B, M], without the weight 1/B of the mean. */
  readonly residual: Floats;
  /** g = Y (e_n - alpha) [B, M] over tokens; entries of tokens that are not in the context are not compared. */
  readonly backpropagated: Floats;
  /** d(mean J over the batch)/dY and /dZ, [M, M]: the direction of ascent. */
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

/** Formats of fewer bits than float32: 8, 11 and 11 significant bits. */
export const LOW_PRECISIONS = ['bfloat16', 'float16', 'tf32'] as const;
/** A format of fewer bits than float32. */
export type LowPrecision = (typeof LOW_PRECISIONS)[number];
/** Formats in which sums may be taken. */
export const ACCUMULATORS = [...LOW_PRECISIONS, 'float32', 'float64'] as const;
/** The format of an accumulator. */
export type Accumulator = (typeof ACCUMULATORS)[number];

/** An error of exp(x) of at most `ulps + perUnit |x|` units in the last place, as WGSL permits 3 + 2 |x|. */
export interface ExpUlps {
  readonly ulps: number;
  readonly perUnit: number;
}

/** The arithmetic that a kernel declares. The error bounds are computed for it, and the report shows it. */
export interface Declaration {
  /** Relative error of exp in units of the roundoff u, or an error that grows with its argument. 4 when left out. */
  readonly expError?: number | ExpUlps;
  /** Stages whose operands and results have lower precision than the dtype. */
  readonly stagePrecision?: Partial<Record<Stage, LowPrecision>>;
  /** The format in which a stage adds up. Left out: float32 for a stage of lower precision, the dtype for others. */
  readonly accumulate?: Partial<Record<Stage, Accumulator>>;
}

/**
 * One training step: gradient = d(mean J)/d(parameter) = -d(loss)/d(parameter), velocity' = momentum velocity +
 * gradient, parameter' = parameter + eta velocity'. The step must not change its input or keep state between calls,
 * and equal inputs must give equal outputs (unless a run allows others: `nondeterministic`).
 */
export interface Kernel {
  readonly name: string;
  readonly dtype: Dtype;
  readonly declares?: Declaration;
  /** One step. An error that it throws is a failure of the kernel. */
  step(input: StepInput): StepOutput | Promise<StepOutput>;
}

/** Failures that are detected without comparing numbers. */
export type FaultKind =
  | 'threw' // the call threw, or an external kernel returned an error
  | 'exited' // its process ended
  | 'hung' // no answer within the time limit
  | 'took too much memory'
  | 'garbage' // an answer that cannot be parsed
  | 'wrong output' // a field is missing, or has the wrong kind or length
  | 'changed its input'
  | 'not repeatable' // equal inputs, different outputs
  | 'depends on its batch'; // the stages of a sequence change with what else is in its batch

/** Thrown by `KernelHost.step` when the kernel fails; never for an error of Snapcheck. */
export class KernelFault extends Error {
  readonly kind: FaultKind;
  /** @param message may contain text from the kernel; it is cut to 2 * LIMITS.message characters */
  constructor(kind: FaultKind, message: string) {
    super(cut(message, 2 * LIMITS.message));
    this.name = 'KernelFault';
    this.kind = kind;
  }
}

/** The user's module or command does not provide a kernel: bad input. */
export class NoKernel extends Error {}

/** Runs a kernel, in this thread or in a separate process. */
export interface KernelHost {
  readonly name: string;
  readonly dtype: Dtype;
  /** Final once `ready` has resolved, if there is such a function. */
  readonly declares: Declaration;
  /**
   * Of a host that learns from its kernel what that declares: starts it and waits for its first answer.
   * @throws NoKernel if there is no such kernel, or its declaration has faults
   */
  ready?(): Promise<void>;
  /**
   * One call. Every field of the output has the right type and length (`checkOutput`); its numbers are not checked.
   * Restarts the kernel if it has ended.
   * @throws KernelFault
   */
  step(input: StepInput): Promise<StepOutput>;
  /**
   * Ends the running kernel, so that the next call starts a new one.
   * @returns false if the kernel runs in this thread and cannot be restarted
   */
  restart(): Promise<boolean>;
  /** Ends the kernel and all its processes; the host cannot be used again. */
  close(): Promise<void>;
}
