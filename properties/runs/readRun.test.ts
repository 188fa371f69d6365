// Malformed records are refused with all their faults; sound ones read back as they were written.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { BadInput } from '../../src/io/badInput.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import { readRun } from '../../src/runs/readRun.ts';
import { arrays, type Draft, lines, npy, npyHeader, npyText, npz, write } from './writeRun.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-runs-'));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;
const fresh = (): string => `run${made++}`;

const problem = {
  vocabulary: 8,
  classes: [
    { next: 6, query: 5, tokens: [0, 1, 2], probabilities: [0.5, 0.25, 0.25] },
    { next: 7, query: 5, tokens: [0, 3, 4], probabilities: [0.5, 0.25, 0.25] },
  ],
} satisfies Problem;
const matrix = (rows: number, columns: number, x = 0): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => x + i - j / 8));
const states = (rows: number, columns: number, count = 3) =>
  Array.from({ length: count }, (_, s) => matrix(rows, columns, s));
const sound: Draft = {
  problem,
  rates: { etaY: 1, momentum: 0.5 },
  steps: [0, 2, 5],
  Z: states(1, 5),
  Y: states(5, 8),
};

const faultsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    if (error instanceof BadInput) return error.faults;
    throw error;
  }
  return [];
};

const changedAt = (m: readonly (readonly (readonly number[])[])[], s: number, x: number) =>
  m.map((one, i) => one.map((row, r) => row.map((z, c) => (i === s && r === 0 && c === 1 ? x : z))));
const withClass = (change: object) => ({
  ...problem,
  classes: [{ ...problem.classes[0], ...change }, problem.classes[1]],
});

/** What is wrong whatever the form, and the fault of each. */
const CONTENT: readonly [string, Partial<Draft>, RegExp][] = [
  ['no problem', { problem: undefined }, /problem: expected the problem/],
  ['a problem that is a number', { problem: 7 }, /problem: expected an object, got 7/],
  ['a problem without classes', { problem: { vocabulary: 8 } }, /problem\.classes: expected a list/],
  [
    'a vocabulary that is too small',
    { problem: { ...problem, vocabulary: 7 } },
    /must be below the vocabulary size 7/,
  ],
  ['a next token twice', { problem: withClass({ next: 7 }) }, /next token 7 already belongs/],
  [
    'probabilities that do not sum to 1',
    { problem: withClass({ probabilities: [0.5, 0.5, 0.5] }) },
    /must sum to 1/,
  ],
  ['a probability of 0', { problem: withClass({ probabilities: [0.5, 0.5, 0] }) }, /above 0, got 0/],
  ['a token twice', { problem: withClass({ tokens: [0, 1, 1] }) }, /token 1 is listed twice/],
  [
    'an unknown key of the problem',
    { problem: { ...problem, name: 'x' } },
    /problem\.name: there is no such key/,
  ],
  [
    'a problem with more tokens',
    {
      problem: withClass({
        tokens: [0, 1, 2, 4],
        probabilities: [0.25, 0.25, 0.25, 0.25],
        next: 6,
        query: 2,
      }),
    },
    /Z: expected 3 states/,
  ],
  ['a learning rate of 0', { rates: { etaY: 0 } }, /rates\.etaY: .*got 0/],
  ['a learning rate as a text', { rates: { etaZ: '1' } }, /rates\.etaZ: expected a number, got "1"/],
  ['a momentum of 1', { rates: { momentum: 1 } }, /rates\.momentum: .*got 1/],
  ['half a sequence', { rates: { batch: 0.5 } }, /rates\.batch: expected an integer/],
  ['a length of 1', { rates: { length: 1 } }, /rates\.length: .*got 1/],
  ['an unknown optimiser', { rates: { optimiser: 'lion' } }, /rates\.optimiser: /],
  ['an unknown rate', { rates: { etaX: 1 } }, /rates\.etaX: there is no such key/],
  ['rates that are a list', { rates: [1] }, /rates: expected an object/],
  ['a negative step', { steps: [-1, 2, 5] }, /steps\[0\]: expected a whole number from 0/],
  ['steps that fall', { steps: [0, 5, 2] }, /steps\[2\]: expected more than 5/],
  ['a step twice', { steps: [0, 2, 2] }, /steps\[2\]: expected more than 2/],
  ['a single state', { steps: [0], Z: states(1, 5, 1), Y: states(5, 8, 1) }, /two recorded states at least/],
  ['no state', { steps: [], Z: [], Y: undefined }, /two recorded states|steps/],
  ['Z with a row too many', { Z: states(2, 5) }, /Z: expected 3 states .* got shape \(3, 2, 5\)/],
  ['Z with a column too few', { Z: states(1, 4) }, /Z: expected 3 states .* got shape \(3, 1, 4\)/],
  ['Z with NaN', { Z: changedAt(states(1, 5), 1, Number.NaN) }, /Z\[1\]\[0\]\[1\]: expected a finite|line 3/],
  [
    'Z with an infinity',
    { Z: changedAt(states(1, 5), 2, Number.POSITIVE_INFINITY) },
    /Z\[2\]\[0\]\[1\]: expected a finite|line 4/,
  ],
  [
    'Z with minus infinity',
    { Z: changedAt(states(1, 5), 0, Number.NEGATIVE_INFINITY) },
    /Z\[0\]\[0\]\[1\]: expected a finite|line 2/,
  ],
  ['Y of the wrong shape', { Y: states(8, 5) }, /Y: expected 3 states .* got shape \(3, 8, 5\)/],
  ['Y with NaN', { Y: changedAt(states(5, 8), 1, Number.NaN) }, /Y\[1\]\[0\]\[1\]: expected a finite|line 3/],
];

