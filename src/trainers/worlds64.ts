/**
 * Many worlds in doubles, one world after the other, so that each stays in the cache for all its steps. The tokens of a
 * world's examples and their offsets are the same at every step and computed once, which a session cannot do.
 */
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { checkWorlds } from './startChecks.ts';
import type { World, WorldsTrainer } from './trainer.ts';

/** Columns of Y in registers at a time; rows are padded with zeros to a multiple of it. */
const BLOCK = 4;

interface Example {
  readonly weight: number;
  readonly target: number;
  /** For each token of positive mass: the mass, the offset of its row in Y, the index of its logit in Z. */
  readonly mass: Float64Array;
  readonly inY: Int32Array;
  readonly inZ: Int32Array;
}

/** The training of one world. */
interface Run {
  readonly rates: Rates;
  readonly examples: readonly Example[];
  readonly multiplicity: Float64Array;
  readonly Y: Float64Array;
  readonly Z: Float64Array;
  readonly velocityY: Float64Array;
  readonly velocityZ: Float64Array;
}

/** Working memory of a step, shared by all worlds and as large as the largest needs. */
interface Scratch {
  readonly f: Float64Array;
  readonly g: Float64Array;
  /** Logits, then e_n - alpha per copy of a column; and the same times the number of copies. */
  readonly residual: Float64Array;
  readonly spread: Float64Array;
  /** Zero between steps. */
  readonly dY: Float64Array;
  readonly dZ: Float64Array;
}

const padded = (columns: number) => Math.ceil(columns / BLOCK) * BLOCK;

function flat(matrix: Matrix<number>, stride: number): Float64Array {
  const out = new Float64Array(matrix.length * stride);
  matrix.forEach((row, i) => {
    out.set(row, i * stride);
  });
  return out;
}

const rows = (a: Float64Array, stride: number, columns: number): Matrix<number> =>
  Array.from({ length: a.length / stride }, (_, i) => [...a.subarray(i * stride, i * stride + columns)]);

function runOf({ layout, start, rates, examples }: World): Run {
  const [S, stride] = [layout.tokens.length, padded(layout.columns.length)];
  const [Y, Z] = [flat(start.Y, stride), flat(start.Z, S)];
  return {
    rates,
    examples: examples.map(({ cls, mass, weight }) => {
      const { support, row, target } = layout.classes[cls];
      const present = support.map((_, i) => i).filter((i) => mass[i] > 0);
      return {
        weight,
        target,
        mass: Float64Array.from(present, (i) => mass[i]),
        inY: Int32Array.from(present, (i) => support[i] * stride),
        inZ: Int32Array.from(present, (i) => row * S + support[i]),
      };
    }),
    multiplicity: Float64Array.from(layout.multiplicity),
    Y,
    Z,
    velocityY: start.velocityY ? flat(start.velocityY, stride) : new Float64Array(Y.length),
    velocityZ: start.velocityZ ? flat(start.velocityZ, S) : new Float64Array(Z.length),
  };
}

function scratchFor(runs: readonly Run[]): Scratch {
  const room = (size: (run: Run) => number) =>
    new Float64Array(runs.reduce((most, run) => Math.max(most, size(run)), 0));
  const widest = (run: Run) => Math.max(...run.examples.map(({ mass }) => mass.length));
  const columns = (run: Run) => padded(run.multiplicity.length);
  return {
    f: room(widest),
    g: room(widest),
    residual: room(columns),
    spread: room(columns),
    dY: room(({ Y }) => Y.length),
    dZ: room(({ Z }) => Z.length),
  };
}

/** f = e / ||e||, e_l = P_l exp(z_l - max z): the normaliser of attention cancels in f. */
function attend({ mass, inZ }: Example, Z: Float64Array, f: Float64Array): void {
  let shift = -Infinity;
  for (let i = 0; i < inZ.length; i++) shift = Z[inZ[i]] > shift ? Z[inZ[i]] : shift;
  let squares = 0;
  for (let i = 0; i < inZ.length; i++) {
    const e = mass[i] * Math.exp(Z[inZ[i]] - shift);
    f[i] = e;
    squares += e * e;
  }
  const scale = 1 / Math.sqrt(squares);
  for (let i = 0; i < inZ.length; i++) f[i] *= scale;
}

