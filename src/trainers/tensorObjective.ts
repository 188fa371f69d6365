/**
 * The objective of any model (see `Model`) on float32 tensors, of one world, to be differentiated automatically: the second
 * route beside the closed form of modelGradient.ts.
 */
import type { Tensor, Tensor2D, Tensor3D } from '#tfjs';
import type { Elementwise } from '../model/attentionKernels.ts';
import type { Layout } from '../model/layout.ts';
import type { Model } from '../model/model.ts';
import { parameterRows } from '../model/modelLayout.ts';
import { type Columns, type Examples, logLikelihood, placed, shifted, taken } from './objective.ts';
import type { Tf } from './tensors.ts';

const onTensors = (tf: Tf): Elementwise<Tensor> => ({
  of: (x) => tf.scalar(x),
  add: tf.add,
  mul: tf.mul,
  div: tf.div,
  neg: tf.neg,
  exp: tf.exp,
  positivePart: tf.relu,
});

const unit = (tf: Tf, x: Tensor, squares: Tensor): Tensor => tf.div(x, tf.sqrt(tf.sum(squares, -1, true)));

/** x of every example: [B, rows of Y of a head]. */
function features(
  tf: Tf,
  layout: Layout,
  { attention, normaliser, residual }: Model,
  Z: Tensor3D,
  given: Examples,
  queries: Tensor,
): Tensor2D {
  const [S, B] = [layout.tokens.length, given.weight.shape[1]];
  const z = taken(tf, Z, given.inZ);
  // Where a token is absent its mass is 0; only the maximum must not see its logit.
  const own = attention.shifts ? shifted(tf, tf.add(z, given.barred)) : z;
  const u = tf.mul(attention.phi(onTensors(tf), own), given.mass);
  const onTokens = (x: Tensor) => tf.reshape(placed(tf, x, given.inF, [1, B, S]), [B, S]);
  const v = () => onTokens(tf.div(u, tf.sum(u, -1, true)));
  const { others } = parameterRows(layout);
  let f: Tensor;
  if (normaliser === 'length') f = onTokens(unit(tf, u, tf.square(u)));
  else if (normaliser === 'none') f = v();
  else {
    const mean = 1 / layout.vocabulary;
    const w = tf.sub(v(), mean);
    const rest = tf.fill([B, 1], -mean);
    const all = others > 0 ? tf.concat([w, rest], 1) : w;
    const squares = others > 0 ? tf.concat([tf.square(w), tf.mul(tf.square(rest), others)], 1) : tf.square(w);
    f = unit(tf, all, squares);
  }
  if (residual === 0) return f as Tensor2D;
  return tf.div(tf.concat([f, tf.mul(queries, residual)], 1), Math.hypot(1, residual)) as Tensor2D;
}

/** J of one world. [1] */
export function tensorObjective(
  tf: Tf,
  layout: Layout,
  model: Model,
  Y: Tensor3D,
  Z: Tensor3D,
  columns: Columns,
  given: Examples,
  /** 1 at the row of Z of each example's query. [B, Q] */
  queries: Tensor,
): Tensor {
  const { heads, rows, others, othersAt } = parameterRows(layout);
  const [S, Q, N] = [layout.tokens.length, layout.queries.length, layout.columns.length];
  // A merged row counts as many equal ones.
  const copies = tf.tensor2d(
    Float32Array.from({ length: rows }, (_, i) => (others > 0 && i === othersAt ? others : 1)),
    [1, rows],
  );
  const logits = Array.from({ length: heads }, (_, h) => {
    const x = features(tf, layout, model, tf.slice(Z, [0, h * Q, 0], [1, Q, S]), given, queries);
    return tf.matMul(tf.mul(x, copies), tf.reshape(tf.slice(Y, [0, h * rows, 0], [1, rows, N]), [rows, N]));
  });
  return logLikelihood(tf, tf.reshape(tf.addN(logits), [1, given.weight.shape[1], N]), columns, given);
}
