/**
 * Training on float32 tensors, the gradient by automatic differentiation of the objective: where it agrees with the
 * closed form of the other trainers, it proves Lemma 1. Many worlds go through each operation as one batch.
 */
import { stackOf } from './stack.ts';
import { type Backend, tensors } from './tensors.ts';
import type { Trainer, TrainingExample, WorldsTrainer } from './trainer.ts';

const UNIT = 2 ** -24;

/** @param backend of tfjs: plain JavaScript, WebAssembly with SIMD, or (in a page) WebGL */
export const fastTrainer = (backend: Backend): Trainer => ({
  name: `fast-${backend}`,
  unit: UNIT,
  start: async (layout, start, rates) => {
    const tf = await tensors(backend);
    const stack = stackOf(tf, [{ layout, start, rates }]);
    const step = (examples: readonly TrainingExample[]): number => {
      const given = stack.examples([examples]);
      const losses = stack.step(given);
      const [loss] = losses.dataSync();
      tf.dispose([losses, ...Object.values(given)]);
      return loss;
    };
    return {
      // Another session may have made another backend current; nothing here waits between that and the step.
      step: (examples) =>
        tf.getBackend() === backend ? step(examples) : tensors(backend).then(() => step(examples)),
      read: () => stack.read()[0],
      readVelocity: () => stack.readVelocity()[0],
      dispose: stack.dispose,
    };
  },
});

/** Worlds of different sizes are padded to the largest: batches of similar ones waste least. */
export const fastWorlds = (backend: Backend): WorldsTrainer => ({
  name: `fast-${backend}`,
  unit: UNIT,
  start: async (worlds) => {
    const tf = await tensors(backend);
    const stack = stackOf(tf, worlds);
    const given = stack.examples(worlds.map(({ examples }) => examples));
    return {
      advance: async (steps) => {
        await tensors(backend);
        let losses = tf.fill([worlds.length], Number.NaN);
        for (let i = 0; i < steps; i++) {
          losses.dispose();
          losses = stack.step(given);
        }
        const last = Array.from(losses.dataSync());
        losses.dispose();
        return last;
      },
      read: stack.read,
      readVelocity: stack.readVelocity,
      dispose() {
        tf.dispose(Object.values(given));
        stack.dispose();
      },
    };
  },
});
