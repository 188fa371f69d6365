/**
 * Reads one array in NumPy's format (.npy, versions 1 to 3): a magic, a header in Python's syntax, and the numbers. Nothing is
 * allocated but the numbers, and only after the header agrees with the size of the file.
 */
import type { Faults } from '../io/badInput.ts';
import { shown } from '../io/place.ts';

/** An array of any shape; `at` takes the index in C order. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Little-endian name of its type, as `f4`; `U` for a text. */
  readonly type: string;
  readonly at: (index: number) => number;
  /** The text of an array of one text. */
  readonly text?: string;
}

const MAGIC = '\x93NUMPY';
/** NumPy itself writes at most 64 KiB in version 1; a header with a shape and a type is far shorter. */
const MOST_HEADER = 2 ** 16;
/** A header has these three keys, in any order. */
const HEADER =
  /^\{(?=.*'descr': *'([^']*)')(?=.*'fortran_order': *(True|False))(?=.*'shape': *\(([\d, ]*)\)) *('(?:descr|fortran_order|shape)': *(?:'[^']*'|True|False|\([\d, ]*\)),? *){3}\} *\n?$/;

type Read = (view: DataView, at: number, little: boolean) => number;
const READERS: Readonly<Record<string, Read>> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  // A step beyond 2^53 is no exact double; the check of steps refuses it.
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
};

/** Where the numbers begin and what the header says; undefined with a fault. */
function headerOf(bytes: Uint8Array, refuse: (why: string) => undefined) {
  const begins = Buffer.from(bytes.subarray(0, 6)).toString('latin1');
  if (begins !== MAGIC) return refuse(`expected the format of NumPy (.npy), got other bytes`);
  const [major] = bytes.subarray(6);
  if (!(major >= 1 && major <= 3))
    return refuse(`expected version 1, 2 or 3 of the format, got ${major ?? 'nothing'}`);
  const wide = major > 1;
  const from = wide ? 12 : 10;
  if (bytes.length < from) return refuse('the file ends within its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (size > MOST_HEADER) return refuse(`expected a header of at most ${MOST_HEADER} bytes, got ${size}`);
  if (bytes.length < from + size) return refuse('the file ends within its header');
  const text = Buffer.from(bytes.subarray(from, from + size)).toString('latin1');
  const match = HEADER.exec(text);
  if (!match)
    return refuse(`expected a header with descr, fortran_order and shape, got ${shown(text.trim())}`);
  const shape = match[3].split(',').flatMap((n) => (n.trim() === '' ? [] : [Number(n)]));
  return { view, begin: from + size, descr: match[1], fortran: match[2] === 'True', shape };
}

/** Place in Fortran order of the entry that is `index`-th in C order. */
function fortranPlace(shape: readonly number[], index: number): number {
  let [rest, place] = [index, 0];
  const digits: number[] = [];
  for (let k = shape.length - 1; k >= 0; k--) {
    digits[k] = rest % shape[k];
    rest = Math.floor(rest / shape[k]);
  }
  for (let k = shape.length - 1; k >= 0; k--) place = place * shape[k] + digits[k];
  return place;
}

/** A text of NumPy: UTF-32 or bytes, filled with zeros. */
function textOf(bytes: Uint8Array, wide: boolean, little: boolean): string | undefined {
  if (!wide) return Buffer.from(bytes).toString('utf8').replace(/\0+$/, '');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const point = view.getUint32(at, little);
    if (point > 0x10ffff) return undefined;
    if (point > 0) text += String.fromCodePoint(point);
  }
  return text;
}

/**
 * The array in the bytes of a .npy file; undefined, with a fault, where there is none. Types: `f4`, `f8`, `i4`, `i8` of either
 * byte order, in C or Fortran order; a single text (`U`, `S`).
 */
export function readNpy(bytes: Uint8Array, faults: Faults, label: string): NpyArray | undefined {
  const refuse = (why: string): undefined => void faults.add(`${label}: ${why}`);
  const header = headerOf(bytes, refuse);
  if (!header) return undefined;
  const { view, begin, descr, fortran, shape } = header;
  const [, order, kind, width] = /^([<>|=])([a-zA-Z])(\d+)$/.exec(descr) ?? [];
  const type = kind === 'U' || kind === 'S' ? kind : `${kind}${width}`;
  const read = READERS[type];
  if (!read && type !== 'U' && type !== 'S')
    return refuse(`expected numbers of type f4, f8, i4 or i8, or a text, got ${shown(descr)}`);
  const little = order !== '>';
  const count = shape.reduce((product, n) => product * n, 1);
  const each = Number(width) * (kind === 'U' ? 4 : 1);
  const needs = count * each;
  const has = bytes.length - begin;
  if (has !== needs)
    return refuse(
      `expected ${needs} bytes of numbers for shape (${shape.join(', ')}) of ${descr}, got ${has}${has < needs ? ': the file is cut off' : ''}`,
    );
  if (!read) {
    if (count !== 1) return refuse(`expected one text, got ${count}`);
    const text = textOf(bytes.subarray(begin), kind === 'U', little);
    if (text === undefined) return refuse('expected a text, got numbers that are no characters');
    return { shape, type: 'U', at: () => Number.NaN, text };
  }
  const turned = fortran && shape.filter((n) => n > 1).length > 1;
  return {
    ...{ shape, type },
    at: (index) => read(view, begin + each * (turned ? fortranPlace(shape, index) : index), little),
  };
}
