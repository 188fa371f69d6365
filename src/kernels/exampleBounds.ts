/**
 * Error bounds of one sequence's way through the transformer and back, in count form: see `bounds.ts` for the model.
 * D_l = max z - z_l and D_j = max o - o_j; s tokens occur in the sequence, N columns are kept.
 */
import type { Layout } from '../model/layout.ts';
import type { ExactExample } from './exactStep.ts';

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

const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

/** Errors of f over the example's tokens. */
export function featureBounds({ z, mass, f }: ExactExample, { u, tiny, exp, input }: Arithmetic): number[] {
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
export function decoderBounds(
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
export function attentionBounds(
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
