/** Training on float32 tensors of one world with any model and any optimiser. */
import type { Rank, Tensor3D } from '#tfjs';
import type { Layout } from '../model/layout.ts';
import { paperModel } from '../model/model.ts';
import { parameterRows, shapeOf } from '../model/modelLayout.ts';
import { ADAM } from '../model/optimiser.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { columnsTensors, examplesTensors, sizesOf } from './examples.ts';
import { tensorObjective } from './tensorObjective.ts';
import type { Tf } from './tensors.ts';
import type { Start, TrainingExample } from './trainer.ts';

/** One matrix in training: its values, the direction of the last step, and Adam's averages. */
type Moving = Record<'value' | 'direction' | 'first' | 'second', Tensor3D>;

/** The next direction of ascent from the gradient d; step t = 1, 2, .. of Adam. */
function turned(
  tf: Tf,
  { momentum, optimiser }: Rates,
  old: Moving,
  d: Tensor3D,
  t: number,
): Omit<Moving, 'value'> {
  const { first, second } = old;
  if (optimiser === 'sign') return { direction: tf.sign(d), first, second };
  if (optimiser !== 'adam') return { direction: tf.add(tf.mul(old.direction, momentum), d), first, second };
  const { beta1, beta2, epsilon } = ADAM;
  const mixed = (beta: number, average: Tensor3D, x: Tensor3D): Tensor3D =>
    tf.add(tf.mul(average, beta), tf.mul(x, 1 - beta));
  const next = { first: mixed(beta1, first, d), second: mixed(beta2, second, tf.square(d)) };
  const root = tf.sqrt(tf.div(next.second, 1 - beta2 ** t));
  const direction: Tensor3D = tf.div(tf.div(next.first, 1 - beta1 ** t), tf.add(root, epsilon));
  return { direction, ...next };
}

/** The session of the fast trainer for a layout with a model, or for another optimiser than sgd. */
export function modelSession(tf: Tf, layout: Layout, start: Start, rates: Rates) {
  const shape = shapeOf(layout);
  const matrix = (rows: Matrix<number> | undefined, size: readonly [number, number]) =>
    rows ? tf.tensor3d([rows], [1, ...size]) : tf.zeros<Rank.R3>([1, ...size]);
  const moving = (
    value: Matrix<number>,
    velocity: Matrix<number> | undefined,
    size: readonly [number, number],
  ): Moving => ({
    value: matrix(value, size),
    direction: matrix(velocity, size),
    first: matrix(undefined, size),
    second: matrix(undefined, size),
  });
  let Y = moving(start.Y, start.velocityY, shape.Y);
  let Z = moving(start.Z, start.velocityZ, shape.Z);
  let steps = 0;
  const sizes = sizesOf([layout]);
  const columns = columnsTensors(tf, [layout], sizes);
  const { rows, others, othersAt } = parameterRows(layout);
  // The gradient of a merged row or column is the sum over its copies; each copy moves by its share.
  const share = tf.tensor3d([
    Array.from({ length: shape.Y[0] }, (_, i) =>
      layout.multiplicity.map((k) => 1 / k / (others > 0 && i % rows === othersAt ? others : 1)),
    ),
  ]);
  const read = (of: (matrix: Moving) => Tensor3D) => ({ Y: of(Y).arraySync()[0], Z: of(Z).arraySync()[0] });

  return {
    /** Returns the loss before the step. */
    step(examples: readonly TrainingExample[]): number {
      steps += 1;
      const given = examplesTensors(tf, [layout], [examples], sizes);
      const asked = examples.map(({ cls }) =>
        layout.queries.map((_, row) => Number(row === layout.classes[cls].row)),
      );
      const queries = tf.tensor2d(asked);
      const { value, ...next } = tf.tidy(() => {
        const { value, grads } = tf.valueAndGrads((y, z) =>
          tensorObjective(
            tf,
            layout,
            layout.model ?? paperModel,
            y as Tensor3D,
            z as Tensor3D,
            columns,
            given,
            queries,
          ),
        )([Y.value, Z.value], tf.ones([1]));
        const moved = (old: Moving, d: Tensor3D, eta: number): Moving => {
          const now = turned(tf, rates, old, d, steps);
          return {
            value: tf.add(old.value, tf.mul(now.direction, eta)),
            direction: now.direction,
            // What is not changed is cloned, since the old tensors are disposed of.
            first: now.first.clone(),
            second: now.second.clone(),
          };
        };
        const [dY, dZ] = grads as Tensor3D[];
        return { value, Y: moved(Y, tf.mul(dY, share), rates.etaY), Z: moved(Z, dZ, rates.etaZ) };
      });
      const [loss] = value.dataSync();
      tf.dispose([value, queries, ...Object.values(given), ...Object.values(Y), ...Object.values(Z)]);
      ({ Y, Z } = next);
      return -loss;
    },
    read: () => read(({ value }) => value),
    readVelocity: () => read(({ direction }) => direction),
    dispose: () => tf.dispose([...Object.values(Y), ...Object.values(Z), ...Object.values(columns), share]),
  };
}
