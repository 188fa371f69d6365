/** Correct kernels whose answers differ between calls, as those of fast devices do: patches of the example kernel. */
import { seeded } from '../../fixtures/kernels/seeded.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import type { Patch } from '../../src/kernels/zoo/bug.ts';

const SUM = 'for (let i = from; i < to; i++) partial = round(partial + terms[i]);';
const CALL = 'this.reserve(M, length);';

/** Atomic additions: each sum starts at a random term. The random numbers follow from the number of the sum. */
export const ATOMIC: readonly Patch[] = [
  [
    SUM,
    `this.state = (Math.imul(this.state ?? 1, 1664525) + 1013904223) >>> 0;
      const start = Math.floor((this.state / 2 ** 32) * (to - from));
      for (let i = 0; i < to - from; i++) partial = round(partial + terms[from + ((i + start) % (to - from))]);`,
  ],
];

/** A split of the reduction that is chosen by the size of the batch, as of matrix products: three terms from two sequences on. */
export const SPLIT: readonly Patch[] = [
  [CALL, `${CALL} this.batch = B;`],
  ["const width = this.order === 'blocked' ? PARTIAL : n;", 'const width = this.batch > 1 ? 3 : n;'],
];

/** A bug: every second call that is the first of its kind is right, the next has features that are too long. */
export const SECOND_CALL: readonly Patch[] = [
  [CALL, `${CALL} this.calls = (this.calls ?? 0) + 1;`],
  [
    'f[s * M + tokens[i]] = v[tokens[i]] / norm;',
    'f[s * M + tokens[i]] = (v[tokens[i]] / norm) * (this.calls % 2 === 0 ? 1.001 : 1);',
  ],
];

/** A bug: in one of eight calls, by chance, the features are too long. The random numbers follow from the number of the call. */
export const BY_CHANCE: readonly Patch[] = [
  [CALL, `${CALL} this.state = (Math.imul(this.state ?? 1, 1664525) + 1013904223) >>> 0;`],
  [
    'f[s * M + tokens[i]] = v[tokens[i]] / norm;',
    'f[s * M + tokens[i]] = (v[tokens[i]] / norm) * (this.state / 2 ** 32 < 1 / 8 ? 1.001 : 1);',
  ],
];

export const patchedPlain = (patches: readonly Patch[]): Promise<Kernel> =>
  seeded({ id: 'patched', class: '', what: '', patches });

/** The kernel without its stages. */
export const withoutStages = (kernel: Kernel): Kernel => ({
  name: kernel.name,
  dtype: kernel.dtype,
  step: async (input) => ({ ...(await kernel.step(input)), stages: undefined }),
});
