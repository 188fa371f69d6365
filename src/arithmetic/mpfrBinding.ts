/**
 * The functions of the optional package gmp-wasm (MPFR 4.2.1 compiled to WebAssembly) that are used. They are declared
 * here, so that neither the build nor a user's compiler needs the package.
 */

/** An address in WebAssembly's memory. */
type Pointer = number;
type Unary = (rop: Pointer, a: Pointer, rounding: number) => number;
type Binary = (rop: Pointer, a: Pointer, b: Pointer, rounding: number) => number;

export interface Binding {
  /** All of the memory; growth replaces the array. */
  readonly mem: Uint8Array;
  /** 0 when no memory is left. */
  malloc(bytes: number): Pointer;
  free(pointer: Pointer): void;
  malloc_cstr(text: string): Pointer;
  mpfr_add: Binary;
  mpfr_sub: Binary;
  mpfr_mul: Binary;
  mpfr_div: Binary;
  mpfr_sqrt: Unary;
  mpfr_exp: Unary;
  mpfr_log: Unary;
  mpfr_neg: Unary;
  mpfr_set: Unary;
  mpfr_div_2ui(rop: Pointer, a: Pointer, power: number, rounding: number): number;
  mpfr_set_d(rop: Pointer, x: number, rounding: number): number;
  mpfr_set_str(rop: Pointer, text: Pointer, base: number, rounding: number): number;
  mpfr_get_d(a: Pointer, rounding: number): number;
  mpfr_cmp(a: Pointer, b: Pointer): number;
  /** Writes the digits without a point to `text`, and the position of the point to the int32 at `exponent`. */
  mpfr_get_str(
    text: Pointer,
    exponent: Pointer,
    base: number,
    digits: number,
    a: Pointer,
    rounding: number,
  ): Pointer;
}
