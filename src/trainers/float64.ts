/**
 * Training on typed arrays of doubles: hand-written loops over counts, in any layout. The third implementation, between
 * the reference and the fast trainer in precision, and the fastest for long runs. It shares types with them, no formula.
 */
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { modelSession64 } from './models64.ts';
import { mover } from './mover.ts';
import { checkStart } from './startChecks.ts';
import type { Session, Start, Trainer, TrainingExample } from './trainer.ts';

/** ParameterRows of Y per pass over the columns, so that each entry of the columns is loaded once for four rows. */
const LANES = 4;

const flat = (m: Matrix<number>, columns: number): Float64Array => {
  const out = new Float64Array(m.length * columns);
  m.forEach((row, i) => {
    out.set(row, i * columns);
  });
  return out;
};
/** Spread and Array.from would go through the iterator of the typed array: a third of the time of a short run that is read at every step. */
function rows(a: Float64Array, columns: number): Matrix<number> {
  const all: number[][] = [];
  for (let at = 0; at < a.length; at += columns) {
    const row: number[] = [];
    for (let i = 0; i < columns; i++) row.push(a[at + i]);
    all.push(row);
  }
  return all;
}

/**
 * Conditions under which exponentials shifted by the maximum of a whole row of Z are as accurate as with the example's own
 * shift: for logits within SPREAD of each other exp(z - shift) is above 2^-866, so that no f is subnormal; and a sum of
 * squares of at least LEAST loses less than 2^-422 of itself to squares that underflow.
 */
const SPREAD = 600;
const LEAST = 2 ** -600;

/** The trainer on doubles: the fastest for one world. */
export const float64Trainer: Trainer = {
  name: 'float64',
  unit: 2 ** -53,
  start: async (layout, start, rates) => {
    checkStart(layout, start, rates);
    return layout.model ? modelSession64(layout, start, rates) : session(layout, start, rates);
  },
};