const FORMS = ['jsonl', 'npz', 'folder'] as const;

describe.each(FORMS)('a malformed record as %s is refused', (form) => {
  it.each(CONTENT)('%s', (_, change, fault) => {
    const path = write(folder, fresh(), { ...sound, ...change }, form);
    // `problem.json` of no other case lies beside it.
    const faults = faultsOf(() => readRun(path));
    expect(
      faults.some((text) => fault.test(text)),
      faults.join('\n'),
    ).toBe(true);
    expect(faults.every((text) => text.startsWith('run ') || text.startsWith('and '))).toBe(true);
  });
  it('and a sound one is read', () => {
    expect(readRun(write(folder, fresh(), sound, form)).steps).toEqual([0, 2, 5]);
  });
  it('with all its faults at once', () => {
    const change = {
      rates: { etaY: -1, etaX: 2 },
      steps: [0, 5, 2],
      Z: states(2, 5),
      problem: withClass({ next: 7 }),
    };
    const faults = faultsOf(() => readRun(write(folder, fresh(), { ...sound, ...change }, form))).join('\n');
    for (const one of [/already belongs/, /rates\.etaY/, /rates\.etaX/, /steps\[2\]/])
      expect(faults).toMatch(one);
  });
});

const files = arrays(sound);
const packed = npz(files);
/** The header of Z with one thing changed. */
const head = (descr = '<f8', order = 'False', shape = '(3, 1, 5)') =>
  Buffer.concat([
    npyHeader(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`),
    files['Z.npy'].subarray(128),
  ]);
const bytesZ = files['Z.npy'];
const withByte = (at: number, x: number): Buffer => {
  const copy = Buffer.from(bytesZ);
  copy[at] = x;
  return copy;
};

/** What is wrong with one .npy file: in a zip file and in a folder. */
const ARRAYS: readonly [string, Uint8Array, RegExp][] = [
  ['nothing', Buffer.alloc(0), /expected the format of NumPy/],
  ['other bytes', Buffer.from('hello, this is no array'), /expected the format of NumPy/],
  ['another magic', withByte(1, 77), /expected the format of NumPy/],
  ['version 0', withByte(6, 0), /expected version 1, 2 or 3/],
  ['version 4', withByte(6, 4), /expected version 1, 2 or 3/],
  ['cut in its magic', bytesZ.subarray(0, 7), /ends within its header/],
  ['cut in its header', bytesZ.subarray(0, 40), /ends within its header/],
  ['cut in its numbers', bytesZ.subarray(0, -3), /the file is cut off/],
  ['too long', Buffer.concat([bytesZ, Buffer.alloc(8)]), /expected 120 bytes of numbers/],
  ['float16', head('<f2'), /expected numbers of type/],
  ['complex', head('<c16'), /expected numbers of type/],
  ['objects (pickle)', head('|O'), /expected numbers of type/],
  ['booleans', head('|b1'), /expected numbers of type/],
  ['integers', npy([3, 1, 5], Array(15).fill(1), { type: 'i8' }), /expected numbers of type f4 or f8/],
  ['a shape beyond memory', head('<f8', 'False', '(3, 99999999, 99999999)'), /bytes of numbers for shape/],
  ['a negative shape', head('<f8', 'False', '(3, -1, 5)'), /expected a header/],
  ['a shape of one number', npy([15], Array(15).fill(1)), /got shape \(15\)/],
  ['four dimensions', npy([3, 1, 1, 5], Array(15).fill(1)), /got shape \(3, 1, 1, 5\)/],
  ['an order of its own', head('<f8', '1'), /expected a header/],
  [
    'a header that runs code',
    Buffer.concat([npyHeader("__import__('os').system('x')"), Buffer.alloc(120)]),
    /expected a header/,
  ],
  [
    'a header without a shape',
    Buffer.concat([npyHeader("{'descr': '<f8', 'fortran_order': False, }"), Buffer.alloc(120)]),
    /expected a header/,
  ],
  [
    'a header with a key twice',
    Buffer.concat([npyHeader("{'descr': '<f8', 'descr': '<f4', 'shape': (3, 1, 5), }"), Buffer.alloc(120)]),
    /expected a header/,
  ],
  ['a text', npyText('[[1]]'), /expected numbers, got a text/],
];

describe.each(['npz', 'folder'] as const)('a broken Z in the form %s is refused', (form) => {
  it.each(ARRAYS)('%s', (_, bytes, fault) => {
    const path = join(folder, `${fresh()}${form === 'npz' ? '.npz' : ''}`);
    if (form === 'npz') writeFileSync(path, npz({ ...files, 'Z.npy': bytes }, 6));
    else {
      write(folder, path.slice(folder.length + 1), sound, 'folder');
      writeFileSync(join(path, 'Z.npy'), bytes);
    }
    const faults = faultsOf(() => readRun(path)).join('\n');
    expect(faults).toMatch(fault);
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

describe('a broken zip file is refused', () => {
  it.each(ZIPS)('%s', (_, bytes, fault) => {
    const path = join(folder, `${fresh()}.npz`);
    writeFileSync(path, bytes);
    expect(faultsOf(() => readRun(path)).join('\n')).toMatch(fault);
  });
});

const text = lines(sound).split('\n');
const TEXTS: readonly [string, string, RegExp][] = [
  ['nothing', '', /an empty file/],
  ['no JSON', 'hello', /line 1: expected JSON/],
  ['a list as header', '[]', /line 1: expected an object/],
  ['cut in a line', text.join('\n').slice(0, -10), /line 4: expected JSON/],
  [
    'no version',
    [text[0].replace('"schema":1,', ''), ...text.slice(1)].join('\n'),
    /schema: expected 1, got nothing/,
  ],
  [
    'version 2',
    [text[0].replace('"schema":1', '"schema":2'), ...text.slice(1)].join('\n'),
    /schema: expected 1, got 2/,
  ],
  [
    'an unknown key of the header',
    [text[0].replace('"schema"', '"extra":0,"schema"'), ...text.slice(1)].join('\n'),
    /there is no key "extra"/,
  ],
  [
    'an unknown key of a state',
    [...text.slice(0, 3), text[3].replace('"step"', '"loss":1,"step"')].join('\n'),
    /line 4: there is no key "loss"/,
  ],
  [
    'a key twice',
    [...text.slice(0, 3), text[3].replace('"step"', '"step":4,"step"')].join('\n'),
    /given twice/,
  ],
  ['a state that is a list', [...text.slice(0, 3), '[5]'].join('\n'), /line 4: expected an object/],
  [
    'a step of half',
    [...text.slice(0, 3), text[3].replace('"step":5', '"step":4.5')].join('\n'),
    /line 4\.step: expected a whole number/,
  ],
  ['a state without Z', [...text.slice(0, 3), '{"step":5}'].join('\n'), /line 4\.Z: expected rows/],
  [
    'rows of two lengths',
    [...text.slice(0, 3), '{"step":5,"Z":[[1,2],[1]]}'].join('\n'),
    /line 4\.Z: expected rows of one length/,
  ],
  [
    'a logit as a text',
    [...text.slice(0, 3), '{"step":5,"Z":[[1,2,"3",4,5]]}'].join('\n'),
    /line 4\.Z\[0\]\[2\]: expected a number/,
  ],
  [
    'Y in some states',
    [...text.slice(0, 3), '{"step":5,"Z":[[1,2,3,4,5]]}'].join('\n'),
    /Y: expected it in every state or in none/,
  ],
  [
    'another type',
    [text[0].replace('"schema"', '"type":"float16","schema"'), ...text.slice(1)].join('\n'),
    /type: expected float32 or float64/,
  ],
  ['a header alone', text[0], /two recorded states|expected/],
];

describe('broken JSON lines are refused', () => {
  it.each(TEXTS)('%s', (_, content, fault) => {
    const path = join(folder, `${fresh()}.jsonl`);
    writeFileSync(path, content);
    expect(faultsOf(() => readRun(path)).join('\n')).toMatch(fault);
  });
});

describe('files', () => {
  it('an unknown file of a folder, a missing one, and a missing path are refused', () => {
    const path = write(folder, fresh(), sound, 'folder');
    writeFileSync(join(path, 'z.npy'), files['Z.npy']);
    expect(faultsOf(() => readRun(path)).join('\n')).toMatch(/there is no part "z\.npy"/);
    const empty = join(folder, fresh());
    mkdirSync(empty);
    expect(faultsOf(() => readRun(empty)).length).toBeGreaterThan(0);
    expect(faultsOf(() => readRun(join(folder, 'gone'))).join('\n')).toMatch(/no such file/);
  });
  it('the problem may be in a file of its own; not in two places', () => {
    const { problem: _, ...rest } = sound;
    const file = join(folder, 'own.json');
    writeFileSync(file, JSON.stringify(problem));
    expect(readRun(write(folder, fresh(), rest, 'npz'), file).problem).toEqual(problem);
    expect(faultsOf(() => readRun(write(folder, fresh(), sound, 'npz'), file)).join('\n')).toMatch(
      /got both/,
    );
    const near = join(folder, 'near');
    mkdirSync(near);
    writeFileSync(join(near, 'problem.json'), JSON.stringify(problem));
    expect(readRun(write(near, fresh(), rest, 'jsonl')).problem).toEqual(problem);
  });
  it('more than a hundred malformed records are refused here', () => {
    expect(3 * CONTENT.length + 2 * ARRAYS.length + ZIPS.length + TEXTS.length).toBeGreaterThan(100);
  });
});

describe('a record reads back as it was written', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const cubeOf = (rows: number, columns: number, count: number) =>
    fc.array(
      fc.array(fc.array(finite, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
      { minLength: count, maxLength: count },
    );
  const drafts = fc.integer({ min: 2, max: 4 }).chain((count) =>
    fc.record({
      Z: cubeOf(1, 5, count),
      Y: fc.option(cubeOf(5, 8, count), { nil: undefined }),
      gaps: fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: count, maxLength: count }),
    }),
  );
  const hows = fc.record({
    big: fc.boolean(),
    fortran: fc.boolean(),
    version: fc.constantFrom(1, 2, 3),
    type: fc.constantFrom('f4' as const, 'f8' as const),
  });
  const clean = (x: unknown) => JSON.parse(JSON.stringify(x));

  it.each(FORMS)('as %s', (form) => {
    fc.assert(
      fc.property(drafts, hows, ({ Z, Y, gaps }, how) => {
        const round = (x: number) => (form !== 'jsonl' && how.type === 'f4' ? Math.fround(x) : x);
        const near = (m: number[][][]) => m.map((one) => one.map((row) => row.map(round)));
        // A double beyond float32 becomes infinite, which is refused.
        fc.pre([...Z.flat(2), ...(Y?.flat(2) ?? [])].every((x) => Number.isFinite(round(x))));
        let at = -1;
        const steps = gaps.map((gap) => (at += gap));
        const run = readRun(write(folder, fresh(), { problem, steps, Z, ...(Y && { Y }) }, form, how));
        expect(clean(run.Z)).toEqual(clean(near(Z)));
        expect(clean(run.Y ?? null)).toEqual(clean(Y ? near(Y) : null));
        expect(run.steps).toEqual(steps);
        expect(run.type).toBe(form !== 'jsonl' && how.type === 'f4' ? 'float32' : 'float64');
      }),
      { numRuns: 30 },
    );
  });
  it('full matrices keep the rows and columns that training moves', () => {
    const { queries, tokens } = reducedLayout(problem);
    const full = states(8, 8);
    const run = readRun(write(folder, fresh(), { ...sound, Z: full, Y: full }, 'npz'));
    expect(run.Z[1]).toEqual(queries.map((m) => tokens.map((l) => full[1][m][l])));
    expect(run.Y![1]).toEqual(tokens.map((l) => full[1][l]));
  });
});
