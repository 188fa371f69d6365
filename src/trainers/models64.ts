/**
 * Training of any model (see `Model`) on typed arrays of doubles, by loops over the rows of Y that an example reads. It shares
 * the kernels' functions with the closed form of modelGradient.ts, and no other formula.
 */
import { float64 } from '../arithmetic/float64.ts';
import { elementwise } from '../model/attentionKernels.ts';
import type { Layout } from '../model/layout.ts';
import { paperModel } from '../model/model.ts';
import { parameterRows, shapeOf } from '../model/modelLayout.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { mover } from './mover.ts';
import type { Session, Start, TrainingExample } from './trainer.ts';

const NUMBERS = elementwise(float64);

const flat = (rows: Matrix<number> | undefined, [height, width]: readonly [number, number]): Float64Array =>
  rows ? Float64Array.from(rows.flat()) : new Float64Array(height * width);
const rowsOfFlat = (a: Float64Array, width: number): Matrix<number> =>
  Array.from({ length: a.length / width }, (_, i) => [...a.subarray(i * width, (i + 1) * width)]);

/** What a head has computed of the current example. */
interface Head {
  /** Logits of row 0 in Z, and row 0 in Y. */
  readonly inZ: number;
  readonly inY: number;
  /** C_l phi(z_l), then attention v_l; C_l phi'(z_l). By token of the example. */
  readonly v: Float64Array;
  readonly slope: Float64Array;
  /** sum C_l phi(z_l), and the norm of what is made of it. */
  total: number;
  norm: number;
  /** x and dJ/dx, by row that is read. */
  readonly x: Float64Array;
  readonly g: Float64Array;
}

