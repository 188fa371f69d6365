/**
 * Training on float32 tensors, with the gradient by automatic differentiation of the objective: its agreement with the
 * closed form of the other trainers confirms Lemma 1.
 */

import { stackOf } from './stack.ts';
import { checkStart } from './startChecks.ts';
import type { TensorBackend } from './tensorBackend.ts';
import { tensors } from './tensors.ts';
import type { Trainer, TrainingExample } from './trainer.ts';

/**
 * The trainer on float32 tensors. It loads tfjs on first use.
 * @param backend of tfjs: plain JavaScript, WebAssembly with SIMD, or (in a page) WebGL
 */
export const fastTrainer = (backend: TensorBackend): Trainer => ({
  name: `fast-${backend}`,
  unit: 2 ** -24,
  start: async (layout, start, rates) => {
    checkStart(layout, start, rates);
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
      // Another session may have selected another backend; nothing is awaited between this call and the step.
      step: (examples) =>
        tf.getBackend() === backend ? step(examples) : tensors(backend).then(() => step(examples)),
      read: () => stack.read()[0],
      readVelocity: () => stack.readVelocity()[0],
      dispose: stack.dispose,
    };
  },
});
