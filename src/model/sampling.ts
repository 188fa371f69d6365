import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { Field } from '../arithmetic/field.ts';
import type { Problem } from './problem.ts';
import type { Example } from './transformer.ts';

/** Uniform doubles in [0, 1), multiples of 2^-53; the same seed gives the same stream on every machine. */
export type Uniform = () => number;

/** A bijection of 32-bit words in which every bit of the input moves about half the bits of the output. */
function mix(word: number): number {
  const a = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  const b = Math.imul(a ^ (a >>> 15), 0x735a2d97);
  return b ^ (b >>> 15);
}

/**
 * The generator's own seeding gives neighbouring seeds streams that start alike (the first number of every seed
 * from 0 to 1000 is 0.99999...), so its 128 bits of state are hashed from the seed.
 * @param seed an integer, |seed| <= 2^53
 */
export function uniformStream(seed: number): Uniform {
  const start = seed ^ mix(Math.floor(seed / 2 ** 32));
  const generator = xoroshiro128plusFromState([1, 2, 3, 4].map((i) => mix(start + Math.imul(i, 0x9e3779b9))));
  return () => uniformFloat64(generator);
}

/** Sequences of one training step: class index and token counts (aligned with the class's support) of each. */
export type Batch = readonly { readonly cls: number; readonly counts: Float64Array }[];

/** The number of successes in n trials of probability p, n up to 2^53. */
export type BinomialSampler = (n: number, p: number) => number;

/** Below this mean, probabilities are summed from 0 successes up; above it, rejection takes over. */
const FEW = 10;

/** ln k! = (k + 1/2) ln(k + 1) - (k + 1) + ln(2 pi)/2 + stirlingTail(k). */
const SMALL_TAILS = [
  0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.02079067210376509, 0.01664469118982119,
  0.01387612882307075, 0.01189670994589177, 0.01041126526197209, 0.009255462182712733, 0.00833056343336287,
];
function stirlingTail(k: number): number {
  if (k < SMALL_TAILS.length) return SMALL_TAILS[k];
  const x = 1 / (k + 1);
  const xx = x * x;
  return (1 / 12 - (1 / 360 - (1 / 1260 - xx / 1680) * xx) * xx) * x;
}

/**
 * Transformed rejection (Hoermann 1993, algorithm BTRS) for p <= 1/2 and n p >= 10: about 1.3 trials whatever n is.
 * It accepts by the exact ratio of probabilities, Stirling's series standing for the factorials (error below 1e-12).
 */
function rejection(uniform: Uniform, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const odds = p / (1 - p);
  const m = Math.floor((n + 1) * p);
  while (true) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    if (!(k >= 0 && k <= n)) continue;
    // ln of P(k)/P(m), arranged so that no logarithm near 0 is multiplied by a number near n.
    const logRatio =
      (k - m) * Math.log((odds * (n - m + 1)) / (m + 1)) +
      (k + 0.5) * (Math.log1p((m - k) / (n - m + 1)) + Math.log1p((m - k) / (k + 1))) +
      (n + 1) * Math.log1p((k - m) / (n - k + 1)) +
      (stirlingTail(m) + stirlingTail(n - m) - stirlingTail(k) - stirlingTail(n - k));
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= logRatio) return k;
  }
}

/** The least k with P(X <= k) > U, by P(k) = P(k-1) (n+1-k)/k p/(1-p), for p <= 1/2 and n p < 10. */
function inversion(uniform: Uniform, n: number, p: number): number {
  const odds = p / (1 - p);
  const none = Math.exp(n * Math.log1p(-p));
  while (true) {
    let u = uniform();
    let mass = none;
    let k = 0;
    while (u >= mass && k < n) {
      u -= mass;
      k += 1;
      mass *= ((n + 1 - k) * odds) / k;
      // Rounding may leave a rest of U beyond the last term worth adding: that is no value of X.
      if (mass === 0) break;
    }
    if (u < mass) return k;
  }
}

export function binomialSampler(uniform: Uniform): BinomialSampler {
  const sample: BinomialSampler = (n, p) => {
    if (n === 0 || p <= 0) return 0;
    if (p >= 1) return n;
    if (p > 0.5) return n - sample(n, 1 - p);
    if (n * p >= FEW) return rejection(uniform, n, p);
    return inversion(uniform, n, p);
  };
  return sample;
}

/** Multinomial(n, P) through conditional binomials: O(support) draws whatever n is. */
export function multinomial(draw: BinomialSampler, n: number, p: readonly number[]): Float64Array {
  const counts = new Float64Array(p.length);
  // Sums from the end: subtracting as we go would lose the mass of rare last tokens.
  const rest = Float64Array.from(p);
  for (let i = p.length - 2; i >= 0; i--) rest[i] += rest[i + 1];
  let left = n;
  for (let i = 0; i < p.length - 1 && left > 0; i++) {
    counts[i] = draw(left, p[i] / rest[i]);
    left -= counts[i];
  }
  counts[p.length - 1] += left;
  return counts;
}

