/** Records in a zip file of NumPy. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../src/runs/readRun.ts';
import { ARRAYS, files } from './brokenArrays.ts';
import { faultsOf, recordFolder } from './records.ts';
import { npy, npyText, npz } from './writeRun.ts';

const { folder, fresh } = recordFolder();
/** Writes bytes as a zip file; @returns its path */
const zipped = (bytes: Uint8Array): string => {
  const path = join(folder, `${fresh()}.npz`);
  writeFileSync(path, bytes);
  return path;
};
const packed = npz(files);

describe('a broken Z in a zip file is refused', () => {
  it.each(ARRAYS)('%s', (_, bytes, fault) => {
    const path = zipped(npz({ ...files, 'Z.npy': bytes }, 6));
    expect(faultsOf(() => readRun(path)).join('\n')).toMatch(fault);
  });
});

/** A zip file whose directory says that Z unpacks to `size` bytes. */
function lying(size: number): Buffer {
  const zip = Buffer.from(npz({ 'Z.npy': Buffer.alloc(1000) }, 6));
  zip.writeUInt32LE(size, zip.indexOf('PK\x01\x02', 0, 'latin1') + 24);
  return zip;
}
/** The same with a name of another file of the same length. */
const renamed = (from: string, to: string): Buffer => {
  const zip = Buffer.from(npz({ ...files, [from]: files['Z.npy'] }));
  for (let at = zip.indexOf(from); at >= 0; at = zip.indexOf(from, at)) zip.write(to, at, 'latin1');
  return zip;
};
const methodOf = (method: number): Buffer => {
  const zip = Buffer.from(packed);
  zip.writeUInt16LE(method, zip.indexOf('PK\x01\x02', 0, 'latin1') + 10);
  return zip;
};

const ZIPS: readonly [string, Uint8Array, RegExp][] = [
  ['nothing', Buffer.alloc(0), /cut off or damaged/],
  ['a text', Buffer.from('hello'), /cut off or damaged/],
  ['cut in half', packed.subarray(0, packed.length / 2), /cut off or damaged/],
  ['without its last byte', packed.subarray(0, -1), /cut off or damaged/],
  ['without its first bytes', packed.subarray(40), /cut off or damaged|there is no part/],
  ['an empty zip file', zipSync({}), /expected/],
  ['an unknown part', npz({ ...files, 'W.npy': files['Z.npy'] }), /there is no part "W"/],
  ['a part without .npy', npz({ ...files, 'readme.txt': Buffer.from('x') }), /there is no part "readme.txt"/],
  ['a path that climbs', npz({ ...files, '../Z.npy': files['Z.npy'] }), /there is no part "\.\.\/Z"/],
  ['a part twice', renamed('X.npy', 'Z.npy'), /part "Z" is there twice/],
  ['another compression', methodOf(12), /stored or deflated, got method 12/],
  ['a bomb: it says 4 GiB', lying(0xfffffff0), /bytes when unpacked, got more/],
  [
    'a hundred and one parts',
    npz(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`${i}.npy`, Buffer.alloc(0)]))),
    /and 81 more/,
  ],
  ['fewer bytes than it says', lying(1000000), /expected the format/],
  [
    'no Z',
    npz({ 'steps.npy': files['steps.npy'], 'problem.npy': files['problem.npy'] }),
    /Z: expected this part/,
  ],
  [
    'no steps',
    npz({ 'Z.npy': files['Z.npy'], 'problem.npy': files['problem.npy'] }),
    /steps: expected this part/,
  ],
  [
    'a problem of numbers',
    npz({ ...files, 'problem.npy': files['Z.npy'] }),
    /problem: expected a text with JSON/,
  ],
  ['a problem that is no JSON', npz({ ...files, 'problem.npy': npyText('{') }), /problem: expected JSON/],
  [
    'steps of floats',
    npz({ ...files, 'steps.npy': npy([3], [0, 1, 2]) }),
    /steps: expected a list of integers/,
  ],
  [
    'steps beyond 2^53',
    npz({ ...files, 'steps.npy': npy([3], [0, 1, 2 ** 60], { type: 'i8' }) }),
    /steps\[2\]: expected a whole number/,
  ],
];

