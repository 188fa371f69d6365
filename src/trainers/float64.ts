/**
 * Training on typed arrays of doubles: hand-written loops over counts, in any layout. The third voice between the
 * reference and the fast trainer, and the fastest for long runs. It shares types with them and no formula.
 */
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import type { Session, Start, Trainer, TrainingExample } from './trainer.ts';

/** Columns of Y handled at once, in registers; rows of Y are padded to whole blocks with zeros. */
const BLOCK = 4;

/** A matrix, its rows padded to `stride`. */
const flat = (m: Matrix<number>, stride: number): Float64Array => {
  const out = new Float64Array(m.length * stride);
  m.forEach((row, i) => {
    out.set(row, i * stride);
  });
  return out;
};
const rows = (a: Float64Array, stride: number, columns: number): Matrix<number> =>
  Array.from({ length: a.length / stride }, (_, i) => [...a.subarray(i * stride, i * stride + columns)]);

/**
 * Where exponentials with the shift of a whole row of Z serve an example as well as its own shift would: logits within
 * SPREAD of each other keep exp(z - shift) above 2^-866, so that no f is subnormal, and a sum of squares of at least
 * LEAST loses less than 2^-422 of itself to squares that underflow.
 */
const SPREAD = 600;
const LEAST = 2 ** -600;

export const float64Trainer: Trainer = {
  name: 'float64',
  unit: 2 ** -53,
  start: async (layout, start, rates) => session(layout, start, rates),
};

