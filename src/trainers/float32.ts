/**
 * Training on typed arrays of single precision: every operation is rounded to float32, as a plain kernel in C or a shader does it.
 * For the bench, the paper's model and sgd alone; it shares types with the other trainers, no formula.
 */
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import { checkStart } from './startChecks.ts';
import type { Session, Start, Trainer, TrainingExample } from './trainer.ts';

const round = Math.fround;
const packed = (m: Matrix<number>): Float32Array => Float32Array.from(m.flat());
const unpacked = (a: Float32Array, width: number): Matrix<number> =>
  Array.from({ length: a.length / width }, (_, i) => Array.from(a.subarray(i * width, (i + 1) * width)));

/** @param subtracts 1 - alpha_n by subtraction, not as the sum of the other alphas */
const trainer = (name: string, subtracts: boolean): Trainer => ({
  name,
  unit: 2 ** -24,
  start: async (layout, start, rates) => {
    checkStart(layout, start, rates);
    if (layout.model || (rates.optimiser ?? 'sgd') !== 'sgd')
      throw new TypeError(`${name} trains the paper's model by sgd alone`);
    return session(layout, start, rates, subtracts);
  },
});

/** The trainer in single precision. @throws TypeError for another model than the paper's, or another optimiser than sgd */
export const float32Trainer: Trainer = trainer('float32', false);

/**
 * The same with the fault of many kernels: e_n - alpha_n by subtraction, which is 0 as soon as alpha_n rounds to 1. From then on
 * nothing is learnt, and attention looks as if it had snapped.
 */
export const float32Subtracting: Trainer = trainer('float32-subtracting', true);

/** velocity' = momentum velocity + slope, parameter' = parameter + eta velocity'; the slope is 0 afterwards. */
function move(
  x: Float32Array,
  velocity: Float32Array,
  slope: Float32Array,
  momentum: number,
  eta: number,
): void {
  for (let i = 0; i < x.length; i++) {
    velocity[i] = round(momentum * velocity[i]) + slope[i];
    x[i] += round(eta * velocity[i]);
    slope[i] = 0;
  }
}

function session(layout: Layout, start: Start, rates: Rates, subtracts: boolean): Session {
  const [momentum, etaY, etaZ] = [rates.momentum, rates.etaY, rates.etaZ].map(round);
  const [S, N] = [layout.tokens.length, layout.columns.length];
  const [Y, Z] = [packed(start.Y), packed(start.Z)];
  const velocityY = start.velocityY ? packed(start.velocityY) : new Float32Array(Y.length);
  const velocityZ = start.velocityZ ? packed(start.velocityZ) : new Float32Array(Z.length);
  const [slopeY, slopeZ] = [new Float32Array(Y.length), new Float32Array(Z.length)];
  const copies = Float32Array.from(layout.multiplicity);
  const widest = Math.max(...layout.classes.map(({ support }) => support.length));
  const [f, pull] = [new Float32Array(widest), new Float32Array(widest)];
  /** Logits, then the residual e_n - alpha. */
  const column = new Float32Array(N);

  /** f = v/||v||, v_l = C_l exp(z_l); over the largest weight, so that no square underflows. */
  function attend(support: readonly number[], row: number, mass: ArrayLike<number>): void {
    let most = -Infinity;
    for (let i = 0; i < support.length; i++) if (mass[i] > 0) most = Math.max(most, Z[row * S + support[i]]);
    let largest = 0;
    for (let i = 0; i < support.length; i++) {
      f[i] = mass[i] > 0 ? round(mass[i]) * round(Math.exp(round(Z[row * S + support[i]] - most))) : 0;
      largest = Math.max(largest, f[i]);
    }
    let squares = 0;
    for (let i = 0; i < support.length; i++) {
      f[i] /= largest;
      squares = round(squares + round(f[i] * f[i]));
    }
    const norm = round(Math.sqrt(squares));
    for (let i = 0; i < support.length; i++) f[i] /= norm;
  }

  /** The loss of an example; leaves e_n - alpha in `column`, at n as the sum of the other alphas. */
  function decode(support: readonly number[], target: number): number {
    column.fill(0);
    for (let i = 0; i < support.length; i++)
      for (let k = 0; k < N; k++) column[k] += round(f[i] * Y[support[i] * N + k]);
    let most = -Infinity;
    for (let k = 0; k < N; k++) most = Math.max(most, column[k]);
    const own = round(column[target] - most);
    let [all, others] = [0, 0];
    for (let k = 0; k < N; k++) {
      column[k] = Math.exp(round(column[k] - most));
      const weight = round(copies[k] * column[k]);
      all = round(all + weight);
      if (k !== target) others = round(others + weight);
    }
    const residual = subtracts ? 1 - round(column[target] / all) : others / all;
    for (let k = 0; k < N; k++) column[k] /= -all;
    column[target] = residual;
    return round(round(Math.log(all)) - own);
  }

  /** Adds the gradient of an example, times its share: f (e_n - alpha)^T, and f (p - f.p f) with p = Y (e_n - alpha). */
  function backward(support: readonly number[], row: number, share: number): void {
    let along = 0;
    for (let i = 0; i < support.length; i++) {
      const from = support[i] * N;
      const scale = round(share * f[i]);
      let p = 0;
      for (let k = 0; k < N; k++) {
        p = round(p + round(Y[from + k] * round(copies[k] * column[k])));
        slopeY[from + k] += round(scale * column[k]);
      }
      pull[i] = p;
      along = round(along + round(f[i] * p));
    }
    for (let i = 0; i < support.length; i++)
      slopeZ[row * S + support[i]] += round(round(share * f[i]) * round(pull[i] - round(f[i] * along)));
  }

  return {
    step(examples: readonly TrainingExample[]): number {
      let loss = 0;
      for (const { cls, mass, weight } of examples) {
        const { support, row, target } = layout.classes[cls];
        const share = round(weight);
        attend(support, row, mass);
        loss = round(loss + round(share * decode(support, target)));
        backward(support, row, share);
      }
      move(Y, velocityY, slopeY, momentum, etaY);
      move(Z, velocityZ, slopeZ, momentum, etaZ);
      return loss;
    },
    read: () => ({ Y: unpacked(Y, N), Z: unpacked(Z, S) }),
    readVelocity: () => ({ Y: unpacked(velocityY, N), Z: unpacked(velocityZ, S) }),
    dispose() {},
  };
}
