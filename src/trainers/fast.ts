/**
 * Training on float32 tensors, the gradient by automatic differentiation of the objective: where it agrees with the
 * closed form of the other trainers, it proves Lemma 1. Many worlds go through each operation as one batch.
 */
import type { Tensor, Tensor3D } from '@tensorflow/tfjs';
import type { Matrix } from '../model/transformer.ts';
import { columnsOf, type Inputs, inputsOf, objective, type Sizes } from './objective.ts';
import { type Backend, type Tf, tensors } from './tensors.ts';
import type { Trainer, TrainingExample, World, WorldsTrainer } from './trainer.ts';

const UNIT = 2 ** -24;

/** @param backend of tfjs: plain JavaScript, WebAssembly with SIMD, or (in a page) WebGL */
export const fastTrainer = (backend: Backend): Trainer => ({
  name: `fast-${backend}`,
  unit: UNIT,
  start: async (layout, start, rates) => {
    const tf = await tensors(backend);
    const batch = together(tf, [{ layout, start, rates }]);
    const step = (examples: readonly TrainingExample[]): number => {
      const given = batch.inputs([examples]);
      const losses = batch.step(given);
      const [loss] = losses.dataSync();
      tf.dispose([losses, ...Object.values(given)]);
      return loss;
    };
    return {
      // Another session may have made another backend current; nothing here waits between that and the step.
      step: (examples) =>
        tf.getBackend() === backend ? step(examples) : tensors(backend).then(() => step(examples)),
      read: () => batch.read()[0],
      readVelocity: () => batch.readVelocity()[0],
      dispose: batch.dispose,
    };
  },
});

/** Worlds of different sizes are padded to the largest: batches of similar ones waste least. */
export const fastWorlds = (backend: Backend): WorldsTrainer => ({
  name: `fast-${backend}`,
  unit: UNIT,
  start: async (worlds) => {
    const tf = await tensors(backend);
    const batch = together(tf, worlds);
    const given = batch.inputs(worlds.map(({ examples }) => examples));
    return {
      advance: async (steps) => {
        await tensors(backend);
        let losses: Tensor | undefined;
        for (let step = 0; step < steps; step++) {
          losses?.dispose();
          losses = batch.step(given);
        }
        const last = Array.from(losses?.dataSync() ?? []);
        losses?.dispose();
        return last;
      },
      read: batch.read,
      readVelocity: batch.readVelocity,
      dispose() {
        tf.dispose(Object.values(given));
        batch.dispose();
      },
    };
  },
});

/** What the worlds of a batch carry from step to step. */
const STATE = ['Y', 'Z', 'velocityY', 'velocityZ'] as const;
type State = Record<(typeof STATE)[number], Tensor3D>;

function together(tf: Tf, worlds: readonly Omit<World, 'examples'>[]) {
  const layouts = worlds.map(({ layout }) => layout);
  const most = (size: (layout: World['layout']) => number) => Math.max(...layouts.map(size));
  const [S, Q, N] = [
    most((l) => l.tokens.length),
    most((l) => l.queries.length),
    most((l) => l.columns.length),
  ];
  const W = worlds.length;
  const shapes = { Y: [S, N], Z: [Q, S], velocityY: [S, N], velocityZ: [Q, S] } as const;

  /** One matrix a world, padded with zeros; absent ones are zero. */
  const stack = (of: (world: (typeof worlds)[number]) => Matrix<number> | undefined, name: keyof State) => {
    const [height, width] = shapes[name];
    const values = new Float32Array(W * height * width);
    worlds.forEach((world, w) => {
      of(world)?.forEach((row, i) => {
        values.set(row, (w * height + i) * width);
      });
    });
    return tf.tensor3d(values, [W, height, width]);
  };
  const perWorld = (of: (world: (typeof worlds)[number]) => number) => tf.tensor3d(worlds.map(of), [W, 1, 1]);

  let state = Object.fromEntries(
    STATE.map((name) => [name, stack(({ start }) => start[name], name)]),
  ) as State;
  const [etaY, etaZ, momentum] = [
    perWorld(({ rates }) => rates.etaY),
    perWorld(({ rates }) => rates.etaZ),
    perWorld(({ rates }) => rates.momentum),
  ];
  const columns = columnsOf(tf, layouts, { B: 0, S, Q, N });
  // A merged column collects the gradients of all its copies; each copy moves by its own share.
  const share = tf.tidy(() => tf.div(columns.present, tf.maximum(columns.multiplicity, 1)) as Tensor3D);

  const push = (velocity: Tensor3D, slope: Tensor) => tf.add(tf.mul(velocity, momentum), slope) as Tensor3D;
  const move = (x: Tensor3D, eta: Tensor3D, velocity: Tensor3D) =>
    tf.add(x, tf.mul(velocity, eta)) as Tensor3D;

  const unstack = (
    name: keyof State,
    height: (l: World['layout']) => number,
    width: (l: World['layout']) => number,
  ) => {
    const all = state[name].arraySync();
    return layouts.map((layout, w) =>
      all[w].slice(0, height(layout)).map((row) => row.slice(0, width(layout))),
    );
  };
  const read = (Y: keyof State, Z: keyof State) => {
    const [ys, zs] = [
      unstack(
        Y,
        (l) => l.tokens.length,
        (l) => l.columns.length,
      ),
      unstack(
        Z,
        (l) => l.queries.length,
        (l) => l.tokens.length,
      ),
    ];
    return worlds.map((_, w) => ({ Y: ys[w], Z: zs[w] }));
  };

  return {
    inputs(examples: readonly (readonly TrainingExample[])[]): Inputs {
      const sizes: Sizes = { B: Math.max(...examples.map((e) => e.length)), S, Q, N };
      return inputsOf(tf, layouts, examples, sizes);
    },
    /** One step of every world; returns their losses before it, [W]. */
    step(given: Inputs): Tensor {
      const { losses, ...next } = tf.tidy(() => {
        let J: Tensor | undefined;
        const { grads } = tf.valueAndGrads((y, z) => {
          const each = objective(tf, y as Tensor3D, z as Tensor3D, columns, given);
          J = tf.keep(tf.neg(each));
          return tf.sum(each);
        })([state.Y, state.Z]);
        const [dY, dZ] = grads;
        const velocityY = push(state.velocityY, tf.mul(dY, share));
        const velocityZ = push(state.velocityZ, dZ);
        return {
          losses: J!,
          Y: move(state.Y, etaY, velocityY),
          Z: move(state.Z, etaZ, velocityZ),
          velocityY,
          velocityZ,
        };
      });
      tf.dispose(Object.values(state));
      state = next;
      return losses;
    },
    read: () => read('Y', 'Z'),
    readVelocity: () => read('velocityY', 'velocityZ'),
    dispose: () =>
      tf.dispose([...Object.values(state), ...Object.values(columns), etaY, etaZ, momentum, share]),
  };
}
