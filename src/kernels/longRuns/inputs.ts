/** Inputs of the long runs. */
import { type Dtype, floats, type StepInput } from '../../model/stepInput.ts';
import { uniformStream } from '../../model/uniform.ts';

type BatchInput = Pick<StepInput, 'contexts' | 'queries' | 'targets'>;

export interface LongRun {
  readonly id: string;
  readonly steps: number;
  readonly start: StepInput;
  /** The next batch. */
  batch(): BatchInput;
}

const START = (dtype: Dtype, M: number) => ({
  vocabulary: M,
  Y: floats(dtype, M * M),
  Z: floats(dtype, M * M),
  velocityY: floats(dtype, M * M),
  velocityZ: floats(dtype, M * M),
});

/**
 * A small version of the paper's setting: two classes with one query token, two common tokens, and four distinct
 * tokens each; batches of four sequences of 24 contextual tokens, momentum 0.9, zero initialisation.
 */
export function training(dtype: Dtype, seed: number): LongRun {
  const uniform = uniformStream(seed);
  const [length, B] = [24, 4];
  const [query, targets] = [10, [11, 12]];
  const batch = (): BatchInput => {
    const classes = Array.from({ length: B }, () => (uniform() < 0.5 ? 0 : 1));
    // Common tokens 0 and 1 with probability 1/2; distinct tokens 2 + 4 n .., with decreasing probability.
    const token = (n: number) =>
      uniform() < 0.5 ? Math.floor(2 * uniform()) : 2 + 4 * n + Math.floor(4 * uniform() ** 2);
    return {
      contexts: Int32Array.from({ length: B * length }, (_, i) => token(classes[Math.floor(i / length)])),
      queries: Int32Array.from(classes, () => query),
      targets: Int32Array.from(classes, (n) => targets[n]),
    };
  };
  const [etaY, etaZ, momentum] = floats(dtype, [1, 1, 0.9]);
  return {
    id: 'training',
    steps: 150,
    start: { ...START(dtype, 13), contextLength: length, etaY, etaZ, momentum, ...batch() },
    batch,
  };
}

/**
 * Two classes of one token each, so that the gap of logits is a difference of entries of Y. It starts 2 below
 * ln(1/u), the gap at which 1 - alpha_n rounds to 0, and etaY ~ 1/u makes it grow far beyond.
 */
export function saturation(dtype: Dtype): LongRun {
  const M = 6;
  const digits = dtype === 'float32' ? 24 : 53;
  const gap = digits * Math.LN2 - 2;
  const batch: BatchInput = {
    contexts: Int32Array.from([0, 0, 0, 1, 1, 1]),
    queries: Int32Array.from([2, 2]),
    targets: Int32Array.from([3, 4]),
  };
  const start = START(dtype, M);
  start.Y[0 * M + 3] = gap;
  start.Y[1 * M + 4] = gap;
  return {
    id: 'saturation',
    steps: 150,
    start: { ...start, contextLength: 3, etaY: 2 ** (digits - 4), etaZ: 1, momentum: 0, ...batch },
    batch: () => batch,
  };
}
