/**
 * Error bounds of one sequence's forward and backward pass in floating point, in count form.
 *
 * Each line bounds the error of one computed quantity by the errors of its operands, to first order in u. A factor 1.05
 * (`SECOND_ORDER`) covers products of two errors; one smallest normal number per term covers underflow. The bounds are
 * magnitudes, for which float64 suffices.
 *
 * Standard model: fl(a op b) = (a op b)(1 + d), |d| <= u, for + - * / sqrt; exp(x) has relative error E + E' |x|. A sum
 * of n terms, in any order, has error at most (n - 1) s sum |terms|, with the roundoff s of its accumulator, and is then
 * rounded to the stage's format (`summing`); adding zero is exact, so n counts the nonzero terms.
 *
 * Each function bounds the error of one stage, given the error of the stage before it; that error is 0 if the stage
 * starts from the kernel's own earlier stage. D = max x - x; sums over the context have n terms, sums over the
 * vocabulary N. `multiplicity` counts the columns that a merged column stands for, in a trainer on the reduced layout.
 */

import { type Roundoff, stageArithmetic, summing } from './roundoff.ts';

/** One sequence of the step, over the tokens that occur in it. The exact values rounded to float64. */
export interface ExactExample {
  /** Indices of rows of Y. */
  readonly tokens: readonly number[];
  readonly row: number;
  readonly target: number;
  readonly weight: number;
  readonly z: readonly number[];
  /** Number of roundings in a token's mass: a product with its count, or additions over its positions. */
  readonly collecting: readonly number[];
  /** Number of terms of a sum over the context. */
  readonly terms: number;
  /** Number of changes of the running maximum along the context. */
  readonly records: number;
  readonly v: readonly number[];
  readonly f: readonly number[];
  readonly logits: readonly number[];
  readonly alpha: readonly number[];
  readonly residual: readonly number[];
  /** Y (e_n - alpha). */
  readonly g: readonly number[];
  /** g - f (f.g). */
  readonly w: readonly number[];
  readonly J: number;
}

const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const largest = (xs: readonly number[]): number => xs.reduce((a, b) => Math.max(a, b));

/**
 * The error of a value whose logarithm has error `relative`. A value that underflows to 0 has logarithm below -depth, and its
 * computed form is at most exp(relative - depth): the product 0 times expm1(relative) would be NaN, which bounds nothing.
 */
export const grown = (value: number, relative: number, depth: number): number =>
  value === 0 ? Math.exp(relative - depth) : value * Math.expm1(relative);

/**
 * Errors of the logarithms of attention: `own` of e_l = exp(z_l - max z) up to a factor common to all tokens, `attention`
 * of b = e / sum e; `depth` is max z - z_l.
 */
export function attentionErrors(x: ExactExample, arithmetic: Roundoff) {
  const stage = stageArithmetic(arithmetic, 'attention');
  const { u, sums, tiny, exp, expPerUnit, operands, lost } = stage;
  const { z, v, terms: n, records } = x;
  const top = largest(z);
  const depth = z.map((a) => top - a);
  // Kernels compute exp(z - max) / sum or exp((z - max) - log sum): two rounded differences of size D and D + ln n in
  // the argument of exp, and exp itself, whose argument is at most D + ln n. An online softmax multiplies its sums by
  // exp(old - new maximum) at each new maximum: exp, the rounded difference, the product. Its arguments add up to D, from
  // a score to the last maximum.
  const own = z.map(
    (a) =>
      u * (2 * (top - a) + Math.log(n)) +
      exp +
      expPerUnit * (top - a + Math.log(n)) +
      operands * (Math.abs(a) + Math.abs(top)) +
      2 * lost +
      records * (exp + u + sums),
  );
  // Terms with relative error own give the sum the relative error sum v own; n - 1 additions; its logarithm, rounded;
  // the error of log; flushed terms.
  const shared =
    Math.log1p(total(v.map((a, l) => grown(a, own[l], depth[l])))) +
    summing(stage, n) +
    u +
    exp * Math.log(n) +
    n * tiny;
  return { own, depth, attention: own.map((a) => a + shared + 3 * u) };
}

/**
 * Absolute errors of f = v / ||v||.
 * @param start relative errors of the terms of v, up to a common factor (which cancels)
 */
