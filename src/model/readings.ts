/** Readings of attention that the paper's figures show: recall against a threshold, and rank correlation with frequency. */
import { kernelShares } from './entropy.ts';
import type { Layout } from './layout.ts';
import { paperModel } from './model.ts';
import { occurrences, type Problem } from './problem.ts';
import type { Matrix } from './transformer.ts';

/** The distinct tokens of each class, as places in its support. */
const distinctPlaces = (problem: Problem): number[][] => {
  const omega = occurrences(problem);
  return problem.classes.map(({ tokens }) =>
    tokens.flatMap((l, i) => (omega.get(l)!.length === 1 ? [i] : [])),
  );
};

const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;

/**
 * Recall at a threshold (figures 11 and 12): the part of a query token's distinct tokens l with phi(Z[m, l]) / sum_k
 * phi(Z[m, k]) above it, averaged over query tokens that have any. The sum is over the columns of Z in the layout: over all M
 * tokens in the full one.
 */
export function recall(
  problem: Problem,
  layout: Layout,
  Z: Matrix<number>,
  thresholds: readonly number[],
): number[] {
  const distinct = distinctPlaces(problem);
  const own: number[][] = layout.queries.map(() => []);
  for (const [n, { support, row }] of layout.classes.entries())
    own[row].push(...distinct[n].map((i) => support[i]));
  const { attention: kernel, heads } = layout.model ?? paperModel;
  const one = layout.tokens.map(() => 1);
  // Several heads count as so many query tokens.
  const asked = Array.from({ length: heads }, (_, h) => h * layout.queries.length).flatMap((from) =>
    own.flatMap((tokens, row) => {
      const attention = kernelShares(kernel, Z[from + row], one);
      return tokens.length > 0 ? [tokens.map((l) => attention[l])] : [];
    }),
  );
  return thresholds.map((least) =>
    mean(asked.map((attention) => attention.filter((x) => x > least).length / attention.length)),
  );
}

/** Ranks from 1; equal numbers share their mean rank. What is not a number is below all, and equal to none. */
function ranks(xs: readonly number[]): number[] {
  const sorted = Float64Array.from(xs).sort();
  const rank = new Map<number, number>();
  let below = 0;
  for (let end = 0; end < sorted.length; end++) {
    if (end + 1 < sorted.length && sorted[end + 1] === sorted[end]) continue;
    rank.set(sorted[end], below + (end - below + 2) / 2);
    below = end + 1;
  }
  return xs.map((x) => (Number.isNaN(x) ? 0.5 : rank.get(x)!));
}

/** Spearman's rank correlation; null where one of the two has a single value. */
export function spearman(xs: readonly number[], ys: readonly number[]): number | null {
  const centred = [xs, ys].map((values) => {
    const r = ranks(values);
    const middle = mean(r);
    return r.map((x) => x - middle);
  });
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const size = Math.sqrt(dot(centred[0], centred[0]) * dot(centred[1], centred[1]));
  return size > 0 ? dot(centred[0], centred[1]) / size : null;
}

/**
 * Spearman's correlation of attention with P(l|n) over the distinct tokens of a class, averaged over the classes that have it;
 * null for none. 1: attention has the order of frequency, as Theorem 3 says.
 * @param attention per class over its support
 */
export function frequencyCorrelation(
  problem: Problem,
  attention: readonly (readonly number[])[],
): number | null {
  const each = distinctPlaces(problem).flatMap((places, n) => {
    const at = (xs: readonly number[]) => places.map((i) => xs[i]);
    return spearman(at(attention[n]), at(problem.classes[n].probabilities)) ?? [];
  });
  return each.length > 0 ? mean(each) : null;
}