/** The session of a layout's model, in doubles. */
export function modelSession64(layout: Layout, start: Start, rates: Rates): Session {
  const { attention: kernel, normaliser, residual: lambda, heads } = layout.model ?? paperModel;
  const shape = shapeOf(layout);
  const { rows, others, othersAt, queriesAt } = parameterRows(layout);
  const [S, Q, N] = [layout.tokens.length, layout.queries.length, layout.columns.length];
  const dense = normaliser === 'layernorm';
  const scale = 1 / Math.hypot(1, lambda);
  const mean = 1 / layout.vocabulary;
  const [Y, Z] = [flat(start.Y, shape.Y), flat(start.Z, shape.Z)];
  const [velocityY, velocityZ] = [flat(start.velocityY, shape.Y), flat(start.velocityZ, shape.Z)];
  const [dY, dZ] = [new Float64Array(Y.length), new Float64Array(Z.length)];
  const moveY = mover(rates, Y, velocityY, dY, rates.etaY);
  const moveZ = mover(rates, Z, velocityZ, dZ, rates.etaZ);
  const multiplicity = Float64Array.from(layout.multiplicity);
  const most = Math.max(...layout.classes.map(({ support }) => support.length));
  /** Of the example: its tokens of positive mass, and the rows of Y in a head that it reads, with their copies. */
  const [tokens, mass] = [new Int32Array(most), new Float64Array(most)];
  const [at, copies] = [new Int32Array(rows), new Float64Array(rows)];
  const all = Array.from(
    { length: heads },
    (_, h): Head => ({
      ...{ inZ: h * Q * S, inY: h * rows * N, total: 0, norm: 0 },
      ...{ v: new Float64Array(most), slope: new Float64Array(most) },
      ...{ x: new Float64Array(rows), g: new Float64Array(rows) },
    }),
  );
  const [logits, residual, spread] = [0, 1, 2].map(() => new Float64Array(N));
  const d = new Float64Array(most);

  /** The place in `at` of the i-th token: dense rows are in the order of tokens. */
  const placeOf = (i: number): number => (dense ? tokens[i] : i);

  /** Sets x of a head. */
  function attend(head: Head, size: number, width: number, row: number): void {
    const { v, slope, x } = head;
    const from = head.inZ + row * S;
    let shift = 0;
    if (kernel.shifts) {
      shift = -Infinity;
      for (let i = 0; i < size; i++) shift = Math.max(shift, Z[from + tokens[i]]);
    }
    let total = 0;
    for (let i = 0; i < size; i++) {
      const z = Z[from + tokens[i]] - shift;
      v[i] = mass[i] * kernel.phi(NUMBERS, z);
      slope[i] = mass[i] * kernel.slope(float64, z);
      total += v[i];
    }
    head.total = total;
    if (normaliser === 'length') {
      let squares = 0;
      for (let i = 0; i < size; i++) squares += v[i] * v[i];
      head.norm = Math.sqrt(squares);
      for (let i = 0; i < size; i++) x[i] = v[i] / head.norm;
    } else {
      for (let i = 0; i < size; i++) v[i] /= total;
      if (dense) {
        x.fill(-mean, 0, width);
        for (let i = 0; i < size; i++) x[tokens[i]] += v[i];
        let squares = 0;
        for (let r = 0; r < width; r++) squares += copies[r] * x[r] * x[r];
        head.norm = Math.sqrt(squares);
        for (let r = 0; r < width; r++) x[r] /= head.norm;
      } else for (let i = 0; i < size; i++) x[i] = v[i];
    }
    if (lambda === 0) return;
    for (let r = 0; r < width; r++) x[r] *= scale;
    x[width] = lambda * scale;
  }

  /** Adds weight times the gradient in Z of a head from g = dJ/dx. */
  function attendBack(head: Head, size: number, width: number, row: number, weight: number): void {
    const { v, slope, x, g, norm, total } = head;
    let along = 0;
    // x is f times `scale`, and dJ/df is g times it.
    if (normaliser !== 'none') for (let r = 0; r < width; r++) along += copies[r] * x[r] * g[r];
    let attended = 0;
    for (let i = 0; i < size; i++) {
      const r = placeOf(i);
      const own = normaliser === 'none' ? g[r] * scale : (g[r] * scale - (x[r] / scale) * along) / norm;
      d[i] = own;
      attended += v[i] * own;
    }
    const from = head.inZ + row * S;
    for (let i = 0; i < size; i++) {
      const own = normaliser === 'length' ? d[i] : (d[i] - attended) / total;
      dZ[from + tokens[i]] += weight * slope[i] * own;
    }
  }

  /** Sets `residual` to e_n - alpha and `spread` to the same times the copies of a column; returns the loss. */
  function decode(width: number, target: number): number {
    logits.fill(0);
    for (const { inY, x } of all)
      for (let r = 0; r < width; r++) {
        const [share, base] = [copies[r] * x[r], inY + at[r] * N];
        for (let j = 0; j < N; j++) logits[j] += share * Y[base + j];
      }
    let top = -Infinity;
    for (let j = 0; j < N; j++) top = Math.max(top, logits[j]);
    let wrong = 0;
    for (let j = 0; j < N; j++) {
      residual[j] = Math.exp(logits[j] - top);
      if (j !== target) wrong += multiplicity[j] * residual[j];
    }
    const total = wrong + residual[target];
    for (let j = 0; j < N; j++) {
      residual[j] = j === target ? wrong / total : -residual[j] / total;
      spread[j] = multiplicity[j] * residual[j];
    }
    const gap = logits[target] - top;
    return gap === 0 ? Math.log1p(wrong) : Math.log(total) - gap;
  }

  function decodeBack({ inY, x, g }: Head, width: number, weight: number): void {
    for (let r = 0; r < width; r++) {
      const [share, base] = [weight * x[r], inY + at[r] * N];
      let back = 0;
      for (let j = 0; j < N; j++) {
        back += Y[base + j] * spread[j];
        dY[base + j] += share * residual[j];
      }
      g[r] = back;
    }
  }

  /** Reads the tokens of an example and the rows of Y that it needs; returns their numbers. */
  function read(support: readonly number[], masses: ArrayLike<number>): { size: number; width: number } {
    let size = 0;
    for (let i = 0; i < support.length; i++) {
      if (!(masses[i] > 0)) continue;
      tokens[size] = support[i];
      mass[size] = masses[i];
      size += 1;
    }
    const width = dense ? S + (others > 0 ? 1 : 0) : size;
    for (let r = 0; r < width; r++) {
      at[r] = dense ? r : tokens[r];
      copies[r] = dense && others > 0 && r === othersAt ? others : 1;
    }
    return { size, width };
  }

  return {
    step(examples: readonly TrainingExample[]): number {
      let loss = 0;
      for (const { cls, mass: masses, weight } of examples) {
        const { support, row, target } = layout.classes[cls];
        const { size, width } = read(support, masses);
        let whole = width;
        if (lambda > 0) {
          at[width] = queriesAt + row;
          copies[width] = 1;
          whole += 1;
        }
        for (const head of all) attend(head, size, width, row);
        loss += weight * decode(whole, target);
        for (const head of all) {
          decodeBack(head, whole, weight);
          attendBack(head, size, width, row, weight);
        }
      }
      moveY();
      moveZ();
      return loss;
    },
    read: () => ({ Y: rowsOfFlat(Y, N), Z: rowsOfFlat(Z, S) }),
    readVelocity: () => ({ Y: rowsOfFlat(velocityY, N), Z: rowsOfFlat(velocityZ, S) }),
    dispose() {},
  };
}