function session(layout: Layout, start: Start, rates: Rates): Session {
  const { etaY, etaZ } = rates;
  const [S, Q, N] = [layout.tokens.length, layout.queries.length, layout.columns.length];
  const Y = flat(start.Y, N);
  const Z = flat(start.Z, S);
  const velocityY = start.velocityY ? flat(start.velocityY, N) : new Float64Array(Y.length);
  const velocityZ = start.velocityZ ? flat(start.velocityZ, S) : new Float64Array(Z.length);
  const [dY, dZ] = [new Float64Array(Y.length), new Float64Array(Z.length)];
  const multiplicity = Float64Array.from(layout.multiplicity);
  const classes = layout.classes.map(({ support, row, target }) => ({
    row,
    target,
    /** For each token of the support: the offset of its row in Y, and the index of its logit in Z. */
    inY: Int32Array.from(support, (l) => l * N),
    inZ: Int32Array.from(support, (l) => row * S + l),
  }));
  /** Per row of Z: the logits used by any class. */
  const read = layout.queries.map((_, row) =>
    Int32Array.from(new Set(classes.flatMap((c) => (c.row === row ? [...c.inZ] : [])))),
  );
  /** exp(z - largest z of the row), per logit; and the rows in which every example can use it in this step. */
  const e = new Float64Array(Z.length);
  const [ready, shared] = [new Uint8Array(Q), new Uint8Array(Q)];
  /** Whether the step has enough examples for shared exponentials to save time. */
  let sharing = false;
  /** The current example: its tokens of positive mass, padded with f = 0 to a multiple of LANES. */
  const widest = Math.max(...classes.map((c) => c.inY.length)) + LANES;
  const [f, g] = [new Float64Array(widest), new Float64Array(widest)];
  const [atY, atZ] = [new Int32Array(widest), new Int32Array(widest)];
  const [residual, spread] = [new Float64Array(N), new Float64Array(N)];

  /** The exponentials of one row, used by every example of the step with this query. */
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
      // z - most = x + rest exactly, so the shift costs no accuracy although the maximum may belong to another example:
      // the error of exp is at most 2 u, that of the sum u, and the bounds allow 4 u; rest^2 / 2 is far below u.
      const x = z - most;
      const back = x - z;
      const rest = z - (x - back) - (most + back);
      const exp = Math.exp(x);
      e[at[i]] = exp + exp * rest;
    }
  }

  /** Sets f to C_l exp(z_l - shift); returns its sum of squares. */
  function weigh(size: number, shift: number): number {
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const x = f[i] * Math.exp(Z[atZ[i]] - shift);
      f[i] = x;
      squares += x * x;
    }
    return squares;
  }

  /** As `weigh`, with the exponentials of the row where they are accurate. */
  function weighShared(size: number, shift: number, row: number): number {
    if (ready[row] === 0) exponentials(row);
    if (shared[row] === 0) return weigh(size, shift);
    let squares = 0;
    for (let i = 0; i < size; i++) {
      const x = f[i] * e[atZ[i]];
      squares += x * x;
    }
    if (!(squares >= LEAST)) return weigh(size, shift);
    for (let i = 0; i < size; i++) f[i] *= e[atZ[i]];
    return squares;
  }

  /**
   * f = e / ||e||, e_l = C_l exp(z_l - shift): the normaliser of attention and the shift cancel in f. Returns the number
   * of entries, a multiple of LANES.
   */
  function attend(inY: Int32Array, inZ: Int32Array, row: number, mass: ArrayLike<number>): number {
    let size = 0;
    let shift = -Infinity;
    for (let i = 0; i < inY.length; i++) {
      // Always written, and kept where the token is present: a branch would be mispredicted half of the time.
      f[size] = mass[i];
      atY[size] = inY[i];
      atZ[size] = inZ[i];
      const present = mass[i] > 0;
      shift = present && Z[inZ[i]] > shift ? Z[inZ[i]] : shift;
      size += present ? 1 : 0;
    }
    const scale = 1 / Math.sqrt(sharing ? weighShared(size, shift, row) : weigh(size, shift));
    for (let i = 0; i < size; i++) f[i] *= scale;
    for (; size % LANES > 0; size++) {
      atY[size] = atY[0];
      atZ[size] = atZ[0];
      f[size] = 0;
    }
    return size;
  }

  /**
   * Sets `residual` to e_n - alpha (per copy of a column) and `spread` to the same times the number of copies; returns the loss.
   */
  function decode(size: number, target: number): number {
    const o = residual;
    for (let j = 0; j < N; j++) o[j] = 0;
    for (let i = 0; i < size; i += LANES) {
      // No array patterns: they would take a fifth of the time of a step.
      const f0 = f[i];
      const f1 = f[i + 1];
      const f2 = f[i + 2];
      const f3 = f[i + 3];
      const y0 = atY[i];
      const y1 = atY[i + 1];
      const y2 = atY[i + 2];
      const y3 = atY[i + 3];
      for (let j = 0; j < N; j++) o[j] += f0 * Y[y0 + j] + f1 * Y[y1 + j] + (f2 * Y[y2 + j] + f3 * Y[y3 + j]);
    }
    let shift = -Infinity;
    for (let j = 0; j < N; j++) if (o[j] > shift) shift = o[j];
    const gap = o[target] - shift;
    // 1 - alpha_n is the sum of the others: a subtraction would freeze training at a gap near 37.
    let others = 0;
    for (let j = 0; j < N; j++) {
      const x = Math.exp(o[j] - shift);
      o[j] = x;
      if (j !== target) others += multiplicity[j] * x;
    }
    const own = o[target];
    const scale = 1 / (own + others);
    for (let j = 0; j < N; j++) {
      residual[j] = j === target ? others * scale : -o[j] * scale;
      spread[j] = multiplicity[j] * residual[j];
    }
    return gap === 0 ? Math.log1p(others) : Math.log(own + others) - gap;
  }

  /** Adds weight times dY = f (e_n - alpha)^T and dZ = f (g - f f.g), g = Y (e_n - alpha). */
  function backward(size: number, weight: number): void {
    let along = 0;
    for (let i = 0; i < size; i += LANES) {
      const y0 = atY[i];
      const y1 = atY[i + 1];
      const y2 = atY[i + 2];
      const y3 = atY[i + 3];
      const f0 = f[i];
      const f1 = f[i + 1];
      const f2 = f[i + 2];
      const f3 = f[i + 3];
      const s0 = weight * f0;
      const s1 = weight * f1;
      const s2 = weight * f2;
      const s3 = weight * f3;
      let g0 = 0;
      let g1 = 0;
      let g2 = 0;
      let g3 = 0;
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
      along += f0 * g0 + f1 * g1 + (f2 * g2 + f3 * g3);
    }
    for (let i = 0; i < size; i++) dZ[atZ[i]] += weight * f[i] * (g[i] - f[i] * along);
  }

  const moveY = mover(rates, Y, velocityY, dY, etaY);
  const moveZ = mover(rates, Z, velocityZ, dZ, etaZ);

  return {
    step(examples: readonly TrainingExample[]): number {
      let loss = 0;
      ready.fill(0);
      sharing = examples.length > 2 * Q;
      for (const { cls, mass, weight } of examples) {
        const { row, target, inY, inZ } = classes[cls];
        const size = attend(inY, inZ, row, mass);
        loss += weight * decode(size, target);
        backward(size, weight);
      }
      moveY();
      moveZ();
      return loss;
    },
    read: () => ({ Y: rows(Y, N), Z: rows(Z, S) }),
    readVelocity: () => ({ Y: rows(velocityY, N), Z: rows(velocityZ, S) }),
    dispose() {},
  };
}
