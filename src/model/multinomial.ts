import { type BinomialSampler, binomialSampler } from './binomial.ts';
import type { Uniform } from './uniform.ts';

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
