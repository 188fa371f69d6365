/** Bad input to `check`: recorded runs in each form, with every kind of damage, and with bytes changed at random. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { MOST_RUN_BYTES, MOST_TEXT_BYTES } from '../../src/runs/pack.ts';
import { arrays, type Draft, lines, npz } from '../runs/writeRun.ts';
import { type Damage, fileDamages, shapeDamages, textDamages } from './damages.ts';
import type { BadCase } from './inputs.ts';

const sound: Draft = {
  problem: {
    vocabulary: 9,
    classes: [
      { next: 6, query: 5, tokens: [0, 1, 2], probabilities: [0.5, 0.25, 0.25] },
      { next: 7, query: 5, tokens: [0, 3], probabilities: [0.75, 0.25] },
    ],
  },
  rates: { etaY: 1, etaZ: 0.5, momentum: 0, batch: 2, length: 8, optimiser: 'sgd' },
  steps: [0, 1, 2],
  Z: [0, 1, 3].map((x) => [[-x, x, x / 2, x]]),
  Y: [0, 1, 3].map((x) =>
    Array.from({ length: 4 }, (_, l) => Array.from({ length: 9 }, (_, j) => x * (l - j))),
  ),
};
const text = lines(sound).split('\n');
const stored = Buffer.from(npz(arrays(sound)));
const deflated = Buffer.from(npz(arrays(sound), 6));

const caseOf = (name: string, file: string, says: RegExp, put: (file: string) => void): BadCase => ({
  ...{ name: `run of check: ${name}`, says },
  args: ['check', file, '--seeds', '0', '--json'],
  prepare: (folder) => put(join(folder, file)),
});

const NO_KEY = /there is no key/;

/** Damages of one line of the JSON lines; the others stay. */
function inLine(at: number, damages: readonly Damage[]): BadCase[] {
  return damages.map(({ name, says, put, heavy }) => ({
    // The reader of lines tells an unknown key in words of its own.
    ...caseOf(
      `line ${at + 1}: ${name}`,
      'run.jsonl',
      says.source === 'no such key' ? NO_KEY : says,
      (file) => {
        put(file);
        const [before, after] = [text.slice(0, at), text.slice(at + 1)].map((part) =>
          Buffer.from(part.join('\n')),
        );
        const line = Buffer.from('\n');
        const own = readFileSync(file);
        writeFileSync(file, Buffer.concat([...(at > 0 ? [before, line] : []), own, line, after]));
      },
    ),
    ...(heavy && { heavy }),
  }));
}

/** A line that is left empty is skipped, and a number of any size is a logit. */
const SPARED_TEXTS = ['an empty file', 'white space'];
const SPARED = ['-1e300 at Z.0.0', '-1e300 at Y.0.0'];

const written: readonly BadCase[] = [
  ...[0, 2].flatMap((at) =>
    inLine(at, [
      ...textDamages(text[at]).filter(({ name }) => !SPARED_TEXTS.includes(name)),
      ...shapeDamages(text[at], SPARED),
    ]),
  ),
  ...(['run.jsonl', 'run.npz'] as const).flatMap((file) =>
    fileDamages(file === 'run.npz' ? MOST_RUN_BYTES : MOST_TEXT_BYTES)
      // A directory is a form of a record; this one is empty.
      .map((one) => (one.name === 'a directory' ? { ...one, says: /expected/ } : one))
      .map(({ name, says, put, heavy }) => ({
        ...caseOf(`${file}: ${name}`, file, says, put),
        ...(heavy && { heavy }),
      })),
  ),
];

const ANY = /expected|damaged|there is no|given twice|ends within its header/;
/** As many of each kind; their places are drawn by the seed. */
const MANY = 40;
const drawn = <T>(arbitrary: fc.Arbitrary<T>, seed: number): T[] =>
  fc.sample(arbitrary, { numRuns: MANY, seed });

/** Where the bytes of the entries of the stored zip file are, without headers. */
const entries = Object.values(arrays(sound)).map((bytes) => ({
  from: stored.indexOf(bytes),
  length: bytes.length,
}));
const ofEntries = entries.flatMap(({ from, length }) => Array.from({ length }, (_, i) => from + i));

const flipped = (bytes: Buffer, at: number, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1 << bit;
  return copy;
};

/** Certainly malformed, whatever is drawn. */
const malformed: readonly BadCase[] = [
  ...drawn(fc.nat({ max: deflated.length - 1 }), 1).map((length, i) =>
    caseOf(`a zip file cut at random, ${i}`, 'run.npz', ANY, (file) =>
      writeFileSync(file, deflated.subarray(0, length)),
    ),
  ),
  ...drawn(fc.tuple(fc.constantFrom(...ofEntries), fc.nat({ max: 7 })), 2).map(([at, bit], i) =>
    caseOf(`a bit of an entry flipped at random, ${i}`, 'run.npz', /CRC-32/, (file) =>
      writeFileSync(file, flipped(stored, at, bit)),
    ),
  ),
  // The last line alone: a cut at the end of a line leaves a record.
  ...drawn(fc.integer({ min: 1, max: text[3].length - 1 }), 3).map((length, i) =>
    caseOf(`JSON lines cut at random, ${i}`, 'run.jsonl', /expected JSON/, (file) =>
      writeFileSync(file, [...text.slice(0, 3), text[3].slice(0, length)].join('\n')),
    ),
  ),
];

/** Bytes changed, cut out and put in, at up to three places: a record may come of it, a crash may not. */
const torn = (bytes: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .array(fc.tuple(fc.nat({ max: bytes.length }), fc.nat({ max: 9 }), fc.uint8Array({ maxLength: 9 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((cuts) =>
      cuts.reduce(
        (all, [at, length, put]) => Buffer.concat([all.subarray(0, at), put, all.subarray(at + length)]),
        bytes,
      ),
    );
const anyhow: readonly BadCase[] = (
  [
    ['run.jsonl', Buffer.from(text.join('\n'))],
    ['run.npz', stored],
    ['other.npz', deflated],
  ] as const
).flatMap(([file, bytes], f) =>
  drawn(torn(bytes), 4 + f).map((damaged, i) => ({
    ...caseOf(`${file} torn at random, ${i}`, file, ANY, (at) => writeFileSync(at, damaged)),
    codes: [0, 2],
  })),
);

/** A folder in which one file is torn, and the others are sound. */
const folders: readonly BadCase[] = (['Z.npy', 'steps.npy', 'problem.json'] as const).flatMap((broken, f) => {
  const { problem, rates, ...rest } = sound;
  const files: Record<string, Buffer> = {
    ...arrays(rest),
    'problem.json': Buffer.from(JSON.stringify(problem)),
    'rates.json': Buffer.from(JSON.stringify(rates)),
  };
  return drawn(torn(files[broken]), 7 + f).map((damaged, i) => ({
    ...caseOf(`a folder with ${broken} torn at random, ${i}`, 'run', ANY, (at) => {
      mkdirSync(at);
      for (const [name, bytes] of Object.entries(files))
        writeFileSync(join(at, name), name === broken ? damaged : bytes);
    }),
    codes: [0, 2],
  }));
});

export const runCases: readonly BadCase[] = [...written, ...malformed, ...anyhow, ...folders];
