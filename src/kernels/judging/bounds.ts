/**
 * How far one training step in floating point may lie from the exact step, element by element, in count form.
 *
 * Every line bounds the absolute error of one computed quantity by what went into it, to first order in u; the
 * products of two errors are covered by a factor 1.05, underflow by a smallest normal number per term. The exact
 * quantities come from `exactStep`; the bounds themselves are magnitudes and plain doubles hold them well enough.
 *
 * Standard model: fl(a op b) = (a op b)(1 + d), |d| <= u, for + - * / sqrt; exp has relative error E. A sum of n
 * terms in any order errs by at most (n - 1) u sum |terms|; zeros are added exactly, so n counts the nonzero ones.
 */
import type { Layout } from '../../model/layout.ts';
import type { Rates } from '../../model/training.ts';
import type { Matrix } from '../../model/transformer.ts';
import { SECOND_ORDER } from './defect.ts';
import type { ExactStep } from './exactStep.ts';
import {
  attentionErrors,
  attentionGradientErrors,
  decoderGradientError,
  featureErrors,
  logitErrors,
  probabilityErrors,
} from './exampleBounds.ts';
import type { Roundoff } from './roundoff.ts';

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
 * Bounds of |computed - exact| of everything a step changes, when it starts from the very state that `exact` does.
 *
 * A correct trainer of this arithmetic never exceeds them.
 */
export function stepBounds(
  layout: Layout,
  exact: ExactStep,
  { etaY, etaZ, momentum }: Rates,
  arithmetic: Roundoff,
): StepBounds {
  const { u, tiny, input } = arithmetic;
  const B = exact.examples.length;
  // Sums over the batch: of errors, and of the magnitudes of the terms, which rounding acts on.
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
    const dz = attentionGradientErrors(x, df, decoder.residual, Y, arithmetic, layout.multiplicity);
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
  // Over the batch: the weight's error, the product by it, B - 1 additions, and the share of a merged column (a
  // rounded reciprocal and a product).
  const batch = input + (B + 2) * u;
  const change = (d: number, size: number) => d + batch * size;
  // velocity' = mu v + d: the product, mu's own error, the addition. parameter' = p + eta v': likewise.
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
