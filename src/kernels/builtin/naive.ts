/**
 * The step as one writes it in tfjs without thinking of counts: every position has its own score and attention, Y and Z
 * are full, and tfjs differentiates. It subtracts in the backward pass (alpha - onehot, and softmax's mean), as every
 * automatic differentiation does: it passes at the standard level and fails at the strict one.
 */
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import type { StepInput } from '../../model/stepInput.ts';
import type { TensorBackend } from '../../trainers/tensorBackend.ts';
import { type Tf, tensors } from '../../trainers/tensors.ts';
import type { Kernel, Stage, StepOutput } from '../kernel.ts';

type Shown = Record<Stage, Float32Array>;

/** Reads a tensor into an array of its own: the CPU backend hands out the very array it holds. */
const values = (tensor: Tensor): Float32Array => Float32Array.from(tensor.dataSync());

/** A row of 0 and 1 for each id; tf.oneHot refuses a vocabulary of one. */
const oneHot = (tf: Tf, ids: Int32Array, M: number): Tensor2D =>
  tf.cast(
    tf.equal(tf.tensor2d(ids, [ids.length, 1], 'int32'), tf.range(0, M, 1, 'int32')),
    'float32',
  ) as Tensor2D;

/** Scores a_t = Z[m, x_t], [B, T-1]; `tokens` are one-hot contexts [B, T-1, M]. */
function scores(tf: Tf, Z: Tensor2D, tokens: Tensor3D, input: StepInput): Tensor2D {
  const { contextLength, queries, vocabulary: M } = input;
  const B = queries.length;
  // WASM has no kernel for the derivative of gather (UnsortedSegmentSum): a product with one-hot rows there.
  const rows =
    tf.getBackend() === 'wasm'
      ? tf.matMul(oneHot(tf, queries, M), Z)
      : tf.gather(Z, tf.tensor1d(queries, 'int32'));
  return tf.reshape(tf.matMul(tokens, tf.reshape(rows, [B, M, 1])), [B, contextLength]);
}

/** Mean cross-entropy of logits o [B, M] and one-hot targets. */
export type CrossEntropy = (tf: Tf, o: Tensor2D, target: Tensor2D) => Scalar;

/** (o - max) - log(sum(exp(o - max))); its derivative leaves max out: through max, WASM's rounded sums would show. */
const logSoftmax: CrossEntropy = (tf, o, target) =>
  tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(o), target), 1)));

/** The loss; fills `stages` on the way. */
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
 * @param crossEntropy any other way of writing the loss
 */
export const naiveKernel = (backend: TensorBackend, crossEntropy = logSoftmax): Kernel => ({
  name: `tfjs-naive-${backend}`,
  dtype: 'float32',
  // Another kernel may have made another backend current.
  step: async (input) => step(await tensors(backend), input, crossEntropy),
});
