/** Reads NumPy's .npz by its format alone, from the central directory at the end: a second route to what is written. */
import { crc32 } from './crc32.ts';

export interface ReadArray {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const READERS: Record<string, [number, (bytes: Buffer, at: number) => number]> = {
  '<f8': [8, (bytes, at) => bytes.readDoubleLE(at)],
  '<f4': [4, (bytes, at) => bytes.readFloatLE(at)],
  '<i4': [4, (bytes, at) => bytes.readInt32LE(at)],
};

function readNpy(bytes: Buffer): ReadArray {
  if (bytes.toString('latin1', 0, 8) !== '\x93NUMPY\x01\x00') throw new Error('no .npy of version 1.0');
  const start = 10 + bytes.readUInt16LE(8);
  if (start % 64 !== 0) throw new Error('the header is not aligned');
  const [, descr, order, shape] =
    /^\{'descr': '(.*)', 'fortran_order': (True|False), 'shape': \((.*)\), \} *\n$/.exec(
      bytes.toString('latin1', 10, start),
    )!;
  if (order !== 'False') throw new Error('not row-major');
  const sizes = shape
    .split(',')
    .filter((text) => text.trim() !== '')
    .map(Number);
  const [width, read] = READERS[descr];
  const length = sizes.reduce((a, b) => a * b, 1);
  if (bytes.length !== start + width * length) throw new Error('the length does not fit the shape');
  return { descr, shape: sizes, values: Array.from({ length }, (_, i) => read(bytes, start + width * i)) };
}

export function readNpz(bytes: Buffer): Record<string, ReadArray> {
  const end = bytes.length - 22;
  if (bytes.readUInt32LE(end) !== 0x06054b50) throw new Error('no end of a zip archive');
  const found: Record<string, ReadArray> = {};
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('no entry of a directory');
    const [crc, size, whole] = [16, 20, 24].map((field) => bytes.readUInt32LE(at + field));
    const length = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    const local = bytes.readUInt32LE(at + 42);
    if (bytes.readUInt32LE(local) !== 0x04034b50) throw new Error(`${name}: no local header`);
    // The two headers say the same: version to length of the name, and the name.
    const same = bytes.subarray(local + 4, local + 28).equals(bytes.subarray(at + 6, at + 30));
    if (!same || bytes.toString('utf8', local + 30, local + 30 + length) !== name)
      throw new Error(`${name}: two headers`);
    const data = bytes.subarray(local + 30 + length, local + 30 + length + size);
    if (size !== whole || crc32(data) !== crc) throw new Error(`${name}: wrong size or checksum`);
    found[name.replace(/\.npy$/, '')] = readNpy(data);
    at += 46 + length;
  }
  if (at !== end) throw new Error('the directory does not end where the archive says');
  return found;
}
