/**
 * The one file that imports gmp-wasm: MPFR numbers of any precision, where that optional package is installed.
 *
 * MPFR rounds every function correctly in every mode, and keeps the direction on overflow and underflow. Its range is
 * about 10^(+-3.2e8).
 *
 *     await loadMpfr();                      // once; throws MpfrMissing where gmp-wasm is not installed
 *     const F = mpfr(34);                    // afterwards as `decimal(34)`
 *     F.memory.scope(() => F.toNumber(F.exp(F.of(1))));
 *
 * Values are computed inside a scope and freed at its end (`Memory` in field.ts); `fieldTrainer`, `decide`, `confirm`
 * and `branch` open the scopes they need.
 */

import type { Field, Memory } from './field.ts';
import { type Address, Arena } from './mpfrArena.ts';
import type { Binding } from './mpfrBinding.ts';

/** MPFR's rounding modes MPFR_RNDN, MPFR_RNDU, MPFR_RNDD. */
export const [NEAREST, UP, DOWN] = [0, 2, 3];

/** The optional dependency gmp-wasm is not installed. */
export class MpfrMissing extends Error {
  constructor(cause: unknown) {
    super('MPFR needs the optional package gmp-wasm: npm install gmp-wasm', { cause });
  }
}

let loaded: Binding | undefined;

/**
 * Loads MPFR once in each thread.
 * @throws MpfrMissing when gmp-wasm is not installed
 */
export async function loadMpfr(): Promise<void> {
  if (loaded) return;
  const { init } = await import('gmp-wasm').catch((cause) => {
    throw new MpfrMissing(cause);
  });
  loaded = (await init()).binding as Binding;
}

/** @throws Error before `loadMpfr` has finished */
export function mpfrLibrary(): Binding {
  if (!loaded) throw new Error('MPFR is not loaded yet: await loadMpfr() first');
  return loaded;
}

/**
 * The number b of bits for `digits` decimal digits: b >= digits log2(10) + 1, so that half an ulp in binary, at most
 * 2^-b |x|, is at most half an ulp in decimal, which is at least 10^-digits |x| / 2. At least 53, so that doubles are exact.
 * @throws RangeError when digits is not an integer in [2, 1000], the range of the decimals
 */
export function bitsOf(digits: number): number {
  if (!Number.isInteger(digits) || digits < 2 || digits > 1000)
    throw new RangeError(`digits must be an integer from 2 to 1000, got ${digits}`);
  return Math.max(53, Math.ceil(digits * Math.log2(10)) + 1);
}

/** A field whose values are freed in scopes. */
export type Scoped<F extends Field<Address>> = F & { readonly memory: Memory<Address> };

/**
 * MPFR numbers of at least `digits` decimal digits, rounded to nearest.
 * @throws RangeError when digits is not an integer in [2, 1000]
 */
export function mpfr(digits: number): Scoped<Field<Address>> {
  const lib = mpfrLibrary();
  const arena = new Arena(lib, bitsOf(digits), 1);
  const unary = (op: Binding['mpfr_exp']) => (a: Address) => {
    const r = arena.take();
    op(r, a, NEAREST);
    return r;
  };
  const binary = (op: Binding['mpfr_add']) => (a: Address, b: Address) => {
    const r = arena.take();
    op(r, a, b, NEAREST);
    return r;
  };
  return {
    name: `mpfr${digits}`,
    digits,
    memory: arena,
    of(x) {
      const r = arena.take();
      lib.mpfr_set_d(r, x, NEAREST);
      return r;
    },
    add: binary(lib.mpfr_add),
    sub: binary(lib.mpfr_sub),
    mul: binary(lib.mpfr_mul),
    div: binary(lib.mpfr_div),
    neg: unary(lib.mpfr_neg),
    sqrt: unary(lib.mpfr_sqrt),
    exp: unary(lib.mpfr_exp),
    ln: unary(lib.mpfr_log),
    toNumber: (a) => (arena.isNaN(a) ? Number.NaN : lib.mpfr_get_d(a, NEAREST)),
    sign: (a) => (arena.isPositive(a) ? 1 : arena.isNegative(a) ? -1 : arena.isZero(a) ? 0 : undefined),
    radius: () => 0,
  };
}
