/** The input of one training step of a kernel: token ids and flat arrays of the kernel's number type. */

export type Dtype = 'float32' | 'float64';
/** Numbers in a dtype. */
export type Floats = Float32Array | Float64Array;

/** Input of one step on a batch of B sequences. All numbers are finite, and representable in the kernel's dtype. */
export interface StepInput {
  /** M, the number of token ids. */
  readonly vocabulary: number;
  /** T - 1 >= 1, contextual tokens in a sequence. */
  readonly contextLength: number;
  /** [B, T-1] contextual token ids, row-major. */
  readonly contexts: Int32Array;
  /** [B] query token of each sequence: its row of Z. */
  readonly queries: Int32Array;
  /** [B] next token of each sequence. */
  readonly targets: Int32Array;
  /** [M, M] row-major. */
  readonly Y: Floats;
  readonly Z: Floats;
  readonly velocityY: Floats;
  readonly velocityZ: Floats;
  readonly etaY: number;
  readonly etaZ: number;
  readonly momentum: number;
}

/** The matrices of a step's input and output, all [M, M]. */
export const MATRICES = ['Y', 'Z', 'velocityY', 'velocityZ'] as const;

/** The rates of a step. */
export const RATES = ['etaY', 'etaZ', 'momentum'] as const;

export const dtypeOf = (input: StepInput): Dtype => (input.Y instanceof Float32Array ? 'float32' : 'float64');

export const floats = (dtype: Dtype, of: number | ArrayLike<number>): Floats => {
  const Kind = dtype === 'float32' ? Float32Array : Float64Array;
  return typeof of === 'number' ? new Kind(of) : new Kind(of);
};

/** The largest finite number of a dtype. */
export const LARGEST: Readonly<Record<Dtype, number>> = {
  float32: (2 - 2 ** -23) * 2 ** 127,
  float64: Number.MAX_VALUE,
};
/** The smallest normal number of a dtype. */
export const SMALLEST_NORMAL: Readonly<Record<Dtype, number>> = { float32: 2 ** -126, float64: 2 ** -1022 };
