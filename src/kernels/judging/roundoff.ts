/** The arithmetic that a kernel or trainer guarantees: the constants of its error bounds. */
import type { Dtype } from '../../model/stepInput.ts';
import type { Declaration, LowPrecision, Stage } from '../kernel.ts';

/** Floating point as one stage uses it. */
export interface StageArithmetic {
  /** Unit roundoff. */
  readonly u: number;
  /** Smallest normal number; smaller results may be flushed to 0. */
  readonly tiny: number;
  /** Relative error of exp and of log. */
  readonly exp: number;
  /** Relative error of the stage's operands, if they are first rounded to a lower precision. */
  readonly operands: number;
}

export interface Roundoff extends Omit<StageArithmetic, 'operands'> {
  /** Relative error of the stored masses, weights and rates: u if they are rounded, 0 if not. */
  readonly input: number;
  /**
   * Standard level: e_n - alpha may be computed by subtraction, and softmax's backward pass may subtract its mean.
   * Not at the strict level.
   */
  readonly subtracts: boolean;
  /** Stages with a precision of their own. */
  readonly stages?: Partial<Record<Stage, StageArithmetic>>;
}

export const stageArithmetic = (a: Roundoff, stage: Stage): StageArithmetic =>
  a.stages?.[stage] ?? { u: a.u, tiny: a.tiny, exp: a.exp, operands: 0 };

const ROUNDOFF: Record<Dtype | LowPrecision, { u: number; tiny: number }> = {
  float32: { u: 2 ** -24, tiny: 2 ** -126 },
  float64: { u: 2 ** -53, tiny: 2 ** -1022 },
  bfloat16: { u: 2 ** -8, tiny: 2 ** -126 },
  float16: { u: 2 ** -11, tiny: 2 ** -14 },
  tf32: { u: 2 ** -11, tiny: 2 ** -126 },
};

/** exp has relative error at most 4 u: two units in the last place, which common libraries satisfy. */
const EXP_ERROR = 4;

/** The arithmetic that a kernel declares. Its inputs are exact in its dtype; 1/B is not. */
export function kernelRoundoff(dtype: Dtype, declares: Declaration, strict: boolean): Roundoff {
  const expError = declares.expError ?? EXP_ERROR;
  const { u, tiny } = ROUNDOFF[dtype];
  const low = Object.entries(declares.stagePrecision ?? {}).map(([stage, name]) => {
    const at = ROUNDOFF[name];
    return [stage, { ...at, exp: expError * at.u, operands: at.u }];
  });
  return {
    u,
    tiny,
    exp: expError * u,
    input: u,
    subtracts: !strict,
    stages: Object.fromEntries(low),
  };
}

/** Half of float16's largest number: an input that its kernel cannot hold is not sent. */
const FLOAT16_ROOM = 2 ** 15;

/** The largest scores and logits that every declared format can hold. */
export const largestDeclared = ({ stagePrecision = {} }: Declaration): number =>
  Object.values(stagePrecision).includes('float16') ? FLOAT16_ROOM : Number.POSITIVE_INFINITY;
