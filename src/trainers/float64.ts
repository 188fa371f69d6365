/**
 * Training on typed arrays of doubles: hand-written loops over counts, in any layout. The third voice between the
 * reference and the fast trainer, and the fastest for long runs. It shares types with them and no formula.
 */
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import type { Session, Start, Trainer, TrainingExample } from './trainer.ts';

const flat = (m: Matrix<number>, columns: number): Float64Array => {
  const out = new Float64Array(m.length * columns);
  m.forEach((row, i) => {
    out.set(row, i * columns);
  });
  return out;
};
const rows = (a: Float64Array, columns: number): Matrix<number> =>
  Array.from({ length: a.length / columns }, (_, i) => [...a.subarray(i * columns, (i + 1) * columns)]);

/** Rows handled at once: each pass over the columns then loads them once for four rows. */
const LANES = 4;

export const float64Trainer: Trainer = {
  name: 'float64',
  unit: 2 ** -53,
  start: async (layout, start, rates) => session(layout, start, rates),
};

function session(layout: Layout, start: Start, { etaY, etaZ, momentum }: Rates): Session {
  const S = layout.tokens.length;
  const N = layout.columns.length;
  const Y = flat(start.Y, N);
  const Z = flat(start.Z, S);
  const velocityY = start.velocityY ? flat(start.velocityY, N) : new Float64Array(Y.length);
  const velocityZ = start.velocityZ ? flat(start.velocityZ, S) : new Float64Array(Z.length);
  const [dY, dZ] = [new Float64Array(Y.length), new Float64Array(Z.length)];
  /** Rows of Y and Z that this step's gradient reaches; the others only coast. */
  const [reachedY, reachedZ] = [new Uint8Array(S), new Uint8Array(layout.queries.length)];
  const multiplicity = Float64Array.from(layout.multiplicity);
  const classes = layout.classes.map((c) => ({ ...c, support: Int32Array.from(c.support) }));
  const widest = Math.max(...classes.map((c) => c.support.length)) + LANES;
  /** The example at hand: its tokens of positive mass, their f and g; padded to whole lanes with f = 0. */
  const token = new Int32Array(widest);
  const f = new Float64Array(widest);
  const g = new Float64Array(widest);
  const residual = new Float64Array(N);
  const spread = new Float64Array(N);

  /** f = e / ||e||, e_l = C_l exp(z_l - max z): the normaliser of attention cancels in f. Returns how many lanes. */
  function attend(support: Int32Array, at: number, mass: ArrayLike<number>): number {
    let shift = -Infinity;
    let size = 0;
    for (let i = 0; i < support.length; i++) {
      if (!(mass[i] > 0)) continue;
      const z = Z[at + support[i]];
      if (z > shift) shift = z;
      token[size] = support[i];
      f[size++] = mass[i];
    }
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const e = f[i] * Math.exp(Z[at + token[i]] - shift);
      f[i] = e;
      squares += e * e;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let i = 0; i < size; i++) f[i] *= scale;
    const padded = Math.ceil(size / LANES) * LANES;
    token.fill(token[0], size, padded);
    f.fill(0, size, padded);
    return padded;
  }

  /** Fills `residual` with e_n - alpha (per copy of a column) and returns the loss. */
  function decode(size: number, target: number): number {
    const o = residual.fill(0);
    for (let i = 0; i < size; i += LANES) {
      const [f0, f1, f2, f3] = [f[i], f[i + 1], f[i + 2], f[i + 3]];
      const y0 = token[i] * N;
      const y1 = token[i + 1] * N;
      const y2 = token[i + 2] * N;
      const y3 = token[i + 3] * N;
      for (let j = 0; j < N; j++) o[j] += f0 * Y[y0 + j] + f1 * Y[y1 + j] + (f2 * Y[y2 + j] + f3 * Y[y3 + j]);
    }
    let shift = -Infinity;
    for (let j = 0; j < N; j++) if (o[j] > shift) shift = o[j];
    const gap = o[target] - shift;
    // 1 - alpha_n is the sum of the others, never a subtraction, which would freeze training at a gap near 37.
    let others = 0;
    for (let j = 0; j < N; j++) {
      const e = Math.exp(o[j] - shift);
      o[j] = e;
      if (j !== target) others += multiplicity[j] * e;
    }
    const own = o[target];
    const scale = 1 / (own + others);
    for (let j = 0; j < N; j++) residual[j] = -o[j] * scale;
    residual[target] = others * scale;
    return gap === 0 ? Math.log1p(others) : Math.log(own + others) - gap;
  }

  /** Adds weight times dY = f (e_n - alpha)^T and dZ = f (g - f f.g), g = Y (e_n - alpha). */
  function backward(size: number, row: number, weight: number): void {
    for (let j = 0; j < N; j++) spread[j] = multiplicity[j] * residual[j];
    for (let i = 0; i < size; i += LANES) {
      const y0 = token[i] * N;
      const y1 = token[i + 1] * N;
      const y2 = token[i + 2] * N;
      const y3 = token[i + 3] * N;
      const s0 = weight * f[i];
      const s1 = weight * f[i + 1];
      const s2 = weight * f[i + 2];
      const s3 = weight * f[i + 3];
      let [g0, g1, g2, g3] = [0, 0, 0, 0];
      for (let j = 0; j < N; j++) {
        const r = residual[j];
        const t = spread[j];
        g0 += Y[y0 + j] * t;
        g1 += Y[y1 + j] * t;
        g2 += Y[y2 + j] * t;
        g3 += Y[y3 + j] * t;
        dY[y0 + j] += s0 * r;
        dY[y1 + j] += s1 * r;
        dY[y2 + j] += s2 * r;
        dY[y3 + j] += s3 * r;
      }
      g[i] = g0;
      g[i + 1] = g1;
      g[i + 2] = g2;
      g[i + 3] = g3;
    }
    let along = 0;
    for (let i = 0; i < size; i++) along += f[i] * g[i];
    for (let i = 0; i < size; i++) {
      dZ[row * S + token[i]] += weight * f[i] * (g[i] - f[i] * along);
      reachedY[token[i]] = 1;
    }
    reachedZ[row] = 1;
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
      for (const { cls, mass, weight } of examples) {
        const { support, row, target } = classes[cls];
        const size = attend(support, row * S, mass);
        loss += weight * decode(size, target);
        backward(size, row, weight);
      }
      move(Y, velocityY, dY, reachedY, etaY);
      move(Z, velocityZ, dZ, reachedZ, etaZ);
      return loss;
    },
    read: () => ({ Y: rows(Y, N), Z: rows(Z, S) }),
    readVelocity: () => ({ Y: rows(velocityY, N), Z: rows(velocityZ, S) }),
    dispose() {},
  };
}