/** Walker's alias method as Vose (1991) builds it: cell i, one of `size` equally likely, gives i or alias[i]. */
interface AliasTable {
  /** Probability that cell i gives i. */
  readonly keep: Float64Array;
  readonly alias: Int32Array;
}

/** @param size at least p.length; the cells beyond have probability 0 of giving their own index */
function aliasTable(p: readonly number[], size = p.length): AliasTable {
  const total = p.reduce((a, b) => a + b, 0);
  const keep = Float64Array.from({ length: size }, (_, i) => (i < p.length ? (p[i] / total) * size : 0));
  const alias = Int32Array.from(keep, (_, i) => i);
  const poor: number[] = [];
  const rich: number[] = [];
  keep.forEach((x, i) => {
    (x < 1 ? poor : rich).push(i);
  });
  while (poor.length > 0 && rich.length > 0) {
    const i = poor.pop()!;
    const j = rich[rich.length - 1];
    alias[i] = j;
    keep[j] -= 1 - keep[i];
    if (keep[j] < 1) poor.push(rich.pop()!);
  }
  // What is left is full up to rounding; a padded cell can be left only by rounding, and then takes the likeliest.
  for (const i of [...poor, ...rich])
    if (i < p.length) keep[i] = 1;
    else alias[i] = p.indexOf(Math.max(...p));
  return { keep, alias };
}

/** Draws one index of P in O(1). */
export function categoricalSampler(uniform: Uniform, p: readonly number[]): () => number {
  const { keep, alias } = aliasTable(p);
  return () => {
    const u = uniform() * p.length;
    const i = Math.floor(u);
    return u - i < keep[i] ? i : alias[i];
  };
}

/** One conditional binomial costs about as much as this many single draws (measured: 150 ns against 10 ns). */
const DRAWS_PER_BINOMIAL = 15;
/** Bits of one draw; a uniform double holds two. */
const BITS = 26;
const WORD = 2 ** BITS;
/** Cells beyond this many would leave too few bits for the comparison. */
const MOST_CELLS = 2 ** 12;

/**
 * Counts of n draws from P, token by token. The next power of two of cells makes a draw's upper bits the cell and
 * its lower bits the fraction compared with `keep`; where these bits alone cannot tell, a fresh uniform decides the
 * rest, so the probabilities are exact to the last bit of `keep`.
 */
function tally(uniform: Uniform, p: readonly number[]): (n: number) => Float64Array {
  const cellBits = Math.ceil(Math.log2(p.length));
  const shift = BITS - cellBits;
  const { keep, alias } = aliasTable(p, 2 ** cellBits);
  const threshold = Int32Array.from(keep, (x) => Math.floor(x * 2 ** shift));
  const rest = Float64Array.from(keep, (x, i) => x * 2 ** shift - threshold[i]);
  const mask = 2 ** shift - 1;
  const index = (bits: number): number => {
    const cell = bits >>> shift;
    const fraction = bits & mask;
    if (fraction === threshold[cell]) return uniform() < rest[cell] ? cell : alias[cell];
    // All ones when the cell keeps its own: a branch here would be mispredicted half the time.
    const own = (fraction - threshold[cell]) >> 31;
    return (cell & own) | (alias[cell] & ~own);
  };
  return (n) => {
    const counts = new Float64Array(p.length);
    for (let i = 0; i < n; i += 2) {
      const u = uniform() * WORD;
      const high = u | 0;
      counts[index(high)] += 1;
      if (i + 1 < n) counts[index(((u - high) * WORD) | 0)] += 1;
    }
    return counts;
  };
}

/** Counts of n draws from P; the cheaper of token by token and token type by token type, so bounded in n. */
export function countSampler(uniform: Uniform, p: readonly number[]): (n: number) => Float64Array {
  const binomial = binomialSampler(uniform);
  const few = p.length <= MOST_CELLS ? DRAWS_PER_BINOMIAL * p.length : 0;
  const draw = few > 0 ? tally(uniform, p) : undefined;
  return (n) => (draw && n <= few ? draw(n) : multinomial(binomial, n, p));
}

/**
 * Batches of sequences, endlessly: the class by weight, then T - 1 contextual tokens from P(.|n) as counts.
 * @param length T >= 2, so T - 1 contextual tokens
 */
export function* batches(problem: Problem, size: number, length: number, uniform: Uniform): Generator<Batch> {
  const contexts = problem.classes.map((c) => countSampler(uniform, c.probabilities));
  const pick = categoricalSampler(
    uniform,
    problem.classes.map((c) => c.weight ?? 1),
  );
  while (true)
    yield Array.from({ length: size }, () => {
      const cls = pick();
      return { cls, counts: contexts[cls](length - 1) };
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