/** Sets `residual` and `spread`; returns the loss. */
function decode({ inY, target }: Example, { Y, multiplicity }: Run, scratch: Scratch): number {
  const { f, residual, spread } = scratch;
  const N = multiplicity.length;
  for (let j = 0; j < N; j += BLOCK) {
    let o0 = 0;
    let o1 = 0;
    let o2 = 0;
    let o3 = 0;
    for (let i = 0; i < inY.length; i++) {
      const y = inY[i] + j;
      const x = f[i];
      o0 += x * Y[y];
      o1 += x * Y[y + 1];
      o2 += x * Y[y + 2];
      o3 += x * Y[y + 3];
    }
    residual[j] = o0;
    residual[j + 1] = o1;
    residual[j + 2] = o2;
    residual[j + 3] = o3;
  }
  let shift = -Infinity;
  for (let j = 0; j < N; j++) shift = residual[j] > shift ? residual[j] : shift;
  const gap = residual[target] - shift;
  // 1 - alpha_n is the sum of the others: a subtraction would freeze training at a gap near 37.
  let others = 0;
  for (let j = 0; j < N; j++) {
    const e = Math.exp(residual[j] - shift);
    residual[j] = e;
    if (j !== target) others += multiplicity[j] * e;
  }
  const own = residual[target];
  const scale = 1 / (own + others);
  for (let j = 0; j < N; j++) {
    residual[j] = j === target ? others * scale : -residual[j] * scale;
    spread[j] = multiplicity[j] * residual[j];
  }
  // Padding columns stay at 0, in Y as in its gradient.
  for (let j = N; j < padded(N); j++) {
    residual[j] = 0;
    spread[j] = 0;
  }
  return gap === 0 ? Math.log1p(others) : Math.log(own + others) - gap;
}

/** Adds weight times dY = f (e_n - alpha)^T and dZ = f (g - f f.g), g = Y (e_n - alpha). */
function backward({ inY, inZ, weight }: Example, { Y, multiplicity }: Run, scratch: Scratch): void {
  const { f, g, residual, spread, dY, dZ } = scratch;
  for (let i = 0; i < inY.length; i++) g[i] = 0;
  for (let j = 0; j < multiplicity.length; j += BLOCK) {
    const r0 = residual[j];
    const r1 = residual[j + 1];
    const r2 = residual[j + 2];
    const r3 = residual[j + 3];
    const t0 = spread[j];
    const t1 = spread[j + 1];
    const t2 = spread[j + 2];
    const t3 = spread[j + 3];
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
  for (let i = 0; i < inY.length; i++) along += f[i] * g[i];
  for (let i = 0; i < inY.length; i++) dZ[inZ[i]] += weight * f[i] * (g[i] - f[i] * along);
}

/** velocity' = momentum velocity + d; parameter' = parameter + eta velocity'; clears d. */
function move(x: Float64Array, v: Float64Array, d: Float64Array, eta: number, momentum: number): void {
  for (let k = 0; k < x.length; k++) {
    const next = momentum * v[k] + d[k];
    v[k] = next;
    x[k] += eta * next;
    d[k] = 0;
  }
}

/** One step of ascent; returns the loss before it. */
function step(run: Run, scratch: Scratch): number {
  const { etaY, etaZ, momentum } = run.rates;
  let loss = 0;
  for (const example of run.examples) {
    attend(example, run.Z, scratch.f);
    loss += example.weight * decode(example, run, scratch);
    backward(example, run, scratch);
  }
  move(run.Y, run.velocityY, scratch.dY, etaY, momentum);
  move(run.Z, run.velocityZ, scratch.dZ, etaZ, momentum);
  return loss;
}

/** Many worlds on doubles. */
export const float64Worlds: WorldsTrainer = {
  name: 'float64',
  unit: 2 ** -53,
  start: async (worlds) => {
    checkWorlds(worlds);
    const runs = worlds.map(runOf);
    const scratch = scratchFor(runs);
    const read = (of: (run: Run) => { Y: Float64Array; Z: Float64Array }) =>
      worlds.map(({ layout: { tokens, columns } }, w) => {
        const { Y, Z } = of(runs[w]);
        return {
          Y: rows(Y, padded(columns.length), columns.length),
          Z: rows(Z, tokens.length, tokens.length),
        };
      });
    return {
      advance: (steps) =>
        runs.map((run) => {
          let loss = Number.NaN;
          for (let i = 0; i < steps; i++) loss = step(run, scratch);
          return loss;
        }),
      read: () => read((run) => run),
      readVelocity: () => read(({ velocityY, velocityZ }) => ({ Y: velocityY, Z: velocityZ })),
      dispose() {},
    };
  },
};
