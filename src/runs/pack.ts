/** The parts of a record before they are checked, from each of the three forms of a file. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { Faults } from '../io/badInput.ts';
import { crc32 } from '../io/crc32.ts';
import { readBytes, readText } from '../io/file.ts';
import { parseJson } from '../io/json.ts';
import { shown } from '../io/place.ts';
import { suggestion } from '../io/suggest.ts';
import { MOST_ENTRIES } from '../model/ranges.ts';
import { type NpyArray, readNpy } from './npy.ts';

/** Most bytes of a record, packed or not: MOST_ENTRIES doubles, and as much again for Y. */
export const MOST_RUN_BYTES = 16 * MOST_ENTRIES;
/** Most bytes of a record in JSON lines: a number takes up to 24 characters, and the text is in memory as a whole. */
export const MOST_TEXT_BYTES = 2 ** 27;

/** A record has five parts; a file with more has a fault for each, up to this many. */
const MOST_PARTS = 100;

/** What a file says, unchecked. A part that is absent is undefined. */
export interface RunParts {
  readonly problem?: unknown;
  readonly rates?: unknown;
  readonly type?: unknown;
  readonly steps?: NpyArray;
  readonly Z?: NpyArray;
  readonly Y?: NpyArray;
  /** Parts that are there but cannot be read: their faults are told, and nothing more is asked of them. */
  readonly broken?: ReadonlySet<string>;
}

const ARRAYS = ['steps', 'Z', 'Y'] as const;
const TEXTS = ['problem', 'rates'] as const;
const NAMES: readonly string[] = [...ARRAYS, ...TEXTS];
/** Of a file that cannot be read as a whole. */
export const NO_PARTS: RunParts = { broken: new Set(NAMES) };

const unknownName = (name: string, known: readonly string[]): string =>
  `there is no part ${shown(name)}${suggestion(name, known) || `; there are ${known.join(', ')}`}`;

/** The arrays of a record by name; a text among them is JSON. */
function partsOf(files: ReadonlyMap<string, Uint8Array>, broken: Set<string>, faults: Faults): RunParts {
  const parts: Record<string, unknown> = {};
  for (const [name, bytes] of files) {
    const before = faults.count;
    const array = readNpy(bytes, faults, name);
    const isText = (TEXTS as readonly string[]).includes(name);
    if (array && isText !== (array.text !== undefined))
      faults.add(
        `${name}: expected ${isText ? 'a text with JSON' : 'numbers'}, got ${isText ? 'numbers' : 'a text'}`,
      );
    else if (array) parts[name] = isText ? jsonOf(array.text!, faults, name) : array;
    if (faults.count > before) broken.add(name);
  }
  return { ...parts, broken };
}

function jsonOf(text: string, faults: Faults, label: string): unknown {
  const own = new Faults();
  const value = parseJson(text, own);
  faults.addAll(own, `${label}: `);
  return value;
}

/**
 * The CRC-32 of each entry as the directory of a zip file has it, in the order of the directory. fflate does not check it. For an
 * archive whose end fflate has found; with the end of zip64 where there is one.
 * @throws RangeError where the directory leads out of the file
 */
function* checksums(bytes: Uint8Array): Generator<number, undefined> {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = zip.length - 22;
  while (zip.readUInt32LE(end) !== 0x06054b50) end--;
  const far = zip.readUInt32LE(end - 20) === 0x07064b50 ? zip.readUInt32LE(end - 12) : undefined;
  const wide = far !== undefined && zip.readUInt32LE(far) === 0x06064b50;
  let at = zip.readUInt32LE(wide ? far + 48 : end + 16);
  for (;;) {
    yield zip.readUInt32LE(at + 16);
    // The header, then the name, extra fields and a comment.
    at += 46 + [28, 30, 32].reduce((length, field) => length + zip.readUInt16LE(at + field), 0);
  }
}

const hex = (x: number): string => x.toString(16).padStart(8, '0');

/** A zip file of NumPy (.npz). Sizes are checked from its directory before anything is unpacked, checksums after it. */
export function npzParts(file: string, faults: Faults): RunParts {
  const bytes = readBytes(file, MOST_RUN_BYTES, faults);
  if (!bytes) return NO_PARTS;
  const sums = new Map<string, number>();
  const broken = new Set<string>();
  const directory = checksums(bytes);
  let total = 0;
  let entries = 0;
  /** The entry that is being unpacked. */
  let now: string | undefined;
  try {
    const files = unzipSync(bytes, {
      filter: ({ name: path, originalSize, compression }) => {
        const name = path.replace(/\.npy$/, '');
        now = undefined;
        total += originalSize;
        entries += 1;
        // A damaged directory may count billions of parts.
        if (entries > MOST_PARTS) throw new Error(`its directory has more than ${MOST_PARTS} parts`);
        const sum = directory.next().value!;
        const faulty =
          (sums.has(name) && `part ${shown(name)} is there twice`) ||
          (!(NAMES.includes(name) && path.endsWith('.npy')) &&
            unknownName(path.replace(/\.npy$/, ''), NAMES)) ||
          (compression !== 0 &&
            compression !== 8 &&
            `${name}: expected it stored or deflated, got method ${compression}`) ||
          (total > MOST_RUN_BYTES && `expected at most ${MOST_RUN_BYTES} bytes when unpacked, got more`);
        sums.set(name, sum);
        if (faulty) {
          faults.add(faulty);
          broken.add(name);
        } else now = name;
        return !faulty;
      },
    });
    const sound = new Map<string, Uint8Array>();
    for (const [path, data] of Object.entries(files)) {
      const name = path.slice(0, -4);
      const [says, is] = [sums.get(name)!, crc32(data)];
      if (says === is) {
        sound.set(name, data);
        continue;
      }
      broken.add(name);
      faults.add(
        `${name}: expected bytes with the CRC-32 ${hex(says)} that the zip file says, got ${hex(is)}: they are damaged`,
      );
    }
    return partsOf(sound, broken, faults);
  } catch (error) {
    // fflate's errors have a number; a cut file may also run beyond the end of an array.
    if (!(error instanceof Error)) throw error;
    const where = now === undefined ? '' : `${now}: `;
    faults.add(
      `${where}expected a zip file of NumPy arrays (.npz), got one that is cut off or damaged: ${error.message}`,
    );
    return NO_PARTS;
  }
}

/** A folder of .npy files, with problem.json and, where there are, rates.json. What else lies in it is none of the record. */
export function folderParts(folder: string, faults: Faults): RunParts {
  const files = new Map<string, Uint8Array>();
  const texts: Record<string, unknown> = {};
  const known = [...ARRAYS.map((name) => `${name}.npy`), ...TEXTS.map((name) => `${name}.json`)];
  const broken = new Set<string>();
  let left = MOST_RUN_BYTES;
  const here = new Set(readdirSync(folder));
  for (const entry of known.filter((name) => here.has(name))) {
    const own = new Faults();
    const [name, kind] = entry.split('.');
    if (kind === 'json') {
      const text = readText(join(folder, entry), MOST_TEXT_BYTES, own);
      if (text !== undefined) texts[name] = parseJson(text, own);
    } else {
      const bytes = readBytes(join(folder, entry), left, own);
      if (bytes) {
        files.set(name, bytes);
        left -= bytes.length;
      }
    }
    if (own.count > 0) broken.add(name);
    faults.addAll(own, `${entry}: `);
  }
  return { ...partsOf(files, broken, faults), ...texts };
}