export function featureErrors(x: ExactExample, start: readonly number[], arithmetic: Roundoff): number[] {
  const stage = stageArithmetic(arithmetic, 'features');
  const { u, sums, operands } = stage;
  // Also the flushed terms of attention, if attention has lower precision.
  const tiny = Math.max(stage.tiny, stageArithmetic(arithmetic, 'attention').tiny);
  const { f, v, z, collecting, terms: n } = x;
  const top = largest(z);
  // v_l: the errors of its terms, and the roundings that add them: two of the stage (a product with the count, or the
  // stored sum), the others in the accumulator.
  const rho = start.map((a, l) => a + (collecting[l] - 2) * sums + 2 * u + operands);
  // ||v||: half the relative error of sum v^2 (terms with error 2 rho_l, the square, n - 1 additions); the square
  // root.
  const norm = Math.sqrt(total(v.map((a) => a * a)));
  const normError =
    total(f.map((a, l) => a * a * rho[l])) + (summing(stage, n) + u) / 2 + u + (n * tiny) / (norm * norm);
  // v / ||v||, or v times the rounded reciprocal: 2 u. Each of collecting_l terms of v may be flushed.
  return f.map(
    (a, l) =>
      grown(a, rho[l] + normError + 2 * u, top - z[l]) + (3 * (collecting[l] + 1) * tiny) / norm + tiny,
  );
}

/** Absolute errors of o = Y^T f, given those of f. */
export function logitErrors(
  { f, logits, terms: n }: ExactExample,
  df: readonly number[],
  Y: (l: number, j: number) => number,
  arithmetic: Roundoff,
): number[] {
  const stage = stageArithmetic(arithmetic, 'logits');
  const { u, tiny, operands, lost } = stage;
  // The products, and their sum. At low precision, the product of two errors counts: they are relative to f + df.
  const each = f.map((a, l) => df[l] + lost + (u + summing(stage, n) + 2 * operands) * (a + df[l]));
  // Entries of Y that are flushed as operands, and flushed products.
  const flushed = n * tiny + lost * total(f);
  return logits.map((_, j) => {
    let sum = flushed;
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
  const stage = stageArithmetic(arithmetic, 'probabilities');
  const { u, tiny, exp, expPerUnit, operands, lost } = stage;
  const { input, subtracts } = arithmetic;
  const rest = stageArithmetic(arithmetic, 'residual');
  const N = logits.length;
  const copy = (j: number) => multiplicity?.[j] ?? 1;
  const M = multiplicity ? total(multiplicity) : N;
  const top = largest(logits);
  const depth = logits.map((o) => top - o);
  // exp((o - max) - log sum), as for attention; an error of the shift that all logits share cancels in every
  // quotient.
  const own = logits.map(
    (o, j) =>
      tau[j] +
      u * (2 * (top - o) + Math.log(M)) +
      exp +
      expPerUnit * (top - o + Math.log(M)) +
      operands * (Math.abs(o) + Math.abs(top)) +
      2 * lost,
  );
  // If the logarithm of each term has error own_j, that of the sum has error at most ln sum alpha exp(own), to all
  // orders.
  const shared =
    Math.log1p(total(alpha.map((a, j) => copy(j) * grown(a, own[j], depth[j])))) +
    summing(stage, N) +
    u +
    exp * Math.log(M) +
    M * tiny;
  // The term, the sum, and at most four roundings (reciprocal or division, products); a weight carried through the
  // differentiation adds one more, and its own error.
  const absolute = alpha.map((a, j) => grown(a, own[j] + shared + 5 * u + input, depth[j]));
  const probabilities = absolute.map((error) => Math.min(error, 1) + tiny);
  // e_n - alpha: at n, the errors of the other alphas and their sum (strict), or those of alpha_n and the
  // subtraction. The standard level accepts either: for a large vocabulary and small alpha_n the sum has the larger
  // error.
  const others = total(absolute.map((error, j) => (j === target ? 0 : copy(j) * (error + tiny))));
  const summed =
    others + (summing(rest, N) + 3 * rest.u + rest.operands) * residual[target] + rest.tiny + N * rest.lost;
  const subtracted =
    Math.min(1, probabilities[target]) + (rest.u + input) * residual[target] + rest.u + rest.operands;
  const atTarget = subtracts ? Math.max(summed, subtracted) : summed;
  return {
    probabilities,
    // -alpha, rounded once more where e_n - alpha has a format of fewer bits.
    residual: probabilities.map((d, j) =>
      j === target ? atTarget : d + rest.operands * alpha[j] + rest.lost,
    ),
    // log sum - (o_n - max), or -log alpha_n: the error of log, and the last subtraction.
    loss: own[target] + shared + 6 * u + (exp + u) * (Math.abs(J) + Math.log(M)) + tiny,
  };
}

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
