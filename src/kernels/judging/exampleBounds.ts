/**
 * Error bounds of one sequence's forward pass in floating point, in count form; gradientBounds.ts has those of its gradients.
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
