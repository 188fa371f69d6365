/**
 * Element-wise error bounds of one training step of a trainer, in count form. The model of rounding and the bounds of one
 * sequence are in src/kernels/judging/exampleBounds.ts; the sums over the batch and the update are derived here. The exact
 * quantities come from `exactStep`.
 */

import { SECOND_ORDER } from '../../src/kernels/judging/defect.ts';
import {
  attentionErrors,
  featureErrors,
  logitErrors,
  probabilityErrors,
} from '../../src/kernels/judging/exampleBounds.ts';
import {
  attentionGradientErrors,
  backpropagationErrors,
  decoderGradientError,
} from '../../src/kernels/judging/gradientBounds.ts';
import { kernelRoundoff, type Roundoff } from '../../src/kernels/judging/roundoff.ts';
import type { Layout } from '../../src/model/layout.ts';
import type { Rates } from '../../src/model/training.ts';
import type { Matrix } from '../../src/model/transformer.ts';
import type { ExactStep } from './exactStep.ts';

/** Automatic differentiation in float32: masses, weights and rates are rounded, e_n - alpha is a subtraction. */
export const float32Autodiff: Roundoff = kernelRoundoff('float32', {}, false);

/** The float32 trainer: e_n - alpha is a sum. */
export const float32Sums: Roundoff = kernelRoundoff('float32', {}, true);

/** The float64 trainer: its masses, weights and rates are exact, e_n - alpha is a sum. */
export const float64Sums: Roundoff = { ...kernelRoundoff('float64', {}, true), input: 0 };

export interface StepBounds {
  readonly loss: number;
  readonly Y: Matrix<number>;
  readonly Z: Matrix<number>;
  readonly velocityY: Matrix<number>;
  readonly velocityZ: Matrix<number>;
}

const grid = (rows: number, columns: number): Matrix<number> =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));

/**
 * Bounds of |computed - exact| for all results of a step that starts from the same state as `exact`.
 *
 * A correct trainer in this arithmetic never exceeds them.
 */
export function stepBounds(
  layout: Layout,
  exact: ExactStep,
  { etaY, etaZ, momentum }: Rates,
  arithmetic: Roundoff,
): StepBounds {
  const { u, tiny, input } = arithmetic;
  const B = exact.examples.length;
  // Sums over the batch: of errors, and of the magnitudes of the terms, which determine the rounding errors.
  const [dY, sizeY] = [
    grid(layout.tokens.length, layout.columns.length),
    grid(layout.tokens.length, layout.columns.length),
  ];
  const [dZ, sizeZ] = [
    grid(layout.queries.length, layout.tokens.length),
    grid(layout.queries.length, layout.tokens.length),
  ];
  let [loss, sizeLoss] = [0, 0];
  for (const x of exact.examples) {
    const Y = (l: number, j: number) => exact.before.Y[x.tokens[l]][j];
    const df = featureErrors(x, attentionErrors(x, arithmetic).own, arithmetic);
    const tau = logitErrors(x, df, Y, arithmetic);
    const decoder = probabilityErrors(x, tau, arithmetic, layout.multiplicity);
    const dy = decoderGradientError(x, df, decoder.residual, arithmetic);
    const dz = attentionGradientErrors(
      x,
      df,
      backpropagationErrors(x, decoder.residual, Y, arithmetic, layout.multiplicity),
      arithmetic,
    );
    loss += x.weight * decoder.loss;
    sizeLoss += x.weight * Math.abs(x.J);
    x.tokens.forEach((token, l) => {
      x.residual.forEach((r, j) => {
        dY[token][j] += x.weight * dy(l, j) + tiny;
        sizeY[token][j] += x.weight * x.f[l] * Math.abs(r);
      });
      dZ[x.row][token] += x.weight * dz[l] + tiny;
      sizeZ[x.row][token] += x.weight * x.f[l] * Math.abs(x.w[l]);
    });
  }
  // Mean over the batch: the weight's error, the product with it, B - 1 additions, and the share of a merged column
  // (a rounded reciprocal and a product).
  const batch = input + (B + 2) * u;
  const change = (d: number, size: number) => d + batch * size;
  // velocity' = mu v + d: the product, the error of mu, the addition. parameter' = p + eta v': likewise.
  const velocity = (
    error: Matrix<number>,
    size: Matrix<number>,
    before: Matrix<number>,
    after: Matrix<number>,
  ) =>
    error.map((row, i) =>
      row.map((d, j) => {
        const kept = Math.abs(momentum * before[i][j]);
        const added = momentum === 0 ? 0 : (u + input) * kept + u * Math.abs(after[i][j]) + tiny;
        return SECOND_ORDER * (change(d, size[i][j]) + added);
      }),
    );
  const parameter = (dv: Matrix<number>, eta: number, v: Matrix<number>, after: Matrix<number>) =>
    dv.map((row, i) =>
      row.map((d, j) => {
        const moved = eta * Math.abs(v[i][j]);
        return SECOND_ORDER * (eta * d + (u + input) * moved + u * Math.abs(after[i][j]) + tiny);
      }),
    );
  const { before, after } = exact;
  const velocityY = velocity(dY, sizeY, before.velocityY, after.velocityY);
  const velocityZ = velocity(dZ, sizeZ, before.velocityZ, after.velocityZ);
  return {
    loss: SECOND_ORDER * (loss + batch * sizeLoss),
    velocityY,
    velocityZ,
    Y: parameter(velocityY, etaY, after.velocityY, after.Y),
    Z: parameter(velocityZ, etaZ, after.velocityZ, after.Z),
  };
}
