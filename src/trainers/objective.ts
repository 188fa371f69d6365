/**
 * The objective on float32 tensors, of one world or of many side by side: every tensor has the world as its first
 * dimension, and worlds of different sizes are padded to the largest. W worlds, B examples, S tokens, Q queries, N
 * columns. It works on counts, so its cost does not depend on T.
 */
import type { GradSaveFunc, Tensor, Tensor3D } from '@tensorflow/tfjs';
import type { Layout } from '../model/layout.ts';
import type { Tf } from './tensors.ts';
import type { TrainingExample } from './trainer.ts';

/** The largest B, S, Q and N of the worlds. */
export interface Sizes {
  readonly B: number;
  readonly S: number;
  readonly Q: number;
  readonly N: number;
}

/** The examples of a step; masks and selections are 0 and 1. */
export interface Inputs {
  /** mass / max mass, over all tokens of the layout. [W, B, S] */
  readonly mass: Tensor3D;
  readonly present: Tensor3D;
  /** Large and negative where a token is absent: it must not be the maximum. */
  readonly barred: Tensor3D;
  /** Which row of Z serves the example: matrix products differentiate everywhere. [W, B, Q] */
  readonly query: Tensor3D;
  /** Which column of Y is its target. [W, B, N] */
  readonly target: Tensor3D;
  /** [W, B, 1] */
  readonly weight: Tensor3D;
}

/** What a layout says of the columns of Y. [W, 1, N] */
export interface Columns {
  /** How many columns each stands for; 0 where there is none. */
  readonly multiplicity: Tensor3D;
  readonly present: Tensor3D;
  readonly barred: Tensor3D;
}

const BARRED = -1e38;

/** An example too many sees token 0 alone and weighs nothing: finite, and without effect. */
const PADDING: TrainingExample = { cls: 0, mass: [1], weight: 0 };

/** @param examples of each world; its examples' masses are aligned with their class's support */
export function inputsOf(
  tf: Tf,
  layouts: readonly Layout[],
  examples: readonly (readonly TrainingExample[])[],
  { B, S, Q, N }: Sizes,
): Inputs {
  const rows = layouts.length * B;
  const [mass, present, barred] = [
    new Float32Array(rows * S),
    new Float32Array(rows * S),
    new Float32Array(rows * S).fill(BARRED),
  ];
  const [query, target, weight] = [
    new Float32Array(rows * Q),
    new Float32Array(rows * N),
    new Float32Array(rows),
  ];
  layouts.forEach(({ classes }, w) => {
    for (let b = 0; b < B; b++) {
      const example = examples[w][b] ?? PADDING;
      const { support, row, target: n } = classes[example.cls];
      const at = w * B + b;
      let most = 0;
      for (let i = 0; i < support.length; i++) if (example.mass[i] > most) most = example.mass[i];
      for (let i = 0; i < support.length; i++) {
        if (!(example.mass[i] > 0)) continue;
        const cell = at * S + support[i];
        mass[cell] = example.mass[i] / most;
        present[cell] = 1;
        barred[cell] = 0;
      }
      query[at * Q + row] = 1;
      target[at * N + n] = 1;
      weight[at] = example.weight;
    }
  });
  const tensor = (values: Float32Array, last: number) => tf.tensor3d(values, [layouts.length, B, last]);
  return {
    mass: tensor(mass, S),
    present: tensor(present, S),
    barred: tensor(barred, S),
    query: tensor(query, Q),
    target: tensor(target, N),
    weight: tensor(weight, 1),
  };
}

export function columnsOf(tf: Tf, layouts: readonly Layout[], { N }: Sizes): Columns {
  const fill = (of: (copies: number) => number) =>
    tf.tensor3d(
      layouts.flatMap(({ multiplicity }) => Array.from({ length: N }, (_, j) => of(multiplicity[j] ?? 0))),
      [layouts.length, 1, N],
    );
  return {
    multiplicity: fill((k) => k),
    present: fill((k) => (k > 0 ? 1 : 0)),
    barred: fill((k) => (k > 0 ? 0 : BARRED)),
  };
}

/**
 * a b, world by world, with the derivative of a product of matrices. tfjs has its own, but asks for products with
 * transposed operands, which WASM runs ten times slower than a transposition and a product.
 */
function product(tf: Tf, a: Tensor3D, b: Tensor3D): Tensor3D {
  const transposed = (x: Tensor) => tf.transpose(x, [0, 2, 1]);
  const op = tf.customGrad((...given) => {
    const [left, right, save] = given as [Tensor3D, Tensor3D, GradSaveFunc];
    save([left, right]);
    return {
      value: tf.matMul(left, right),
      gradFunc: (dy: Tensor, [x, y]: Tensor[]) => [
        tf.matMul(dy, transposed(y)),
        tf.matMul(transposed(x), dy),
      ],
    };
  });
  return op(a, b) as Tensor3D;
}

/**
 * J = sum weight (o_n - log sum_j k_j exp(o_j)) of every world, k_j the multiplicity of column j. [W]
 *
 * f = e / ||e|| with e_l = C_l exp(z_l - max z) is v / ||v||: the normaliser of attention cancels. Both shifts are
 * constants to the differentiation, which is right because J does not depend on them. What is absent gets exp(0) times
 * 0: finite in both directions of the differentiation.
 */
export function objective(tf: Tf, Y: Tensor3D, Z: Tensor3D, columns: Columns, given: Inputs): Tensor {
  const largest = tf.customGrad((x) => ({
    value: tf.max(x as Tensor3D, 2, true),
    gradFunc: () => tf.zerosLike(x as Tensor3D),
  }));
  const shifted = (x: Tensor, { present, barred }: { present: Tensor; barred: Tensor }) =>
    tf.mul(tf.sub(x, largest(tf.add(x, barred))), present);
  const e = tf.mul(tf.exp(shifted(product(tf, given.query, Z), given)), given.mass);
  const f = tf.div(e, tf.sqrt(tf.sum(tf.square(e), 2, true))) as Tensor3D;
  const p = shifted(product(tf, f, Y), columns);
  const logSum = tf.log(tf.sum(tf.mul(tf.exp(p), columns.multiplicity), 2, true));
  const own = tf.sum(tf.mul(p, given.target), 2, true);
  return tf.sum(tf.mul(tf.sub(own, logSum), given.weight), [1, 2]);
}
