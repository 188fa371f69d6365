/**
 * Built-in functions of JavaScript, saved before a kernel is loaded. They give correct results even if the kernel
 * changes prototypes or globals, or forges type tags and lengths, because they never read a property of a value.
 */
import { types } from 'node:util';
import type { Floats } from '../../model/stepInput.ts';

/** The function with its `this` as first argument. */
const unbound = Function.prototype.bind.bind(Function.prototype.call) as unknown as <
  This,
  A extends unknown[],
  R,
>(
  method: (this: This, ...args: A) => R,
) => (self: This, ...args: A) => R;

type View = Int32Array | Floats | Uint8Array;
const prototype = Object.getPrototypeOf(Uint8Array.prototype) as View;
const getter = <R>(name: PropertyKey) =>
  unbound(Object.getOwnPropertyDescriptor(prototype, name)!.get as (this: unknown) => R);

/** `Float32Array` etc., also for arrays of other realms; undefined if the value is not a typed array. */
export const kindOf = getter<string | undefined>(Symbol.toStringTag);
/** Number of elements of a typed array; 0 if its memory was transferred. */
export const lengthOf = getter<number>('length');
export const bufferOf = getter<ArrayBufferLike>('buffer');
const byteOffsetOf = getter<number>('byteOffset');
const byteLengthOf = getter<number>('byteLength');
/** Copies an array's numbers into another array, from an index on. */
export const setInto = unbound(Uint8Array.prototype.set as (this: View, from: View, at?: number) => void);

const { isSharedArrayBuffer, isNativeError } = types;
export const Bytes = Uint8Array;
export const Singles = Float32Array;
export const Doubles = Float64Array;
export const Ints = Int32Array;
export const NativeBuffer = ArrayBuffer;
/** UTF-8. */
export const encodeText = Buffer.from as (text: string) => Uint8Array;
export const json = JSON.stringify;
const compareBytes = Buffer.compare;
export const { isArray } = Array;
export const ownKeys = Object.keys;
export const textOf = String;
export { isNativeError };

/** The first `length` characters. */
export const firstOf = unbound(
  String.prototype.slice as (this: string, start: number, end: number) => string,
);
/** The source text of a function. */
export const sourceOf = unbound(Function.prototype.toString);
const hasIn = unbound(WeakSet.prototype.has as (this: WeakSet<object>, of: object) => boolean);
const addTo = unbound(WeakSet.prototype.add as (this: WeakSet<object>, of: object) => unknown);

/** A set of array buffers, held weakly. */
export class MemorySet {
  readonly #set = new WeakSet<object>();
  has(array: View): boolean {
    return hasIn(this.#set, bufferOf(array));
  }
  add(array: View): void {
    addTo(this.#set, bufferOf(array));
  }
}

export const isShared = (array: View): boolean => isSharedArrayBuffer(bufferOf(array));

/** A copy in new memory. */
export function copyOf<A extends View>(array: A): A {
  const kind = kindOf(array);
  const Kind =
    kind === 'Float32Array'
      ? Singles
      : kind === 'Float64Array'
        ? Doubles
        : kind === 'Int32Array'
          ? Ints
          : Bytes;
  const copy = new Kind(lengthOf(array));
  setInto(copy, array);
  return copy as A;
}

/** A byte view of its memory, not a copy. */
export const bytesOf = (array: View): Uint8Array =>
  new Bytes(bufferOf(array), byteOffsetOf(array), byteLengthOf(array));

/** Whether two arrays have the same type and are equal to the bit. */
export const sameArray = (value: unknown, kept: View): boolean =>
  kindOf(value) === kindOf(kept) &&
  lengthOf(value) === lengthOf(kept) &&
  compareBytes(bytesOf(value as View), bytesOf(kept)) === 0;
