/** Short formats for patches: text that is put in front of the kernel's class. */

/** A line before the class, which occurs once. */
export const HEAD = 'const PARTIAL = 32;';

/** Rounds a float32 to `bits` significant bits, by Veltkamp's splitting: x + c - c with c = 2^(24 - bits) x. */
const rounding = (bits: number) => `${HEAD}
const short = (x) => {
  const c = Math.fround(x * ${2 ** (24 - bits) + 1});
  return Math.fround(c - Math.fround(c - x));
};`;
/** Defines `short`. */
export const BFLOAT16 = rounding(8);
export const TF32 = rounding(11);
/** As TF32, and `half`: in float16's range, subnormal numbers flushed. */
export const FLOAT16 = `${TF32}
const half = (x) => (Math.abs(x) >= 65520 ? x * Infinity : Math.abs(x) < 2 ** -14 ? 0 : short(x));`;
