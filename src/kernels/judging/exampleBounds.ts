/**
 * Error bounds of one sequence's way through the transformer and back: see `bounds.ts` for the model of rounding.
 *
 * Each function bounds what one stage adds to the error of what it starts from; that error is 0 where the stage starts
 * from a kernel's own earlier stage. D = max x - x; n values are summed over the context, N over the vocabulary.
 */

import type { ExactExample } from './exactStep.ts';
import { type Roundoff, stageArithmetic } from './roundoff.ts';

const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const largest = (xs: readonly number[]): number => xs.reduce((a, b) => Math.max(a, b));

/**
 * Relative errors of attention: `own` of e_l = exp(z_l - max z) up to a factor common to all tokens, `attention` of
 * b = e / sum e.
 */
export function attentionErrors(x: ExactExample, arithmetic: Roundoff) {
  const { u, tiny, exp, operands } = stageArithmetic(arithmetic, 'attention');
  const { z, v, terms: n, records } = x;
  const top = largest(z);
  // exp((z - max) - log sum) is as common as exp(z - max) / sum: two differences of size D and D + ln n, each an error
  // of exp's argument; exp itself. An online softmax multiplies what it has by exp(old - new maximum) at every new
  // maximum: exp, the rounded difference, the product.
  const own = z.map(
    (a) =>
      u * (2 * (top - a) + Math.log(n)) +
      exp +
      operands * (Math.abs(a) + Math.abs(top)) +
      records * (exp + 2 * u),
  );
  // If each term errs by own, their sum errs by sum v own; n - 1 additions; log's error; flushed terms.
  const shared =
    Math.log1p(total(v.map((a, l) => a * Math.expm1(own[l])))) + n * u + exp * Math.log(n) + n * tiny;
  return { own, attention: own.map((a) => Math.expm1(a + shared + 3 * u)) };
}

/**
 * Absolute errors of f = v / ||v||.
 * @param start relative errors of the terms of v, up to a common factor (which cancels)
 */
export function featureErrors(x: ExactExample, start: readonly number[], arithmetic: Roundoff): number[] {
  const { u, operands, ...own } = stageArithmetic(arithmetic, 'features');
  // Attention's flushed terms too, where it has fewer digits.
  const tiny = Math.max(own.tiny, stageArithmetic(arithmetic, 'attention').tiny);
  const { f, v, collecting, terms: n } = x;
  // v_l: its terms, and the roundings that collect them.
  const rho = start.map((a, l) => a + collecting[l] * u + operands);
  // ||v||: half of sum v^2's relative error, whose terms err by twice rho_l, a square and n - 1 additions; the root.
  const norm = Math.sqrt(total(v.map((a) => a * a)));
  const normError = total(f.map((a, l) => a * a * rho[l])) + (n * u) / 2 + u + (n * tiny) / (norm * norm);
  // v / ||v||, or v times the rounded reciprocal: 2 u. A term of v may be flushed, collecting_l times.
  return f.map(
    (a, l) => a * Math.expm1(rho[l] + normError + 2 * u) + (3 * (collecting[l] + 1) * tiny) / norm + tiny,
  );
}

/** Absolute errors of o = Y^T f, given those of f. */
export function logitErrors(
  { f, logits, terms: n }: ExactExample,
  df: readonly number[],
  Y: (l: number, j: number) => number,
  arithmetic: Roundoff,
): number[] {
  const { u, tiny, operands } = stageArithmetic(arithmetic, 'logits');
  const each = f.map((a, l) => df[l] + (n * u + 2 * operands) * a);
  return logits.map((_, j) => {
    let sum = n * tiny;
    for (let l = 0; l < f.length; l++) sum += Math.abs(Y(l, j)) * each[l];
    return sum;
  });
}