function session(layout: Layout, start: Start, { etaY, etaZ, momentum }: Rates): Session {
  const [S, Q, N] = [layout.tokens.length, layout.queries.length, layout.columns.length];
  const stride = Math.ceil(N / BLOCK) * BLOCK;
  const Y = flat(start.Y, stride);
  const Z = flat(start.Z, S);
  const velocityY = start.velocityY ? flat(start.velocityY, stride) : new Float64Array(Y.length);
  const velocityZ = start.velocityZ ? flat(start.velocityZ, S) : new Float64Array(Z.length);
  const [dY, dZ] = [new Float64Array(Y.length), new Float64Array(Z.length)];
  /** Rows of Y and Z that this step's gradient reaches; the others only coast. */
  const [reachedY, reachedZ] = [new Uint8Array(S), new Uint8Array(Q)];
  const multiplicity = Float64Array.from(layout.multiplicity);
  const classes = layout.classes.map(({ support, row, target }) => ({
    row,
    target,
    tokens: Int32Array.from(support),
    /** Of each token of the support: where its row of Y begins, and where its logit stands in Z. */
    inY: Int32Array.from(support, (l) => l * stride),
    inZ: Int32Array.from(support, (l) => row * S + l),
  }));
  /** Per row of Z: the logits that any class reads. */
  const read = layout.queries.map((_, row) =>
    Int32Array.from(new Set(classes.flatMap((c) => (c.row === row ? [...c.inZ] : [])))),
  );
  /** exp(z - largest z of the row), per logit; and the rows in which it serves every example, this step. */
  const e = new Float64Array(Z.length);
  const [ready, shared] = [new Uint8Array(Q), new Uint8Array(Q)];
  /** The example at hand. */
  const widest = Math.max(...classes.map((c) => c.tokens.length));
  const [f, g] = [new Float64Array(widest), new Float64Array(widest)];
  const [o, residual, spread] = [
    new Float64Array(stride),
    new Float64Array(stride),
    new Float64Array(stride),
  ];

  /** The exponentials of one row: each serves every example of the step that has this query. */
  function exponentials(row: number): void {
    ready[row] = 1;
    const at = read[row];
    let most = -Infinity;
    let least = Infinity;
    for (let i = 0; i < at.length; i++) {
      const z = Z[at[i]];
      if (z > most) most = z;
      if (z < least) least = z;
    }
    shared[row] = most - least <= SPREAD ? 1 : 0;
    if (!shared[row]) return;
    for (let i = 0; i < at.length; i++) {
      const z = Z[at[i]];
      // z - most = x + rest exactly, so the shift costs no accuracy although another example may own the maximum.
      const x = z - most;
      const back = x - z;
      const rest = z - (x - back) - (most + back);
      const exp = Math.exp(x);
      e[at[i]] = exp + exp * rest;
    }
  }

  /** The sum of squares of f, not normalised yet, with the example's own shift. */
  function ownShift(inZ: Int32Array, mass: ArrayLike<number>): number {
    let [shift, most, squares] = [-Infinity, 0, 0];
    for (let i = 0; i < inZ.length; i++) {
      if (!(mass[i] > 0)) continue;
      shift = Math.max(shift, Z[inZ[i]]);
      most = Math.max(most, mass[i]);
    }
    for (let i = 0; i < inZ.length; i++) {
      const x = mass[i] > 0 ? (mass[i] / most) * Math.exp(Z[inZ[i]] - shift) : 0;
      f[i] = x;
      squares += x * x;
    }
    return squares;
  }

  /** f = e / ||e||, e_l = C_l exp(z_l - shift): the normaliser of attention and the shift cancel in f. */
  function attend(inZ: Int32Array, row: number, mass: ArrayLike<number>): void {
    let squares = 0;
    if (ready[row] === 0) exponentials(row);
    if (shared[row] === 1)
      for (let i = 0; i < inZ.length; i++) {
        const x = mass[i] * e[inZ[i]];
        f[i] = x;
        squares += x * x;
      }
    if (!(squares >= LEAST)) squares = ownShift(inZ, mass);
    const scale = 1 / Math.sqrt(squares);
    for (let i = 0; i < inZ.length; i++) f[i] *= scale;
  }

  /** o = Y^T f. */
  function logits(inY: Int32Array): void {
    for (let j = 0; j < stride; j += BLOCK) {
      let [o0, o1, o2, o3] = [0, 0, 0, 0];
      for (let i = 0; i < inY.length; i++) {
        const y = inY[i] + j;
        const x = f[i];
        o0 += x * Y[y];
        o1 += x * Y[y + 1];
        o2 += x * Y[y + 2];
        o3 += x * Y[y + 3];
      }
      o[j] = o0;
      o[j + 1] = o1;
      o[j + 2] = o2;
      o[j + 3] = o3;
    }
  }

  /** Fills `residual` with e_n - alpha (per copy of a column), `spread` with it times the copies; returns the loss. */
  function decode(target: number): number {
    let shift = -Infinity;
    for (let j = 0; j < N; j++) if (o[j] > shift) shift = o[j];
    const gap = o[target] - shift;
    // 1 - alpha_n is the sum of the others, never a subtraction, which would freeze training at a gap near 37.
    let others = 0;
    for (let j = 0; j < N; j++) {
      const x = Math.exp(o[j] - shift);
      o[j] = x;
      if (j !== target) others += multiplicity[j] * x;
    }
    const own = o[target];
    const scale = 1 / (own + others);
    for (let j = 0; j < N; j++) {
      residual[j] = -o[j] * scale;
      spread[j] = multiplicity[j] * residual[j];
    }
    residual[target] = others * scale;
    spread[target] = multiplicity[target] * residual[target];
    return gap === 0 ? Math.log1p(others) : Math.log(own + others) - gap;
  }

  /** Adds weight times dY = f (e_n - alpha)^T and dZ = f (g - f f.g), g = Y (e_n - alpha). */
  function backward(inY: Int32Array, inZ: Int32Array, weight: number): void {
    g.fill(0, 0, inY.length);
    for (let j = 0; j < stride; j += BLOCK) {
      const [r0, r1, r2, r3] = [residual[j], residual[j + 1], residual[j + 2], residual[j + 3]];
      const [t0, t1, t2, t3] = [spread[j], spread[j + 1], spread[j + 2], spread[j + 3]];
      for (let i = 0; i < inY.length; i++) {
        const y = inY[i] + j;
        const share = weight * f[i];
        g[i] += Y[y] * t0 + Y[y + 1] * t1 + (Y[y + 2] * t2 + Y[y + 3] * t3);
        dY[y] += share * r0;
        dY[y + 1] += share * r1;
        dY[y + 2] += share * r2;
        dY[y + 3] += share * r3;
      }
    }
    let along = 0;
    for (let i = 0; i < inZ.length; i++) along += f[i] * g[i];
    for (let i = 0; i < inZ.length; i++) dZ[inZ[i]] += weight * f[i] * (g[i] - f[i] * along);
  }

  /** velocity' = momentum velocity + d; parameter' = parameter + eta velocity'; clears d. */
  function move(x: Float64Array, v: Float64Array, d: Float64Array, reached: Uint8Array, eta: number): void {
    const width = d.length / reached.length;
    for (let i = 0; i < reached.length; i++) {
      if (reached[i] === 0 && momentum === 0) {
        v.fill(0, i * width, (i + 1) * width);
        continue;
      }
      for (let k = i * width; k < (i + 1) * width; k++) {
        v[k] = momentum * v[k] + d[k];
        x[k] += eta * v[k];
        d[k] = 0;
      }
      reached[i] = 0;
    }
  }

  return {
    step(examples: readonly TrainingExample[]) {
      let loss = 0;
      ready.fill(0);
      for (const { cls, mass, weight } of examples) {
        const { row, target, tokens, inY, inZ } = classes[cls];
        attend(inZ, row, mass);
        logits(inY);
        loss += weight * decode(target);
        backward(inY, inZ, weight);
        for (let i = 0; i < tokens.length; i++) reachedY[tokens[i]] = 1;
        reachedZ[row] = 1;
      }
      move(Y, velocityY, dY, reachedY, etaY);
      move(Z, velocityZ, dZ, reachedZ, etaZ);
      return loss;
    },
    read: () => ({ Y: rows(Y, stride, N), Z: rows(Z, S, S) }),
    readVelocity: () => ({ Y: rows(velocityY, stride, N), Z: rows(velocityZ, S, S) }),
    dispose() {},
  };
}