describe('a part that is refused has no second fault', () => {
  it.each([
    ['steps of floats', { ...files, 'steps.npy': npy([3], [0, 1, 2]) }, [/: steps: expected a list of int/]],
    ['a problem that is no JSON', { ...files, 'problem.npy': npyText('{') }, [/: problem: expected JSON/]],
    ['a problem of numbers', { ...files, 'problem.npy': files['Z.npy'] }, [/: problem: expected a text/]],
    ['an array of Z that is none', { ...files, 'Z.npy': Buffer.from('x') }, [/: Z: expected the format/]],
    [
      'nothing at all: each part is missing',
      {},
      [/: problem: expected the problem/, /: steps: expected this part/, /: Z: expected this part/],
    ],
  ])('%s', (_, parts, expected) => {
    const faults = faultsOf(() => readRun(zipped(npz(parts as Record<string, Uint8Array>))));
    expect(faults).toHaveLength(expected.length);
    for (const [i, fault] of expected.entries()) expect(faults[i]).toMatch(fault);
  });
});

describe('a broken zip file is refused', () => {
  it.each(ZIPS)('%s', (_, bytes, fault) => {
    expect(faultsOf(() => readRun(zipped(bytes))).join('\n')).toMatch(fault);
  });
});

describe('an entry whose bytes are damaged is refused by its checksum', () => {
  /** Where the bytes of Z are in a zip file: after its local header, its name and extra fields. */
  const bytesOfZ = (zip: Buffer): readonly [from: number, to: number] => {
    const name = zip.indexOf('Z.npy', 0, 'latin1');
    const from = name + zip.readUInt16LE(name - 4) + zip.readUInt16LE(name - 2);
    const entry = zip.indexOf('Z.npy', name + 1, 'latin1') - 46;
    return [from, from + zip.readUInt32LE(entry + 20)];
  };
  const sound = readRun(zipped(packed));

  it.each([
    ['stored', 0],
    ['deflated', 6],
  ] as const)('%s: one bit of any byte', (_, level) => {
    const zip = Buffer.from(npz(files, level));
    const [from, to] = bytesOfZ(zip);
    expect(to - from).toBeGreaterThan(50);
    let refused = 0;
    for (let at = from; at < to; at++) {
      const damaged = Buffer.from(zip);
      // The lowest bit: the highest ones of the last byte of a deflated entry may be no part of it.
      damaged[at] ^= 1;
      const path = zipped(damaged);
      const faults = faultsOf(() => readRun(path)).join('\n');
      if (faults !== '') {
        refused += 1;
        expect(faults).toMatch(/: Z: expected .* damaged/);
      }
      // Zeros that are copied from another place are the same zeros.
      else expect(readRun(path)).toEqual(sound);
    }
    if (level === 0) expect(refused).toBe(to - from);
    else expect(refused).toBeGreaterThan((to - from) / 2);
  });

  it('in a zip64 file too, whose end is another', () => {
    const end = packed.length - 22;
    const [directory, old] = [Buffer.from(packed.subarray(0, end)), Buffer.from(packed.subarray(end))];
    const record = Buffer.alloc(56);
    record.writeUInt32LE(0x06064b50);
    record.writeUInt32LE(old.readUInt16LE(10), 32);
    record.writeUInt32LE(old.readUInt32LE(16), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50);
    locator.writeUInt32LE(end, 8);
    old.writeUInt32LE(0xffffffff, 16);
    const zip = Buffer.concat([directory, record, locator, old]);
    expect(readRun(zipped(zip))).toEqual(sound);
    zip[bytesOfZ(zip)[0] + 200] ^= 1;
    expect(faultsOf(() => readRun(zipped(zip))).join()).toMatch(/: Z: expected bytes with the CRC-32/);
  });

  it('says which checksum came, of this entry alone', () => {
    const zip = Buffer.from(packed);
    const [from] = bytesOfZ(zip);
    zip[from + 200] ^= 1;
    const faults = faultsOf(() => readRun(zipped(zip)));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(
      /: Z: expected bytes with the CRC-32 [\da-f]{8} that the zip file says, got [\da-f]{8}: they are damaged$/,
    );
  });
});
