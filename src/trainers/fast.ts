/**
 * Training on float32 tensors, the gradient by automatic differentiation of the objective: where it agrees with the
 * closed form of the other trainers, it proves Lemma 1. It works on counts, so a step costs the same at every T.
 */
import type { GradSaveFunc, Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { type Backend, type Tf, tensors } from './tensors.ts';
import type { Session, Start, Trainer, TrainingExample } from './trainer.ts';

/** @param backend of tfjs: plain JavaScript, or WebAssembly with SIMD */
export const fastTrainer = (backend: Backend): Trainer => ({
  name: `fast-${backend}`,
  unit: 2 ** -24,
  start: async (layout, start, rates) => {
    const tf = await tensors(backend);
    return session(tf, backend, layout, start, rates);
  },
});

/** The examples of a step, one row each; masks and selections are 0 and 1. */
interface Inputs {
  /** mass / max mass, over all tokens of the layout. */
  mass: Tensor2D;
  present: Tensor2D;
  /** Large and negative where a token is absent: it must not be the maximum. */
  barred: Tensor2D;
  /** Which row of Z serves the example, which column of Y is its target: matrix products differentiate everywhere. */
  query: Tensor2D;
  target: Tensor2D;
  weight: Tensor2D;
}

const BARRED = -1e38;

function inputs(tf: Tf, layout: Layout, examples: readonly TrainingExample[]): Inputs {
  const B = examples.length;
  const [S, Q, N] = [layout.tokens.length, layout.queries.length, layout.columns.length];
  const [mass, present, barred] = [
    new Float32Array(B * S),
    new Float32Array(B * S),
    new Float32Array(B * S).fill(BARRED),
  ];
  const [query, target, weight] = [new Float32Array(B * Q), new Float32Array(B * N), new Float32Array(B)];
  examples.forEach((example, b) => {
    const { support, row, target: n } = layout.classes[example.cls];
    let most = 0;
    for (let i = 0; i < support.length; i++) most = Math.max(most, example.mass[i]);
    for (let i = 0; i < support.length; i++) {
      if (!(example.mass[i] > 0)) continue;
      const at = b * S + support[i];
      mass[at] = example.mass[i] / most;
      present[at] = 1;
      barred[at] = 0;
    }
    query[b * Q + row] = 1;
    target[b * N + n] = 1;
    weight[b] = example.weight;
  });
  const matrix = (values: Float32Array, columns: number) => tf.tensor2d(values, [B, columns]);
  return {
    mass: matrix(mass, S),
    present: matrix(present, S),
    barred: matrix(barred, S),
    query: matrix(query, Q),
    target: matrix(target, N),
    weight: matrix(weight, 1),
  };
}

/**
 * a b, with the derivative of a product of matrices. tfjs has its own, but asks for products with transposed operands,
 * which WASM runs ten times slower than a transposition and a product.
 */
function product(tf: Tf, a: Tensor2D, b: Tensor2D): Tensor2D {
  const op = tf.customGrad((...given) => {
    const [left, right, save] = given as [Tensor2D, Tensor2D, GradSaveFunc];
    save([left, right]);
    return {
      value: tf.matMul(left, right),
      gradFunc: (dy: Tensor, [x, y]: Tensor[]) => [
        tf.matMul(dy, tf.transpose(y)),
        tf.matMul(tf.transpose(x), dy),
      ],
    };
  });
  return op(a, b) as Tensor2D;
}

/**
 * J = sum weight (o_n - log sum_j k_j exp(o_j)), k_j the multiplicity of column j.
 *
 * f = e / ||e|| with e_l = C_l exp(z_l - max z) is v / ||v||: the normaliser of attention cancels. Both shifts are
 * constants to the differentiation, which is right because J does not depend on them.
 */
function objective(tf: Tf, Y: Tensor2D, Z: Tensor2D, multiplicity: Tensor2D, given: Inputs): Scalar {
  const largest = tf.customGrad((x) => ({
    value: tf.max(x as Tensor2D, 1, true),
    gradFunc: () => tf.zerosLike(x as Tensor2D),
  }));
  const z = product(tf, given.query, Z);
  const shift = largest(tf.add(z, given.barred));
  // Absent tokens get exp(0) times 0: finite in both directions of the differentiation.
  const e = tf.mul(tf.exp(tf.mul(tf.sub(z, shift), given.present)), given.mass);
  const f = tf.div(e, tf.sqrt(tf.sum(tf.square(e), 1, true))) as Tensor2D;
  const o = product(tf, f, Y);
  const p = tf.sub(o, largest(o));
  const logSum = tf.log(tf.sum(tf.mul(tf.exp(p), multiplicity), 1, true));
  const own = tf.sum(tf.mul(p, given.target), 1, true);
  return tf.sum(tf.mul(tf.sub(own, logSum), given.weight)) as Scalar;
}

function session(
  tf: Tf,
  backend: Backend,
  layout: Layout,
  start: Start,
  { etaY, etaZ, momentum }: Rates,
): Session {
  const [S, Q, N] = [layout.tokens.length, layout.queries.length, layout.columns.length];
  let Y = tf.tensor2d(start.Y.flat(), [S, N]);
  let Z = tf.tensor2d(start.Z.flat(), [Q, S]);
  let velocityY: Tensor2D = start.velocityY ? tf.tensor2d(start.velocityY.flat(), [S, N]) : tf.zeros([S, N]);
  let velocityZ: Tensor2D = start.velocityZ ? tf.tensor2d(start.velocityZ.flat(), [Q, S]) : tf.zeros([Q, S]);
  const multiplicity = tf.tensor2d([...layout.multiplicity], [1, N]);
  // A merged column collects the gradients of all its copies; each copy moves by its own share.
  const share = tf.tensor2d(
    layout.multiplicity.map((k) => 1 / k),
    [1, N],
  );

  const push = (velocity: Tensor2D, slope: Tensor2D) =>
    (momentum === 0 ? slope.clone() : tf.add(tf.mul(velocity, momentum), slope)) as Tensor2D;
  const move = (x: Tensor2D, eta: number, velocity: Tensor2D) => tf.add(x, tf.mul(velocity, eta)) as Tensor2D;

  const step = (examples: readonly TrainingExample[]): number => {
    const [loss, ...next] = tf.tidy(() => {
      const given = inputs(tf, layout, examples);
      const { value, grads } = tf.valueAndGrads((y, z) =>
        objective(tf, y as Tensor2D, z as Tensor2D, multiplicity, given),
      )([Y, Z]);
      const [dY, dZ] = grads as [Tensor2D, Tensor2D];
      const [vY, vZ] = [push(velocityY, tf.mul(dY, share) as Tensor2D), push(velocityZ, dZ)];
      return [value, move(Y, etaY, vY), move(Z, etaZ, vZ), vY, vZ];
    });
    tf.dispose([Y, Z, velocityY, velocityZ]);
    [Y, Z, velocityY, velocityZ] = next as Tensor2D[];
    const J = loss.dataSync()[0];
    loss.dispose();
    return -J;
  };
  const matrix = (t: Tensor2D): Matrix<number> => t.arraySync();
  return {
    // Another session may have made another backend current; nothing here waits between that and the step.
    step: (examples) =>
      tf.getBackend() === backend ? step(examples) : tensors(backend).then(() => step(examples)),
    read: () => ({ Y: matrix(Y), Z: matrix(Z) }),
    readVelocity: () => ({ Y: matrix(velocityY), Z: matrix(velocityZ) }),
    dispose: () => tf.dispose([Y, Z, velocityY, velocityZ, multiplicity, share]),
  };
}
