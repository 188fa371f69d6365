/** The attention at the end of training and its entropy, as the published runs report them. In float64, for display and tests. */
import { float64 } from '../arithmetic/float64.ts';
import { type AttentionKernel, elementwise } from './attentionKernels.ts';
import type { Layout } from './layout.ts';
import { paperModel } from './model.ts';
import { occurrences, type Problem } from './problem.ts';
import type { Matrix } from './transformer.ts';

const share = (xs: readonly number[]): number[] => {
  const total = xs.reduce((a, b) => a + b, 0);
  return xs.map((x) => x / total);
};

/**
 * c_l|n = P(l|n) phi(Z[m, l]) / sum, per class over its support: attention in the limit T -> inf, without sampling. phi is that of
 * the layout's model, exp for the paper's; over several heads it is the mean.
 */
export const classAttention = (problem: Problem, layout: Layout, Z: Matrix<number>): number[][] => {
  const { attention: kernel, heads } = layout.model ?? paperModel;
  return problem.classes.map((c, n) => {
    const { support, row } = layout.classes[n];
    const each = Array.from({ length: heads }, (_, h) => {
      const own = Z[h * layout.queries.length + row];
      return kernelShares(
        kernel,
        support.map((l) => own[l]),
        c.probabilities,
      );
    });
    return heads === 1 ? each[0] : each[0].map((_, i) => each.reduce((sum, one) => sum + one[i], 0) / heads);
  });
};

const NUMBERS = elementwise(float64);

/** C_l phi(z_l) / sum_k C_k phi(z_k). */
export function kernelShares(
  { phi, shifts }: AttentionKernel,
  z: readonly number[],
  mass: readonly number[],
): number[] {
  const shift = shifts ? Math.max(...z) : 0;
  return share(z.map((x, i) => mass[i] * phi(NUMBERS, x - shift)));
}

/** - sum p ln p, natural logarithm; 0 ln 0 = 0. */
export const entropy = (p: readonly number[]): number =>
  -p.reduce((h, x) => h + (x > 0 ? x * Math.log(x) : 0), 0);

/**
 * Entropy (nats) of attention over distinct tokens, normalised within each class; one number for each class that has any.
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