/** Absolute errors of alpha, of e_n - alpha (both per copy of a column) and of the loss, given those of the logits. */
export function probabilityErrors(
  { logits, alpha, residual, J, target }: ExactExample,
  tau: readonly number[],
  arithmetic: Roundoff,
  multiplicity?: readonly number[],
) {
  const { u, tiny, exp, operands } = stageArithmetic(arithmetic, 'probabilities');
  const { input, subtracts } = arithmetic;
  const N = logits.length;
  const copy = (j: number) => multiplicity?.[j] ?? 1;
  const M = multiplicity ? total(multiplicity) : N;
  const top = largest(logits);
  // exp((o - max) - log sum), as for attention; an error of the shift that is common to all cancels in every quotient.
  const own = logits.map(
    (o, j) => tau[j] + u * (2 * (top - o) + Math.log(M)) + exp + operands * (Math.abs(o) + Math.abs(top)),
  );
  // If ln of each term errs by own_j, ln of their sum errs by at most ln sum alpha exp(own), to all orders.
  const shared =
    Math.log1p(total(alpha.map((a, j) => copy(j) * a * Math.expm1(own[j])))) +
    N * u +
    exp * Math.log(M) +
    M * tiny;
  // Its own term, the sum, and at most four roundings (reciprocal or division, products; a weight carried through the
  // differentiation adds one more, and its own error).
  const relative = own.map((t) => Math.expm1(t + shared + 5 * u + input));
  const probabilities = alpha.map((a, j) => Math.min(a * relative[j], 1) + tiny);
  // e_n - alpha: at n, the others' errors and a sum (strict), or alpha_n's error and the subtraction's (standard, which
  // takes either: over a large vocabulary, with alpha_n small, it is the sum that errs more).
  const others = total(alpha.map((a, j) => (j === target ? 0 : copy(j) * (a * relative[j] + tiny))));
  const summed = others + (N + 2) * u * residual[target] + tiny;
  const subtracted = Math.min(1, probabilities[target]) + (u + input) * residual[target] + u;
  const atTarget = subtracts ? Math.max(summed, subtracted) : summed;
  return {
    probabilities,
    residual: probabilities.map((d, j) => (j === target ? atTarget : d)),
    // log sum - (o_n - max), or -log alpha_n; log's own error, the last subtraction.
    loss: own[target] + shared + 6 * u + (exp + u) * (Math.abs(J) + Math.log(M)) + tiny,
  };
}

/** Absolute errors of dY_lj = f_l (e_n - alpha)_j. */
export function decoderGradientError(
  { f, residual }: ExactExample,
  df: readonly number[],
  dr: readonly number[],
  arithmetic: Roundoff,
) {
  const { u, tiny, operands } = stageArithmetic(arithmetic, 'gradientY');
  return (l: number, j: number): number =>
    f[l] * dr[j] + Math.abs(residual[j]) * (df[l] + (u + 2 * operands) * f[l]) + tiny;
}

/** Absolute errors of dZ[m, l] = f_l (g_l - f_l f.g), g = Y (e_n - alpha), over the example's tokens. */
export function attentionGradientErrors(
  { f, v, residual, g, w, terms: n }: ExactExample,
  df: readonly number[],
  dr: readonly number[],
  Y: (l: number, j: number) => number,
  arithmetic: Roundoff,
  multiplicity?: readonly number[],
): number[] {
  const { u, tiny, operands } = stageArithmetic(arithmetic, 'gradientZ');
  const N = residual.length;
  // g_l: errors of the residual; a product by the multiplicity or the weight, one by Y, N - 1 additions.
  const sizes = f.map(() => 0);
  const dg = f.map((_, l) => {
    let error = 0;
    for (let j = 0; j < N; j++) {
      const y = (multiplicity?.[j] ?? 1) * Math.abs(Y(l, j));
      sizes[l] += y * Math.abs(residual[j]);
      error += y * dr[j] + (multiplicity?.[j] ?? 1) * tiny;
    }
    return error + ((N + 2) * u + 2 * operands) * sizes[l];
  });
  // f.g: errors of both; a product and n - 1 additions. As o.(e_n - alpha), its terms are those of |Y| |residual|.
  const along = total(f.map((a, l) => a * g[l]));
  const dalong = total(
    f.map((a, l) => a * dg[l] + Math.abs(g[l]) * df[l] + (n * u + 2 * operands) * a * sizes[l] + tiny),
  );
  // w_l = g_l - f_l (f.g). The closed form rounds the product and the difference. Differentiation divides g by ||v||
  // (u), and builds the second term as 2 v * (v.g / ||v||^2) / (2 ||v||): a square, two divisions, a square root and
  // two products, 6 u; the errors of v and ||v|| combine to those of f.
  const dw = f.map(
    (a, l) =>
      dg[l] +
      u * Math.abs(g[l]) +
      a * dalong +
      Math.abs(along) * (df[l] + 6 * u * a) +
      u * Math.abs(w[l]) +
      2 * tiny,
  );
  // Softmax's backward pass subtracts sum v w / ||v||, which is 0 in exact arithmetic (standard).
  const mean = arithmetic.subtracts ? total(v.map((a, l) => a * (dw[l] + (n + 2) * u * Math.abs(w[l])))) : 0;
  // f_l w_l: f's error; the product, or two products (by C_l and by exp), and the weight's.
  return f.map(
    (a, l) => a * (dw[l] + mean) + Math.abs(w[l]) * (df[l] + (3 * u + 2 * operands) * a) + 2 * tiny,
  );
}
