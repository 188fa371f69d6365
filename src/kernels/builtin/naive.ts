/**
 * The step in plain tfjs, without counts: each position has its own score and attention, Y and Z are full matrices,
 * and tfjs differentiates. Like every automatic differentiation, its backward pass subtracts (alpha - onehot, and
 * softmax's mean), so it passes at the standard level and fails at the strict level.
 */
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '#tfjs';
import type { StepInput } from '../../model/stepInput.ts';
import type { TensorBackend } from '../../trainers/tensorBackend.ts';
import { type Tf, withTensors } from '../../trainers/tensors.ts';
import type { Kernel, Stage, StepOutput } from '../kernel.ts';

type Shown = Record<Stage, Float32Array>;

/** Copies a tensor into a new array: the CPU backend returns its own array, not a copy. */
const values = (tensor: Tensor): Float32Array => Float32Array.from(tensor.dataSync());

/** A one-hot row for each id; tf.oneHot does not accept a vocabulary of one. */
const oneHot = (tf: Tf, ids: Int32Array, M: number): Tensor2D =>
  tf.cast(
    tf.equal(tf.tensor2d(ids, [ids.length, 1], 'int32'), tf.range(0, M, 1, 'int32')),
    'float32',
  ) as Tensor2D;

/** Scores a_t = Z[m, x_t], [B, T-1]; `tokens` are one-hot contexts [B, T-1, M]. */
function scores(tf: Tf, Z: Tensor2D, tokens: Tensor3D, input: StepInput): Tensor2D {
  const { contextLength, queries, vocabulary: M } = input;
  const B = queries.length;
  // WASM does not implement the derivative of gather (UnsortedSegmentSum): it uses a product with one-hot rows
  // instead.
  const rows =
    tf.getBackend() === 'wasm'
      ? tf.matMul(oneHot(tf, queries, M), Z)
      : tf.gather(Z, tf.tensor1d(queries, 'int32'));
  return tf.reshape(tf.matMul(tokens, tf.reshape(rows, [B, M, 1])), [B, contextLength]);
}

/** Mean cross-entropy of logits o [B, M] and one-hot targets. */
type CrossEntropy = (tf: Tf, o: Tensor2D, target: Tensor2D) => Scalar;

/**
 * (o - max) - log(sum(exp(o - max))). Its derivative treats max as constant: a gradient through max would contain the
 * rounding errors of WASM's sums.
 */
const logSoftmax: CrossEntropy = (tf, o, target) =>
  tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(o), target), 1)));

/** The loss; also fills `stages`. */
function objective(
  tf: Tf,
  Y: Tensor2D,
  Z: Tensor2D,
  input: StepInput,
  crossEntropy: CrossEntropy,
  stages: Partial<Shown>,
): Scalar {
  const { vocabulary: M, contextLength, contexts, queries, targets } = input;
  const B = queries.length;
  const tokens = tf.reshape(oneHot(tf, contexts, M), [B, contextLength, M]) as Tensor3D;
  const b = tf.softmax(scores(tf, Z, tokens, input));
  const v = tf.reshape(tf.matMul(tf.reshape(b, [B, 1, contextLength]), tokens), [B, M]);
  const f: Tensor2D = tf.div(v, tf.norm(v, 'euclidean', 1, true));
  const o: Tensor2D = tf.matMul(f, Y);
  stages.attention = values(b);
  stages.features = values(f);
  stages.logits = values(o);
  stages.probabilities = values(tf.softmax(o));
  return crossEntropy(tf, o, oneHot(tf, targets, M));
}

function step(tf: Tf, input: StepInput, crossEntropy: CrossEntropy): StepOutput {
  const { vocabulary: M, etaY, etaZ, momentum } = input;
  const stages: Partial<Shown> = {};
  const matrix = (flat: StepInput['Y']) => tf.tensor2d(flat as Float32Array, [M, M]);
  const output = tf.tidy(() => {
    const [Y, Z] = [matrix(input.Y), matrix(input.Z)];
    const { value, grads } = tf.valueAndGrads((y, z) =>
      objective(tf, y as Tensor2D, z as Tensor2D, input, crossEntropy, stages),
    )([Y, Z]);
    // Ascent on J = -loss.
    const [gradientY, gradientZ] = grads.map((slope) => tf.neg(slope));
    const velocityY = tf.add(tf.mul(matrix(input.velocityY), momentum), gradientY);
    const velocityZ = tf.add(tf.mul(matrix(input.velocityZ), momentum), gradientZ);
    stages.gradientY = values(gradientY);
    stages.gradientZ = values(gradientZ);
    return {
      Y: values(tf.add(Y, tf.mul(velocityY, etaY))),
      Z: values(tf.add(Z, tf.mul(velocityZ, etaZ))),
      velocityY: values(velocityY),
      velocityZ: values(velocityZ),
      loss: value.dataSync()[0],
    };
  });
  return { ...output, stages };
}

/**
 * @param backend of tfjs: plain JavaScript, or WebAssembly with SIMD
 * @param crossEntropy another formula for the loss
 */
export const naiveKernel = (backend: TensorBackend, crossEntropy = logSoftmax): Kernel => ({
  name: `tfjs-naive-${backend}`,
  dtype: 'float32',
  step: (input) => withTensors(backend, (tf) => step(tf, input, crossEntropy)),
});
