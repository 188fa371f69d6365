/** What the published runs report at the end of training: where attention went. Plain doubles, for display and tests. */
import type { Layout } from './layout.ts';
import { occurrences, type Problem } from './problem.ts';
import type { Matrix } from './transformer.ts';

const share = (xs: readonly number[]): number[] => {
  const total = xs.reduce((a, b) => a + b, 0);
  return xs.map((x) => x / total);
};

/** c_l|n = P(l|n) exp(Z[m, l]) / sum, per class over its support: attention in the limit T -> inf, not from samples. */
export const classAttention = (problem: Problem, layout: Layout, Z: Matrix<number>): number[][] =>
  problem.classes.map((c, n) => {
    const { support, row } = layout.classes[n];
    const z = support.map((l) => Z[row][l]);
    const shift = Math.max(...z);
    return share(z.map((x, i) => c.probabilities[i] * Math.exp(x - shift)));
  });

/** - sum p ln p, natural logarithm; 0 ln 0 = 0. */
export const entropy = (p: readonly number[]): number =>
  -p.reduce((h, x) => h + (x > 0 ? x * Math.log(x) : 0), 0);

/**
 * Entropy of attention over distinct tokens, re-normalised over each class's own: a number for each class that has any.
 * @param attention per class over its support
 */
export function classEntropies(problem: Problem, attention: readonly (readonly number[])[]): number[] {
  const omega = occurrences(problem);
  return problem.classes.flatMap((c, n) => {
    const own = attention[n].filter((_, i) => omega.get(c.tokens[i])!.length === 1);
    return own.length > 0 ? [entropy(share(own))] : [];
  });
}

/** The same, averaged over the classes; NaN when none has a distinct token. */
export function distinctEntropy(problem: Problem, attention: readonly (readonly number[])[]): number {
  const entropies = classEntropies(problem, attention);
  return entropies.reduce((a, b) => a + b, 0) / entropies.length;
}
