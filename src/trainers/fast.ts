/**
 * Training on float32 tensors, with the gradient by automatic differentiation of the objective: its agreement with the
 * closed form of the other trainers confirms Lemma 1.
 */
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import { modelSession } from './modelSession.ts';
import { stackOf } from './stack.ts';
import { checkStart } from './startChecks.ts';
import type { TensorBackend } from './tensorBackend.ts';
import { type Tf, withTensors } from './tensors.ts';
import type { Start, Trainer, TrainingExample } from './trainer.ts';

/**
 * The trainer on float32 tensors. It loads tfjs on first use.
 * @param backend of tfjs: plain JavaScript, WebAssembly with SIMD, or (in a page) WebGL or WebGPU
 */
export const fastTrainer = (backend: TensorBackend): Trainer => ({
  name: `fast-${backend}`,
  unit: 2 ** -24,
  start: async (layout, start, rates) => {
    checkStart(layout, start, rates);
    const others = layout.model || (rates.optimiser ?? 'sgd') !== 'sgd';
    if (others && backend === 'webgpu')
      throw new Error("on WebGPU the fast trainer has the paper's model and optimiser alone");
    return withTensors(backend, (tf) => {
      const own = others ? modelSession(tf, layout, start, rates) : paperSession(tf, layout, start, rates);
      return {
        ...own,
        // Another session may have selected another backend, or start one.
        step: (examples) =>
          tf.getBackend() === backend ? own.step(examples) : withTensors(backend, () => own.step(examples)),
      };
    });
  },
});

function paperSession(tf: Tf, layout: Layout, start: Start, rates: Rates) {
  const stack = stackOf(tf, [{ layout, start, rates }]);
  return {
    step(examples: readonly TrainingExample[]): number | Promise<number> {
      const given = stack.examples([examples]);
      const losses = stack.step(given);
      const end = ([loss]: Float32Array | Int32Array | Uint8Array): number => {
        tf.dispose([losses, ...Object.values(given)]);
        return loss;
      };
      if (tf.getBackend() !== 'webgpu') return end(losses.dataSync());
      // Read at once, numbers on WebGPU are 0.
      return stack
        .fetched()
        .then(() => losses.data())
        .then(end);
    },
    read: () => stack.read()[0],
    readVelocity: () => stack.readVelocity()[0],
    dispose: stack.dispose,
  };
}
