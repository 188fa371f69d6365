/** An input small enough to compute by hand: two sequences of four tokens, M = 4, float32; matrices are 0 where not given. */
import type { StepInput } from '../../src/model/stepInput.ts';

export const input = (change: Partial<StepInput> = {}): StepInput =>
  ({
    vocabulary: 4,
    contextLength: 4,
    contexts: Int32Array.from([3, 1, 3, 0, 2, 2, 2, 2]),
    queries: Int32Array.from([1, 2]),
    targets: Int32Array.from([0, 3]),
    ...Object.fromEntries(['Y', 'Z', 'velocityY', 'velocityZ'].map((name) => [name, new Float32Array(16)])),
    ...{ etaY: 0.5, etaZ: 0.25, momentum: 0.5 },
    ...change,
  }) as StepInput;
