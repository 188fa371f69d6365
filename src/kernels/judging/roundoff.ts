/** The arithmetic that a kernel or trainer guarantees: the constants of its error bounds. */
import type { Dtype } from '../../model/stepInput.ts';
import {
  type Accumulator,
  type Declaration,
  type ExpUlps,
  type LowPrecision,
  STAGES,
  type Stage,
} from '../kernel.ts';

/** Floating point as one stage uses it. */
export interface StageArithmetic {
  /** Unit roundoff of each operation but the additions of a sum. */
  readonly u: number;
  /** Unit roundoff of the additions of a sum. */
  readonly sums: number;
  /** Smallest normal number; smaller results may be flushed to 0. */
  readonly tiny: number;
  /** Relative error of exp(0) and of log. */
  readonly exp: number;
  /** The relative error of exp(x) is at most exp + expPerUnit |x|. */
  readonly expPerUnit: number;
  /** Relative error of the stage's operands, if they are first rounded to a lower precision. */
  readonly operands: number;
  /** What an operand may lose because it is below the smallest normal number of that precision. */
  readonly lost: number;
}

/** Where they are left out, `sums` is u and `expPerUnit` is 0. */
type Given = Omit<StageArithmetic, 'sums' | 'expPerUnit' | 'lost'> &
  Partial<Pick<StageArithmetic, 'sums' | 'expPerUnit'>>;

export interface Roundoff extends Omit<Given, 'operands'> {
  /** Relative error of the stored masses, weights and rates: u if they are rounded, 0 if not. */
  readonly input: number;
  /**
   * Standard level: e_n - alpha may be computed by subtraction, and softmax's backward pass may subtract its mean.
   * Not at the strict level.
   */
  readonly subtracts: boolean;
  /** Stages with a precision of their own. */
  readonly stages?: Partial<Record<Stage, Given>>;
}

/** Of every roundoff so far: it is asked several times for each sequence. */
const known = new WeakMap<Roundoff, Partial<Record<Stage, StageArithmetic>>>();

export function stageArithmetic(a: Roundoff, stage: Stage): StageArithmetic {
  const stages = known.get(a) ?? {};
  known.set(a, stages);
  stages[stage] ??= arithmeticOf(a, stage);
  return stages[stage];
}

function arithmeticOf(a: Roundoff, stage: Stage): StageArithmetic {
  const { u, sums = u, tiny, exp, expPerUnit = 0, operands } = a.stages?.[stage] ?? { ...a, operands: 0 };
  return { u, sums, tiny, exp, expPerUnit, operands, lost: operands > 0 ? tiny : 0 };
}

/**
 * Error of a stored sum of n terms, relative to sum |terms|: n - 1 additions in any order (without restriction on n u:
 * Jeannerod and Rump, "Improved error bounds for inner products in floating-point arithmetic", 2013), and the rounding to
 * the stage's format where the accumulator is finer.
 */
export const summing = ({ u, sums }: Pick<StageArithmetic, 'u' | 'sums'>, n: number): number =>
  (n - 1) * sums + (sums < u ? u : 0);

const ROUNDOFF: Record<Dtype | LowPrecision, { u: number; tiny: number }> = {
  float32: { u: 2 ** -24, tiny: 2 ** -126 },
  float64: { u: 2 ** -53, tiny: 2 ** -1022 },
  bfloat16: { u: 2 ** -8, tiny: 2 ** -126 },
  float16: { u: 2 ** -11, tiny: 2 ** -14 },
  tf32: { u: 2 ** -11, tiny: 2 ** -126 },
};

/** exp has relative error at most 4 u: two units in the last place, which common libraries satisfy. */
const EXP_ERROR = 4;

/** exp(0) and growth per |x|, in u. A unit in the last place of y is at most 2 u |y|. */
const expUnits = (error: number | ExpUlps): readonly [number, number] =>
  typeof error === 'number' ? [error, 0] : [2 * error.ulps, 2 * error.perUnit];

/** A stage that most kernels do not name is computed as a part of another one, unless it is declared itself. */
const PART_OF: Partial<Record<Stage, Stage>> = { residual: 'probabilities', backpropagated: 'gradientZ' };

/** The arithmetic that a kernel declares. Its inputs are exact in its dtype; 1/B is not. */
export function kernelRoundoff(dtype: Dtype, declares: Declaration, strict: boolean): Roundoff {
  const [exp, perUnit] = expUnits(declares.expError ?? EXP_ERROR);
  const { stagePrecision = {}, accumulate = {} } = declares;
  const inFormat = ({ u, tiny }: { u: number; tiny: number }) => ({
    ...{ u, tiny, exp: exp * u },
    ...(perUnit > 0 && { expPerUnit: perUnit * u }),
  });
  const declared = (stage: Stage) => stage in stagePrecision || stage in accumulate;
  const own = STAGES.flatMap((stage) => {
    const said = declared(stage) ? stage : PART_OF[stage];
    if (!said || !declared(said)) return [];
    const low = stagePrecision[said];
    const at = ROUNDOFF[low ?? dtype];
    const adds: Accumulator = accumulate[said] ?? (low ? 'float32' : dtype);
    const sum = ROUNDOFF[adds];
    const tiny = Math.max(at.tiny, sum.tiny);
    // As a part of `probabilities`, e_n - alpha reads alphas that have the format already.
    const rounds = low && (stage !== 'residual' || said === stage);
    return [[stage, { ...inFormat({ ...at, tiny }), sums: sum.u, operands: rounds ? at.u : 0 }]];
  });
  return {
    ...inFormat(ROUNDOFF[dtype]),
    input: ROUNDOFF[dtype].u,
    subtracts: !strict,
    stages: Object.fromEntries(own),
  };
}

/** The largest power of 2 in a format: half of its largest number. */
const LARGEST_POWER = {
  ...{ float16: 2 ** 15, bfloat16: 2 ** 127, tf32: 2 ** 127, float32: 2 ** 127 },
  float64: Number.POSITIVE_INFINITY,
};

/** The largest scores and logits that are sent: every declared format holds almost twice as much. */
export const largestDeclared = ({ stagePrecision = {}, accumulate = {} }: Declaration): number =>
  Math.min(
    ...[...Object.values(stagePrecision), ...Object.values(accumulate)].map(
      (format) => LARGEST_POWER[format],
    ),
    Number.POSITIVE_INFINITY,
  );
