/**
 * Memory of MPFR numbers: a stack of chunks in WebAssembly's memory, freed by scopes.
 *
 * A number is represented by its address. `mpfr_t` is at this address (four 32-bit words: precision, sign, exponent,
 * address of the limbs), followed directly by its 64-bit limbs, as MPFR's custom interface allows. The number of limbs
 * is fixed, so that an allocation is one addition.
 */

import type { Memory } from './field.ts';
import type { Binding } from './mpfrBinding.ts';

/** The address of a number, or of the first of several adjacent numbers. */
export type Address = number & { readonly mpfr: unique symbol };

/** Offsets of the words of `mpfr_t`, and their number. */
const [PRECISION, SIGN, EXPONENT, LIMBS, HEADER] = [0, 1, 2, 3, 4];
/** MPFR's exponents of the special values: -(2^31 - 1) for 0, the next for NaN, the next for infinities. */
const [ZERO, NAN, INFINITE] = [-0x7fffffff, -0x7ffffffe, -0x7ffffffd];

const LIMB = 64;
const CHUNK = 1 << 16;
const NO_WORDS = new Int32Array(0);

interface Chunk {
  readonly start: Address;
  readonly end: Address;
}

export class Arena implements Memory<Address> {
  /** Bytes of one number. */
  readonly size: number;
  private readonly lib: Binding;
  private readonly bits: number;
  /** Numbers per value. */
  private readonly parts: number;
  private readonly stride: number;
  private readonly chunks: Chunk[] = [];
  private next = 0 as Address;
  private end = 0 as Address;
  private depth = 0;
  private words: Int32Array = NO_WORDS;

  constructor(lib: Binding, bits: number, parts: 1 | 2) {
    this.lib = lib;
    this.bits = bits;
    this.parts = parts;
    this.size = 4 * HEADER + 8 * Math.ceil(bits / LIMB);
    this.stride = parts * this.size;
  }

  /** A new value of `parts` adjacent numbers, not initialised. */
  take(): Address {
    if (this.next === this.end) this.grow();
    const taken = this.next;
    this.next = (taken + this.stride) as Address;
    return taken;
  }

  /** Frees the value that `take` returned last. */
  giveBack(taken: Address): void {
    this.next = taken;
  }

  isZero(a: Address): boolean {
    return this.heap()[(a >> 2) + EXPONENT] === ZERO;
  }

  isNaN(a: Address): boolean {
    return this.heap()[(a >> 2) + EXPONENT] === NAN;
  }

  isInfinite(a: Address): boolean {
    return this.heap()[(a >> 2) + EXPONENT] === INFINITE;
  }

  isPositive(a: Address): boolean {
    const heap = this.heap();
    const exponent = heap[(a >> 2) + EXPONENT];
    return heap[(a >> 2) + SIGN] > 0 && exponent !== ZERO && exponent !== NAN;
  }

  isNegative(a: Address): boolean {
    const heap = this.heap();
    const exponent = heap[(a >> 2) + EXPONENT];
    return heap[(a >> 2) + SIGN] < 0 && exponent !== ZERO && exponent !== NAN;
  }

  /** @throws Error when the memory of 2 GB is used up */
  scope<R>(body: () => R): R {
    const { next, end, chunks } = this;
    const before = chunks.length;
    this.depth += 1;
    try {
      return body();
    } finally {
      this.depth -= 1;
      while (chunks.length > before) this.lib.free(chunks.pop()!.start);
      [this.next, this.end] = [next, end];
      if (this.depth === 0) this.words = NO_WORDS;
    }
  }

  keep(values: readonly Address[]): () => Address[] {
    const words = this.stride >> 2;
    const kept = new Int32Array(values.length * words);
    const heap = this.heap();
    for (let i = 0; i < values.length; i++) {
      const from = values[i] >> 2;
      for (let k = 0; k < words; k++) kept[i * words + k] = heap[from + k];
    }
    return () => values.map((_, i) => this.restore(kept, i * words));
  }

  /** A new value with the words of a kept one, except the addresses of the limbs. */
  private restore(kept: Int32Array, at: number): Address {
    const value = this.take();
    const heap = this.heap();
    const part = this.size >> 2;
    for (let k = 0; k < part * this.parts; k++) if (k % part !== LIMBS) heap[(value >> 2) + k] = kept[at + k];
    return value;
  }

  /** WebAssembly's memory; growth replaces the array. */
  private heap(): Int32Array {
    if (this.words.length > 0) return this.words;
    if (this.depth === 0)
      throw new Error('an MPFR number was used outside of every scope: see Memory in arithmetic/field.ts');
    this.words = new Int32Array(this.lib.mem.buffer);
    return this.words;
  }

  private grow(): void {
    // Throws outside of a scope, where nothing would be freed.
    this.heap();
    const count = Math.max(1, Math.floor(CHUNK / this.stride)) * this.parts;
    const start = this.lib.malloc(count * this.size) as Address;
    if (start === 0) throw new Error('MPFR has no more memory (2 GB)');
    const heap = this.heap();
    for (let i = 0; i < count; i++) {
      const at = start + i * this.size;
      heap[(at >> 2) + PRECISION] = this.bits;
      heap[(at >> 2) + LIMBS] = at + 4 * HEADER;
    }
    const end = (start + count * this.size) as Address;
    this.chunks.push({ start, end });
    [this.next, this.end] = [start, end];
  }
}
