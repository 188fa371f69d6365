/** Many worlds on float32 tensors: worlds of similar size are computed as one batch. */
import type { Examples } from './objective.ts';
import { type Stack, stackOf } from './stack.ts';
import { checkWorlds } from './startChecks.ts';
import type { TensorBackend } from './tensorBackend.ts';
import { withTensors } from './tensors.ts';
import type { World, WorldsTrainer } from './trainer.ts';

/**
 * Entries of a batch, padding included. Empirical (`bench/worlds.mjs` with this limit lifted, M = 34): the fixed cost of
 * an operation halves the speed at 2^14; from 2^18 to 2^21 the speed rises by a tenth, and the memory eightfold.
 */
const MOST = 2 ** 19;

/** Approximate number of entries of a world's examples and parameters. */
const sizeOf = ({ layout, examples }: World): number =>
  layout.tokens.length * (examples.length + layout.columns.length + layout.queries.length);

/** Indices of worlds by batch, smallest worlds first: a batch is padded to its last and largest world. */
export function batchesBySize(worlds: readonly World[], most = MOST): number[][] {
  const order = worlds.map((_, w) => w).sort((a, b) => sizeOf(worlds[a]) - sizeOf(worlds[b]));
  const batches: number[][] = [];
  for (const w of order) {
    const batch = batches.at(-1);
    if (batch && (batch.length + 1) * sizeOf(worlds[w]) <= most) batch.push(w);
    else batches.push([w]);
  }
  return batches;
}

interface Batch {
  readonly members: readonly number[];
  readonly stack: Stack;
  readonly given: Examples;
}

/**
 * Many worlds on float32 tensors. It loads tfjs on first use.
 * @param backend of tfjs: plain JavaScript, WebAssembly with SIMD, or (in a page) WebGL
 */
export const fastWorlds = (backend: Exclude<TensorBackend, 'webgpu'>): WorldsTrainer => ({
  name: `fast-${backend}`,
  unit: 2 ** -24,
  start: async (worlds) => {
    checkWorlds(worlds);
    return withTensors(backend, (tf) => {
      const batches = batchesBySize(worlds).map((members): Batch => {
        const own = members.map((w) => worlds[w]);
        const stack = stackOf(tf, own);
        return { members, stack, given: stack.examples(own.map(({ examples }) => examples)) };
      });
      /** The results of all batches, in the order of the worlds. */
      const inOrder = <T>(of: (batch: Batch) => ArrayLike<T>): T[] => {
        const all = new Array<T>(worlds.length);
        for (const batch of batches) {
          const each = of(batch);
          batch.members.forEach((w, i) => {
            all[w] = each[i];
          });
        }
        return all;
      };
      return {
        advance: (steps) =>
          withTensors(backend, () =>
            inOrder(({ members, stack, given }) => {
              let losses = tf.fill([members.length], Number.NaN);
              for (let i = 0; i < steps; i++) {
                losses.dispose();
                losses = stack.step(given);
              }
              const last = losses.dataSync();
              losses.dispose();
              return last;
            }),
          ),
        read: () => inOrder(({ stack }) => stack.read()),
        readVelocity: () => inOrder(({ stack }) => stack.readVelocity()),
        dispose() {
          for (const { stack, given } of batches) {
            tf.dispose(Object.values(given));
            stack.dispose();
          }
        },
      };
    });
  },
});
