import binomial from '@stdlib/random-base-binomial';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Field } from '../arithmetic/field.ts';
import type { Problem } from './problem.ts';
import type { Example } from './transformer.ts';

/** Uniform doubles in [0, 1), multiples of 2^-53; the same seed gives the same stream on every machine. */
export type Uniform = () => number;

export function uniformStream(seed: number): Uniform {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Sequences of one training step: class index and token counts (aligned with the class's support) of each. */
export type Batch = readonly { readonly cls: number; readonly counts: Float64Array }[];

/** Binomial(n, p) in O(min(n p, 1)) expected draws; n up to 2^53. */
export type BinomialSampler = (n: number, p: number) => number;

/** Below this mean, waiting times between successes are summed; above it, rejection (BTRS) takes over. */
const FEW = 10;

export function binomialSampler(uniform: Uniform): BinomialSampler {
  // The library sums n Bernoulli variables when n p < 10, which for n = 1e9 would never end.
  const rejection = binomial.factory({ prng: uniform });
  const sample: BinomialSampler = (n, p) => {
    if (n === 0 || p <= 0) return 0;
    if (p >= 1) return n;
    if (p > 0.5) return n - sample(n, 1 - p);
    if (n * p >= FEW) return rejection(n, p);
    // Trials up to and including the next success are geometric: 1 + floor(ln(1 - U) / ln(1 - p)).
    const scale = Math.log1p(-p);
    let successes = -1;
    for (let trial = 0; trial <= n; successes++) trial += 1 + Math.floor(Math.log1p(-uniform()) / scale);
    return successes;
  };
  return sample;
}

/** Multinomial(n, P) through conditional binomials: O(support) draws whatever n is. */
export function multinomial(draw: BinomialSampler, n: number, p: readonly number[]): Float64Array {
  const counts = new Float64Array(p.length);
  let left = n;
  let mass = p.reduce((a, b) => a + b, 0);
  for (let i = 0; i < p.length - 1 && left > 0; i++) {
    counts[i] = draw(left, Math.min(1, p[i] / mass));
    left -= counts[i];
    mass -= p[i];
  }
  counts[p.length - 1] += left;
  return counts;
}

/**
 * Batches of sequences, endlessly: the class by weight, then T - 1 contextual tokens from P(.|n) as counts.
 * @param length T >= 2, so T - 1 contextual tokens
 */
export function* batches(problem: Problem, size: number, length: number, uniform: Uniform): Generator<Batch> {
  const draw = binomialSampler(uniform);
  const weights = problem.classes.map((c) => c.weight ?? 1);
  const total = weights.reduce((a, b) => a + b, 0);
  const pick = () => {
    let u = uniform() * total;
    const n = weights.findIndex((w) => (u -= w) < 0);
    return n < 0 ? weights.length - 1 : n;
  };
  while (true)
    yield Array.from({ length: size }, () => {
      const cls = pick();
      return { cls, counts: multinomial(draw, length - 1, problem.classes[cls].probabilities) };
    });
}

/** A batch as examples of equal weight in a field. */
export function batchExamples<T>(F: Field<T>, batch: Batch): Example<T>[] {
  const weight = F.div(F.of(1), F.of(batch.length));
  return batch.map(({ cls, counts }) => ({ cls, mass: Array.from(counts, F.of), weight }));
}

/** I.i.d. uniform on [-1/sqrt(M), 1/sqrt(M)], the published random start, for a rows x columns matrix. */
export function uniformMatrix(
  rows: number,
  columns: number,
  vocabulary: number,
  uniform: Uniform,
): number[][] {
  const bound = 1 / Math.sqrt(vocabulary);
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => bound * (2 * uniform() - 1)),
  );
}
