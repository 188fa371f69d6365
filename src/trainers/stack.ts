/** A batch of worlds as tensors with the world as first dimension, each padded with zeros to the largest. */
import type { Tensor, Tensor3D } from '#tfjs';
import type { Layout } from '../model/layout.ts';
import type { Matrix, Parameters } from '../model/transformer.ts';
import { columnsTensors, examplesTensors, sizesOf } from './examples.ts';
import { type Examples, objective } from './objective.ts';
import type { Tf } from './tensors.ts';
import type { TrainingExample, World } from './trainer.ts';

/** The training of a batch of worlds; each step takes its own examples. */
export interface Stack {
  examples(each: readonly (readonly TrainingExample[])[]): Examples;
  /** One step of every world. Returns their losses before it, [W]; the caller disposes of them. */
  step(given: Examples): Tensor;
  /** On WebGPU `read` and `readVelocity` need it after a step: the state is then in this thread's memory. */
  fetched(): Promise<void>;
  read(): Parameters<number>[];
  readVelocity(): Parameters<number>[];
  dispose(): void;
}

type State = Record<'Y' | 'Z' | 'velocityY' | 'velocityZ', Tensor3D>;

export function stackOf(tf: Tf, worlds: readonly Omit<World, 'examples'>[]): Stack {
  const layouts = worlds.map(({ layout }) => layout);
  const sizes = sizesOf(layouts);
  const { S, Q, N } = sizes;
  const W = worlds.length;

  const stacked = (matrices: readonly (Matrix<number> | undefined)[], height: number, width: number) => {
    const values = new Float32Array(W * height * width);
    matrices.forEach((matrix, w) => {
      matrix?.forEach((row, i) => {
        values.set(row, (w * height + i) * width);
      });
    });
    return tf.tensor3d(values, [W, height, width]);
  };
  const starts = worlds.map(({ start }) => start);
  let state: State = {
    Y: stacked(
      starts.map(({ Y }) => Y),
      S,
      N,
    ),
    Z: stacked(
      starts.map(({ Z }) => Z),
      Q,
      S,
    ),
    velocityY: stacked(
      starts.map(({ velocityY }) => velocityY),
      S,
      N,
    ),
    velocityZ: stacked(
      starts.map(({ velocityZ }) => velocityZ),
      Q,
      S,
    ),
  };

  const perWorld = (of: (world: (typeof worlds)[number]) => number) =>
    tf.tensor3d(Float32Array.from(worlds, of), [W, 1, 1]);
  const etaY = perWorld(({ rates }) => rates.etaY);
  const etaZ = perWorld(({ rates }) => rates.etaZ);
  const momentum = perWorld(({ rates }) => rates.momentum);
  const columns = columnsTensors(tf, layouts, sizes);
  // The gradient of a merged column is the sum over its copies; each copy moves by its share.
  const share = tf.tidy(() => tf.reciprocal(tf.maximum(columns.multiplicity, 1)));
  const one = tf.ones([W]);

  const push = (velocity: Tensor3D, slope: Tensor): Tensor3D => tf.add(tf.mul(velocity, momentum), slope);
  const move = (x: Tensor3D, eta: Tensor3D, velocity: Tensor3D): Tensor3D => tf.add(x, tf.mul(velocity, eta));

  /** The matrices of each world without their padding. */
  const read = (Y: Tensor3D, Z: Tensor3D): Parameters<number>[] => {
    const own = (all: Matrix<number>[], height: (l: Layout) => number, width: (l: Layout) => number) =>
      layouts.map((l, w) => all[w].slice(0, height(l)).map((row) => row.slice(0, width(l))));
    const ys = own(
      Y.arraySync(),
      (l) => l.tokens.length,
      (l) => l.columns.length,
    );
    const zs = own(
      Z.arraySync(),
      (l) => l.queries.length,
      (l) => l.tokens.length,
    );
    return layouts.map((_, w) => ({ Y: ys[w], Z: zs[w] }));
  };

  return {
    examples: (each) => examplesTensors(tf, layouts, each, sizes),
    step(given) {
      const { losses, ...next } = tf.tidy(() => {
        // J of one world does not depend on the parameters of another, so one pass gives all gradients.
        const { value, grads } = tf.valueAndGrads((Y, Z) =>
          objective(tf, Y as Tensor3D, Z as Tensor3D, columns, given),
        )([state.Y, state.Z], one);
        const velocityY = push(state.velocityY, tf.mul(grads[0], share));
        const velocityZ = push(state.velocityZ, grads[1]);
        return {
          losses: tf.neg(value),
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
    fetched: async () => {
      await Promise.all(Object.values(state).map((tensor) => tensor.data()));
    },
    read: () => read(state.Y, state.Z),
    readVelocity: () => read(state.velocityY, state.velocityZ),
    dispose: () =>
      tf.dispose([...Object.values(state), ...Object.values(columns), etaY, etaZ, momentum, share, one]),
  };
}
