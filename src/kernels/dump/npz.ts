/** Writes NumPy's .npz: a zip archive, without compression, of arrays in the format .npy 1.0. */
import { crc32 } from '../../io/crc32.ts';
import type { Floats } from '../../model/stepInput.ts';

/** An array and its shape, row-major; an empty shape is one number. */
export interface Shaped {
  readonly values: Floats | Int32Array;
  readonly shape: readonly number[];
}

const descrOf = (values: Shaped['values']): string =>
  values instanceof Float64Array ? '<f8' : values instanceof Float32Array ? '<f4' : '<i4';

/** Magic, version 1.0, and a header that ends with a newline at a multiple of 64 bytes. */
export function npy({ values, shape }: Shaped): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dict = `{'descr': '${descrOf(values)}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = 64 * Math.ceil((10 + dict.length + 1) / 64) - 10;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${dict.padEnd(length - 1)}\n`, 'latin1');
  head.writeUInt16LE(length, 8);
  return Buffer.concat([head, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
}

const uint16 = (...xs: number[]): Buffer => Buffer.from(Uint16Array.from(xs).buffer);
const uint32 = (...xs: number[]): Buffer => Buffer.from(Uint32Array.from(xs).buffer);
/** Method 0 (stored), then time and date: midnight of 1980-01-01, so that equal cases are equal files. */
const STORED = [0, 0, 0x21];
const VERSION = 20;

/** The archive's bytes: below 4 GiB, as a zip without extensions must be. */
export function npz(arrays: Readonly<Record<string, Shaped>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [key, array] of Object.entries(arrays)) {
    const name = Buffer.from(`${key}.npy`);
    const data = npy(array);
    const common = [
      uint16(0, ...STORED),
      uint32(crc32(data), data.length, data.length),
      uint16(name.length, 0),
    ];
    const local = Buffer.concat([uint32(0x04034b50), uint16(VERSION), ...common, name, data]);
    locals.push(local);
    // After the common part: comment, disk, attributes (uint16, uint32), and where the local header is.
    central.push(
      uint32(0x02014b50),
      uint16(VERSION, VERSION),
      ...common,
      uint16(0, 0, 0),
      uint32(0, at),
      name,
    );
    at += local.length;
  }
  const directory = Buffer.concat(central);
  const many = Object.keys(arrays).length;
  const end = [uint32(0x06054b50), uint16(0, 0, many, many), uint32(directory.length, at), uint16(0)];
  return Buffer.concat([...locals, directory, ...end]);
}
