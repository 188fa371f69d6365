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
import type { Layout } from '../model/layout.ts';
import type { Rates } from '../model/training.ts';
import type { Matrix } from '../model/transformer.ts';
import type { ExactExample, ExactStep } from './exactStep.ts';

/** What a trainer promises of its arithmetic. */
export interface Arithmetic {
  /** Unit roundoff: 2^-24 or 2^-53. */
  readonly u: number;
  /** Smallest normal number; anything below it may be flushed to 0. */
  readonly tiny: number;
  /** Relative error of exp and of log. */
  readonly exp: number;
  /** Relative error of masses, weights and rates as the trainer holds them: u if it rounds them, 0 if not. */
  readonly input: number;
  /** Whether e_n - alpha is a subtraction (standard: automatic differentiation), or alpha's other entries' sum (strict). */
  readonly subtracts: boolean;
}

/** exp within 4 u: two units in the last place, which every library in use keeps. */
const expError = (u: number) => 4 * u;

export const float32Autodiff: Arithmetic = {
  u: 2 ** -24,
  tiny: 2 ** -126,
  exp: expError(2 ** -24),
  input: 2 ** -24,
  subtracts: true,
};

export const float64Sums: Arithmetic = {
  u: 2 ** -53,
  tiny: 2 ** -1022,
  exp: expError(2 ** -53),
  input: 0,
  subtracts: false,
};

export interface StepBounds {
  readonly loss: number;
  readonly Y: Matrix<number>;
  readonly Z: Matrix<number>;
  readonly velocityY: Matrix<number>;
  readonly velocityZ: Matrix<number>;
}

const SECOND_ORDER = 1.05;
const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const grid = (rows: number, columns: number): Matrix<number> =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(0));

/** Errors of f over the example's tokens. */
function featureBounds({ z, mass, f }: ExactExample, { u, tiny, exp, input }: Arithmetic): number[] {
  const shift = Math.max(...z);
  const s = z.length;
  // e_l = C_l exp(z_l - max z): the difference rounds by u D_l, an error of exp's argument; exp; the product by C_l;
  // C_l itself. Underflow of exp, of the product and
  // of C_l: absolute, tiny each (masses are at most 1 here).
  const e = z.map((x, l) => mass[l] * Math.exp(x - shift));
  const de = z.map((x, l) => e[l] * (u * (shift - x + 1) + exp + input) + 3 * tiny);
  const squares = total(e.map((x) => x * x));
  const norm = Math.sqrt(squares);
  // ||e||: half the relative error of sum e^2 (its inputs 2 e de; a square and s - 1 additions, s u; underflow of the
  // squares), then the square root, u.
  const normError =
    total(e.map((x, l) => (x * de[l]) / squares)) + (s * u) / 2 + (s * tiny) / (2 * squares) + u;
  // f = e / ||e||, or e times the rounded reciprocal: 2 u.
  return f.map((x, l) => de[l] / norm + x * (normError + 2 * u) + tiny);
}

