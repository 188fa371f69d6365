/** Writes records in each of the three forms, sound or not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';

/** A record whose parts may be anything. */
export interface Draft {
  readonly problem?: unknown;
  readonly rates?: unknown;
  readonly steps: readonly number[];
  readonly Z: readonly (readonly (readonly number[])[])[];
  readonly Y?: readonly (readonly (readonly number[])[])[];
}

export type Kind = 'f4' | 'f8' | 'i4' | 'i8';
const SIZES = { f4: 4, f8: 8, i4: 4, i8: 8 };

/** The header of a .npy file, padded as NumPy pads it. */
export function npyHeader(text: string, version = 1): Buffer {
  const from = version > 1 ? 12 : 10;
  const padded = `${text}${' '.repeat((64 - ((from + text.length + 1) % 64)) % 64)}\n`;
  const head = Buffer.alloc(from);
  head.write('\x93NUMPY', 'latin1');
  head[6] = version;
  if (version > 1) head.writeUInt32LE(padded.length, 8);
  else head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1')]);
}

export interface Form {
  readonly type?: Kind;
  readonly big?: boolean;
  readonly fortran?: boolean;
  readonly version?: number;
}

/** An array in NumPy's format; its entries in C order. */
export function npy(
  shape: readonly number[],
  entries: readonly number[],
  { type = 'f8', big = false, fortran = false, version = 1 }: Form = {},
): Buffer {
  const order = big ? '>' : '<';
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = npyHeader(
    `{'descr': '${order}${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${tuple}), }`,
    version,
  );
  const body = Buffer.alloc(entries.length * SIZES[type]);
  const view = new DataView(body.buffer, body.byteOffset);
  const place = (index: number): number => {
    if (!fortran) return index;
    let [rest, at, stride] = [index, 0, shape.reduce((a, b) => a * b, 1)];
    for (let k = shape.length - 1; k >= 0; k--) {
      stride /= shape[k];
      at += (rest % shape[k]) * stride;
      rest = Math.floor(rest / shape[k]);
    }
    return at;
  };
  for (const [i, x] of entries.entries()) {
    const at = place(i) * SIZES[type];
    if (type === 'f4') view.setFloat32(at, x, !big);
    else if (type === 'f8') view.setFloat64(at, x, !big);
    else if (type === 'i4') view.setInt32(at, x, !big);
    else view.setBigInt64(at, BigInt(x), !big);
  }
  return Buffer.concat([header, body]);
}

/** A text of NumPy, UTF-32. */
export function npyText(text: string): Buffer {
  const points = [...text];
  const body = Buffer.alloc(4 * points.length);
  points.forEach((c, i) => void body.writeUInt32LE(c.codePointAt(0)!, 4 * i));
  return Buffer.concat([
    npyHeader(`{'descr': '<U${points.length}', 'fortran_order': False, 'shape': (), }`),
    body,
  ]);
}

const cube = (m: Draft['Z']): readonly [number[], number[]] => [
  [m.length, m[0]?.length ?? 0, m[0]?.[0]?.length ?? 0],
  m.flat(2),
];

/** Every part as a .npy file, by its name. */
export function arrays({ problem, rates, steps, Z, Y }: Draft, form: Form = {}): Record<string, Buffer> {
  return {
    'steps.npy': npy([steps.length], steps, { ...form, type: 'i8' }),
    'Z.npy': npy(...cube(Z), form),
    ...(Y && { 'Y.npy': npy(...cube(Y), form) }),
    ...(problem !== undefined && { 'problem.npy': npyText(JSON.stringify(problem)) }),
    ...(rates !== undefined && { 'rates.npy': npyText(JSON.stringify(rates)) }),
  };
}

export const npz = (files: Record<string, Uint8Array>, level: 0 | 6 = 0): Uint8Array =>
  zipSync(files, { level });

/** NaN and infinities are no JSON: they are written as Python writes them. */
const json = (x: unknown): string =>
  JSON.stringify(x, (_, v) => (typeof v === 'number' && !Number.isFinite(v) ? `@${v}@` : v)).replace(
    /"@(-?\w+)@"/g,
    '$1',
  );

export const lines = ({ problem, rates, steps, Z, Y }: Draft): string =>
  [
    json({ schema: 1, problem, rates }),
    ...steps.map((step, i) => json({ step, Z: Z[i], ...(Y && { Y: Y[i] }) })),
  ].join('\n');

/** Writes the record in a form; @returns its path */
export function write(
  folder: string,
  name: string,
  draft: Draft,
  form: 'jsonl' | 'npz' | 'folder',
  how: Form = {},
) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, form === 'folder' ? name : `${name}.${form}`);
  if (form === 'jsonl') writeFileSync(path, lines(draft));
  else if (form === 'npz') writeFileSync(path, npz(arrays(draft, how), 6));
  else {
    mkdirSync(path);
    const { problem, rates, ...rest } = draft;
    for (const [file, bytes] of Object.entries(arrays(rest, how))) writeFileSync(join(path, file), bytes);
    if (problem !== undefined) writeFileSync(join(path, 'problem.json'), JSON.stringify(problem));
    if (rates !== undefined) writeFileSync(join(path, 'rates.json'), JSON.stringify(rates));
  }
  return path;
}
