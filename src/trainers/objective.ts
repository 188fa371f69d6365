/**
 * The objective on float32 tensors, of one world or of a batch of worlds. It works on counts, so that its cost does not
 * depend on T.
 *
 * W worlds, B examples each, s tokens in the widest support; S tokens, Q queries, N columns: the largest numbers of the
 * worlds, to which the others are padded. Attention is computed over supports alone, since its time goes to exponentials;
 * products with Y are over all tokens, since dense products are the fastest.
 */
import type { GradSaveFunc, Tensor, Tensor2D, Tensor3D } from '#tfjs';
import type { Tf } from './tensors.ts';

/** The examples of a step, one row of R = W B each. */
export interface Examples {
  /** mass / max mass; 0 where a token is absent or a row is padded. [R, s] */
  readonly mass: Tensor2D;
  /** 0, or BARRED where a token is absent, so that it is not the maximum. [R, s] */
  readonly barred: Tensor2D;
  /** Index of each entry of a row in all logits Z [W, Q, S], and in all features f [W, B, S]. [R, s, 1] */
  readonly inZ: Tensor3D;
  readonly inF: Tensor3D;
  /** 1 at the column of Y that is the target, else 0. [W, B, N] */
  readonly target: Tensor3D;
  /** [W, B, 1] */
  readonly weight: Tensor3D;
}

/** The columns of Y in the layouts. [W, 1, N] */
export interface Columns {
  /** Number of columns that each represents; 0 for padding. */
  readonly multiplicity: Tensor3D;
  /** 0, or BARRED for padding. */
  readonly barred: Tensor3D;
}

/** Below every parameter; twice this number is still a float32. */
export const BARRED = -1e38;

/**
 * a b for each world, with its own derivative. The derivative in tfjs uses products with transposed operands, which are
 * ten times slower in WASM than a transposition and a product.
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

const read = (tf: Tf, x: Tensor, at: Tensor3D) => tf.gatherND(tf.reshape(x, [-1]), at);
const add = (tf: Tf, x: Tensor, at: Tensor3D, shape: number[]) =>
  tf.reshape(tf.scatterND(at, x, [shape.reduce((a, b) => a * b, 1)]), shape);

/** The entries of x at `at`; the derivative adds at these places. tfjs defines no derivative. */
export const taken = (tf: Tf, x: Tensor, at: Tensor3D): Tensor2D =>
  tf.customGrad((given) => ({
    value: read(tf, given as Tensor, at),
    gradFunc: (dy: Tensor) => add(tf, dy, at, x.shape),
  }))(x) as Tensor2D;

/** Zeros of `shape` with x added at `at`; the derivative takes the entries at these places. */
export const placed = (tf: Tf, x: Tensor, at: Tensor3D, shape: number[]): Tensor3D =>
  tf.customGrad((given) => ({
    value: add(tf, given as Tensor, at, shape),
    gradFunc: (dy: Tensor) => read(tf, dy, at),
  }))(x) as Tensor3D;

/** x - max x along the last dimension; the maximum is constant in the differentiation. */
export const shifted = (tf: Tf, x: Tensor): Tensor =>
  tf.customGrad((given) => ({
    value: tf.sub(given as Tensor, tf.max(given as Tensor, -1, true)),
    gradFunc: (dy: Tensor) => dy.clone(),
  }))(x);

/**
 * J = sum weight (o_n - log sum_j k_j exp(o_j)) of every world, k_j the multiplicity of column j. [W]
 *
 * f = e / ||e|| with e_l = C_l exp(z_l - max z) is v / ||v||: the normaliser of attention cancels. J depends on neither
 * shift, so that both may be constant in the differentiation. Absent tokens contribute exp(BARRED) = 0 times 0.
 */
export function objective(tf: Tf, Y: Tensor3D, Z: Tensor3D, columns: Columns, given: Examples): Tensor {
  const [W, B] = given.weight.shape;
  const z = tf.add(taken(tf, Z, given.inZ), given.barred);
  const e = tf.mul(tf.exp(shifted(tf, z)), given.mass);
  const f = tf.div(e, tf.sqrt(tf.sum(tf.square(e), -1, true)));
  return logLikelihood(tf, product(tf, placed(tf, f, given.inF, [W, B, Y.shape[1]]), Y), columns, given);
}

/** J from the logits o of all examples, [W, B, N]. */
export function logLikelihood(tf: Tf, o: Tensor, columns: Columns, given: Examples): Tensor {
  const p = shifted(tf, tf.add(o, columns.barred));
  const logSum = tf.log(tf.sum(tf.mul(tf.exp(p), columns.multiplicity), -1, true));
  const own = tf.sum(tf.mul(p, given.target), -1, true);
  return tf.sum(tf.mul(tf.sub(own, logSum), given.weight), [1, 2]);
}