/** Errors of the loss and of e_n - alpha per copy of a column. */
function decoderBounds(
  x: ExactExample,
  df: readonly number[],
  Y: (l: number, j: number) => number,
  layout: Layout,
  { u, tiny, exp, input, subtracts }: Arithmetic,
): { loss: number; residual: number[] } {
  const { f, logits, alpha, residual, J, target } = x;
  const { multiplicity } = layout;
  const [s, N] = [f.length, logits.length];
  // o_j = sum_l f_l Y_lj: errors of f; a product and s - 1 additions.
  const tau = logits.map((_, j) => total(f.map((fl, l) => Math.abs(Y(l, j)) * (df[l] + s * u * fl) + tiny)));
  // exp(o_j - max o): the difference rounds by u D_j; a common error of the shift cancels in every quotient.
  const top = Math.max(...logits);
  const own = logits.map((o, j) => tau[j] + u * (top - o) + exp);
  // If ln of each term errs by own_j, ln of their sum errs by at most ln sum alpha exp(own), to all orders. Then the
  // products by the multiplicities, N - 1 additions, and the terms that were flushed.
  const copies = alpha.map((a, j) => multiplicity[j] * a);
  const shared =
    Math.log1p(total(copies.map((a, j) => a * Math.expm1(own[j])))) + N * u + total([...multiplicity]) * tiny;
  // alpha_j: its own term, the sum, and at most four roundings (reciprocal or division, products; a weight carried
  // through the differentiation adds one more, and its own error).
  const relative = own.map((t) => Math.expm1(t + shared + 5 * u + input));
  const dalpha = alpha.map((a, j) => Math.min(a * relative[j], 1) + tiny);
  // e_n - alpha: at n, alpha_n's error and the subtraction's (standard), or the others' errors and a sum (strict).
  const others = total(copies.map((a, j) => (j === target ? 0 : a * relative[j] + multiplicity[j] * tiny)));
  const atTarget = subtracts
    ? Math.min(1, dalpha[target]) + (u + input) * residual[target] + u
    : others + (N + 2) * u * residual[target] + tiny;
  // loss = log sum exp(o - max) - (o_n - max): the two terms' errors, log's own, the last subtraction.
  const logSum = -J - (top - logits[target]);
  const loss =
    tau[target] + u * (top - logits[target]) + shared + exp * Math.abs(logSum) + u * Math.abs(J) + tiny;
  return { loss, residual: dalpha.map((d, j) => (j === target ? atTarget : d)) };
}

/** Errors of dZ[m, l] = f_l (g_l - f_l f.g), g = Y (e_n - alpha), over the example's tokens. */
function attentionBounds(
  { f, residual, g, w }: ExactExample,
  df: readonly number[],
  dr: readonly number[],
  Y: (l: number, j: number) => number,
  layout: Layout,
  { u, tiny }: Arithmetic,
): number[] {
  const [s, N] = [f.length, residual.length];
  const { multiplicity } = layout;
  // g_l: errors of the residual; a product by the multiplicity, one by Y, N - 1 additions.
  const dg = f.map((_, l) =>
    total(
      residual.map(
        (r, j) => multiplicity[j] * (Math.abs(Y(l, j)) * (dr[j] + (N + 1) * u * Math.abs(r)) + tiny),
      ),
    ),
  );
  // f.g: errors of both; a product and s - 1 additions.
  const along = total(f.map((x, l) => x * g[l]));
  const dalong = total(f.map((x, l) => x * dg[l] + Math.abs(g[l]) * (df[l] + s * u * x) + tiny));
  return f.map((x, l) => {
    // w_l = g_l - f_l (f.g). The closed form rounds the product and the difference. Differentiation divides g by ||e||
    // (u), and builds the second term as 2 e * (e.g / ||e||^2) / (2 ||e||): a square, two divisions, a square root and
    // two products, 6 u; the errors of e and ||e|| combine to those of f.
    const dw =
      dg[l] +
      u * Math.abs(g[l]) +
      x * dalong +
      Math.abs(along) * (df[l] + 6 * u * x) +
      u * Math.abs(w[l]) +
      2 * tiny;
    // f_l w_l: f's error; the product, or two products (by C_l and by exp), and the weight's.
    return x * dw + Math.abs(w[l]) * (df[l] + 3 * u * x) + 2 * tiny;
  });
}

/**
 * Bounds of |computed - exact| of everything a step changes, when it starts from the very state that `exact` does.
 *
 * A correct trainer of this arithmetic never exceeds them.
 */
export function stepBounds(
  layout: Layout,
  exact: ExactStep,
  { etaY, etaZ, momentum }: Rates,
  arithmetic: Arithmetic,
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
    const df = featureBounds(x, arithmetic);
    const decoder = decoderBounds(x, df, Y, layout, arithmetic);
    const dz = attentionBounds(x, df, decoder.residual, Y, layout, arithmetic);
    loss += x.weight * decoder.loss;
    sizeLoss += x.weight * Math.abs(x.J);
    x.tokens.forEach((token, l) => {
      // dY_lj = f_l (e_n - alpha)_j: both errors and the product.
      x.residual.forEach((r, j) => {
        dY[token][j] += x.weight * (x.f[l] * decoder.residual[j] + Math.abs(r) * (df[l] + u * x.f[l])) + tiny;
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
