/**
 * Plain data as JSON, for the way through a broker. JSON has no NaN, infinities, -0, undefined, big integers and typed arrays: these
 * are objects with the one key `$`, or `$` and `is`. Properties whose value is undefined are left out.
 */
import { createHash } from 'node:crypto';

export type Packed =
  | null
  | boolean
  | number
  | string
  | readonly Packed[]
  | { readonly [key: string]: Packed };

const ARRAYS = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
} as const;
type ArrayName = keyof typeof ARRAYS;

/** Numbers that JSON has not, by their text. */
const NUMBERS: Readonly<Record<string, number | undefined>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
  undefined,
};

function wireArray(value: ArrayBufferView, name: string): Packed {
  if (!Object.hasOwn(ARRAYS, name)) throw new TypeError(`expected plain data, got a ${name}`);
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { $: name, is: bytes.toString('base64') };
}

/** @throws TypeError for what is no plain data: a function, an object of a class */
export function toWire(value: unknown): Packed {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $: Object.is(value, -0) ? '-0' : String(value) };
  if (value === undefined) return { $: 'undefined' };
  if (typeof value === 'bigint') return { $: 'bigint', is: String(value) };
  if (Array.isArray(value)) return Array.from(value, toWire);
  if (ArrayBuffer.isView(value)) return wireArray(value, value.constructor.name);
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`expected plain data, got a ${prototype?.constructor?.name ?? typeof value}`);
  const entries = Object.entries(value as object).filter(([, own]) => own !== undefined);
  if (entries.some(([key]) => key === '$'))
    return { $: 'object', is: entries.map(([key, own]) => [key, toWire(own)]) };
  return Object.fromEntries(entries.map(([key, own]) => [key, toWire(own)]));
}

const arrayOf = (name: ArrayName, text: string): ArrayBufferView => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new ARRAYS[name](bytes.buffer);
};

/** What was packed. @throws TypeError for what `toWire` does not give */
export function fromWire(packed: Packed): unknown {
  if (packed === null || typeof packed !== 'object') return packed;
  if (Array.isArray(packed)) return packed.map(fromWire);
  const { $: kind, is } = packed as { readonly $?: Packed; readonly is?: Packed };
  if (kind === undefined)
    return Object.fromEntries(Object.entries(packed).map(([key, own]) => [key, fromWire(own as Packed)]));
  const name = String(kind);
  if (is === undefined && Object.hasOwn(NUMBERS, name)) return NUMBERS[name];
  if (name === 'bigint') return BigInt(String(is));
  if (name === 'object')
    return Object.fromEntries((is as [string, Packed][]).map(([key, own]) => [key, fromWire(own)]));
  if (Object.hasOwn(ARRAYS, name)) return arrayOf(name as ArrayName, String(is));
  throw new TypeError(`expected packed data, got the kind ${JSON.stringify(name)}`);
}

/** Seconds of work: the part of an answer that may differ from one computation to the next. */
const TIME = /(^s|S)econds$/;

/** The same text for equal data, whatever the order of its keys. */
export function canonical(packed: Packed, counts: (key: string) => boolean = () => true): string {
  if (packed === null || typeof packed !== 'object') return JSON.stringify(packed);
  if (Array.isArray(packed)) return `[${packed.map((own) => canonical(own, counts)).join(',')}]`;
  const entries = Object.entries(packed as { [key: string]: Packed }).filter(([key]) => counts(key));
  return `{${entries
    .map(([key, own]) => `${JSON.stringify(key)}:${canonical(own, counts)}`)
    .sort()
    .join(',')}}`;
}

/** An answer without its seconds of work. */
export const canonicalAnswer = (packed: Packed): string => canonical(packed, (key) => !TIME.test(key));

/** SHA-256, in hex. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
