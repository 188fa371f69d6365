import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Uniform doubles in [0, 1), multiples of 2^-53; the same seed gives the same stream on every machine. */
export type Uniform = () => number;

/** A bijection of 32-bit words in which every bit of the input moves about half the bits of the output. */
function mix(word: number): number {
  const a = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  const b = Math.imul(a ^ (a >>> 15), 0x735a2d97);
  return b ^ (b >>> 15);
}

/**
 * With the generator's own seeding, streams of neighbouring seeds start alike (the first number is 0.99999... for every
 * seed from 0 to 1000), so the 128 bits of its state are hashed from the seed.
 * @param seed an integer, |seed| <= 2^53
 */
export function uniformStream(seed: number): Uniform {
  const start = seed ^ mix(Math.floor(seed / 2 ** 32));
  const generator = xoroshiro128plusFromState([1, 2, 3, 4].map((i) => mix(start + Math.imul(i, 0x9e3779b9))));
  return () => uniformFloat64(generator);
}
