/** Error bounds of one sequence's gradients, in the form that exampleBounds.ts explains. */
import type { ExactExample } from './exampleBounds.ts';
import { type Roundoff, stageArithmetic, summing } from './roundoff.ts';

const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

/**
 * Absolute errors of dY_lj = f_l (e_n - alpha)_j. Of the product of two errors no more is known than of each: where f_l and
 * e_n - alpha nearly vanish and logits of low precision change both, it is larger than either error times a value.
 *
 * The weight 1/B of the mean may enter anywhere: at e_n - alpha (automatic differentiation of the mean), at each term, or
 * after the sum. What is weighted and then flushed has lost `tiny`, which is tiny/weight of the term without weight.
 * So e_n - alpha and the product lose `tiny / weight` each.
 */
export function decoderGradientError(
  { f, residual, weight }: ExactExample,
  df: readonly number[],
  dr: readonly number[],
  arithmetic: Roundoff,
) {
  const { u, tiny, operands, lost } = stageArithmetic(arithmetic, 'gradientY');
  const flushed = tiny / weight;
  return (l: number, j: number): number =>
    (f[l] + df[l]) * (dr[j] + flushed) +
    Math.abs(residual[j]) * (df[l] + lost + (u + 2 * operands) * f[l]) +
    flushed;
}

/** Absolute errors of g = Y (e_n - alpha), and the magnitudes |Y| |e_n - alpha| of its terms, over the tokens. */
export interface Backpropagated {
  readonly errors: readonly number[];
  readonly sizes: readonly number[];
}

/** The errors of g, given those of e_n - alpha. What carries the weight 1/B and is flushed has lost `tiny / weight`. */
export function backpropagationErrors(
  { f, residual, weight }: ExactExample,
  dr: readonly number[],
  Y: (l: number, j: number) => number,
  arithmetic: Roundoff,
  multiplicity?: readonly number[],
): Backpropagated {
  const stage = stageArithmetic(arithmetic, 'backpropagated');
  const { u, tiny, operands, lost } = stage;
  const flushed = tiny / weight;
  const N = residual.length;
  // g_l: errors of the residual; a product with the multiplicity or the weight, one with Y, N - 1 additions.
  const sizes = f.map(() => 0);
  const errors = f.map((_, l) => {
    let error = 0;
    for (let j = 0; j < N; j++) {
      const y = (multiplicity?.[j] ?? 1) * Math.abs(Y(l, j));
      sizes[l] += y * Math.abs(residual[j]);
      error += y * (dr[j] + flushed) + (multiplicity?.[j] ?? 1) * (flushed + lost * Math.abs(residual[j]));
    }
    return error + (summing(stage, N) + 3 * u + 2 * operands) * sizes[l];
  });
  return { errors, sizes };
}

/**
 * Absolute errors of dZ[m, l] = f_l (g_l - f_l f.g) over the example's tokens, given those of g. The product of two errors
 * counts, and the weight may enter anywhere, as for dY: every product loses `tiny / weight`.
 */
export function attentionGradientErrors(
  { f, v, g, w, terms: n, weight, collecting }: ExactExample,
  df: readonly number[],
  { errors: dg, sizes }: Backpropagated,
  arithmetic: Roundoff,
): number[] {
  const stage = stageArithmetic(arithmetic, 'gradientZ');
  const { u, sums, tiny, operands, lost } = stage;
  const flushed = tiny / weight;
  /** Operands of low precision that are flushed: f, and g or w, which may carry the weight. */
  const operand = (a: number, size: number) => lost * (Math.abs(size) + a / weight);
  // f.g: errors of both factors; a product and n - 1 additions. Computed as o.(e_n - alpha), its terms are those of
  // |Y| |residual|.
  const along = total(f.map((a, l) => a * g[l]));
  const dalong = total(
    f.map(
      (a, l) =>
        (a + df[l]) * dg[l] +
        Math.abs(g[l]) * df[l] +
        (u + summing(stage, n) + 2 * operands) * a * sizes[l] +
        flushed +
        operand(a, g[l]),
    ),
  );
  // w_l = g_l - f_l (f.g). The closed form rounds the product and the difference. Automatic differentiation divides g
  // by ||v|| (u), and computes the second term as 2 v * (v.g / ||v||^2) / (2 ||v||): a square, two divisions, a
  // square root and two products, 6 u; the errors of v and ||v|| combine to those of f.
  const dw = f.map(
    (a, l) =>
      dg[l] +
      u * Math.abs(g[l]) +
      (a + df[l]) * dalong +
      Math.abs(along) * (df[l] + 6 * u * a) +
      u * Math.abs(w[l]) +
      2 * flushed,
  );
  // Softmax's backward pass subtracts sum v w / ||v||, which is 0 in exact arithmetic (standard).
  // It has n products, each of which may be flushed, and n - 1 additions, whose result may be.
  const mean = arithmetic.subtracts
    ? total(v.map((a, l) => a * (dw[l] + (summing(stage, n) + 3 * u) * Math.abs(w[l])))) + 2 * n * flushed
    : 0;
  // f_l w_l: the error of f; one product, or two (with C_l and with exp); the product with the weight. A kernel that
  // adds it up over positions does so instead of v, whose additions are in the error of f: here counts what is coarser.
  // The product at each of the c_l positions may be flushed; their sum may not, since they are equal. One more is flushed
  // where the batch is added up: c_l + 1 = collecting_l.
  const coarser = Math.max(0, sums - stageArithmetic(arithmetic, 'features').sums);
  return f.map(
    (a, l) =>
      (a + df[l]) * (dw[l] + mean) +
      Math.abs(w[l]) * (df[l] + (3 * u + 2 * operands + (collecting[l] - 2) * coarser) * a) +
      operand(a, w[l]) +
      collecting[l] * flushed,
  );
}
