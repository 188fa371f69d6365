import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { breaches, importsOf } from './layering.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .map((path) => [path, readFileSync(root + path, 'utf8')]),
  );
const sources = read('src');
const RULES = 'The rules and their reasons are in CONTRIBUTING.md, "Layout and import direction"';

/** A valid set of sources, which each control breaks in one place. */
const ORDER: Record<string, string> = {
  'src/arithmetic/field.ts': "import { Decimal } from 'decimal.js'; export const one = new Decimal(1);",
  'src/arithmetic/mpfr.ts': "export const load = () => import('gmp-wasm');",
  'src/arithmetic/arena.ts': "import type { Binding } from 'gmp-wasm'; export let b: Binding;",
  'src/arithmetic/circle.ts': "import { load } from './mpfr.ts'; export const c = () => load;",
  'src/io/lock.ts': "import type { one } from '../arithmetic/field.ts'; export type Lock = typeof one;",
  'src/model/problem.ts': "import { one } from '../arithmetic/field.ts'; export const two = [one, one];",
  'src/ladder/sgd.ts': "import { two } from '../model/problem.ts'; export const sgd = two;",
  'src/generators/worlds.ts':
    "import fc from 'fast-check'; export * as x from '../ladder/sgd.ts'; export const w = fc;",
  'src/trainers/trainer.ts': 'export interface Trainer { x: 1 } export const name = 1;',
  'src/trainers/fast.ts':
    "import '#tfjs'; import type { Trainer } from './trainer.ts'; export let fast: Trainer;",
  'src/trainers/float64.ts': "import { type Trainer } from './trainer.ts'; export let float64: Trainer;",
  'src/trainers/reference.ts': "import type { Trainer } from './trainer.ts'; export let reference: Trainer;",
  'src/decide/verdict.ts': "import { one } from '../arithmetic/field.ts'; export const v = one;",
  'src/claims/snap.ts': "import { v } from '../decide/verdict.ts'; export const claim = v;",
  'src/findings/clock.ts': "import { v } from '../decide/verdict.ts'; export const finding = v;",
  'src/kernels/zoo.ts': "import { v } from '../decide/verdict.ts'; export const k = v;",
  'src/verify/verify.ts':
    "import { claim } from '../claims/snap.ts'; import { finding } from '../findings/clock.ts'; export const r = [claim, finding];",
  'src/report/table.ts': "import type { r } from '../verify/verify.ts'; export type R = typeof r;",
  'src/cli/main.ts': "import type { R } from '../report/table.ts'; export type C = R;",
  'src/index.ts': "export { r } from './verify/verify.ts';",
};
const broken = (path: string, text: string): string[] =>
  breaches(new Map(Object.entries({ ...ORDER, [path]: text })));

/** One violation of each rule, and the message it must give. */
const CONTROLS: [rule: string, path: string, text: string, expected: string][] = [
  [
    'folders apart',
    'src/arithmetic/arena.ts',
    "import type { Lock } from '../io/lock.ts'; export let b: Lock;",
    'src/arithmetic and src/io import each other',
  ],
  [
    'circles',
    'src/arithmetic/mpfr.ts',
    "import { c } from './circle.ts'; export const load = c;",
    'a circle of imports',
  ],
  ['one home', 'src/model/other.ts', 'export const one = 1;', 'each exports one'],
  [
    'direction',
    'src/model/problem.ts',
    "import { sgd } from '../ladder/sgd.ts'; export const two = sgd;",
    'lies above it',
  ],
  [
    'direction, types',
    'src/arithmetic/field.ts',
    "import type { two } from '../model/problem.ts'; export type T = typeof two;",
    'lies above it',
  ],
  [
    'direction, re-exports',
    'src/ladder/sgd.ts',
    "export { t } from '../trainers/fast.ts'; export const rung = 1;",
    'lies above it',
  ],
  [
    'direction, dynamic imports',
    'src/decide/verdict.ts',
    "export const v = () => import('../cli/main.ts');",
    'lies above it',
  ],
  [
    'direction, import types',
    'src/claims/snap.ts',
    "export const claim: import('../verify/verify.ts').r = 1;",
    'lies above it',
  ],
  ['entries', 'src/cli/main.ts', "import { r } from '../index.ts'; export const c = r;", 'imports the entry'],
  [
    'claims and trainers',
    'src/claims/snap.ts',
    "import { t } from '../trainers/fast.ts'; export const claim = t;",
    'lies in claims and imports src/trainers/fast.ts',
  ],
  [
    'findings and claims',
    'src/findings/clock.ts',
    "import { claim } from '../claims/snap.ts'; export const finding = claim;",
    'lies in findings and imports src/claims/snap.ts',
  ],
  [
    'findings and trainers',
    'src/findings/clock.ts',
    "import type { t } from '../trainers/fast.ts'; export const finding: t = 1;",
    'lies in findings and imports src/trainers/fast.ts',
  ],
  [
    'claims and findings',
    'src/claims/snap.ts',
    "import { finding } from '../findings/clock.ts'; export const claim = finding;",
    'lies in claims and imports src/findings/clock.ts',
  ],
  [
    'trainers apart',
    'src/trainers/fast.ts',
    "import type { t } from './reference.ts'; export const x: t = 1;",
    'imports the other trainer',
  ],
  [
    'types only from trainer.ts',
    'src/trainers/reference.ts',
    "import { name } from './trainer.ts'; export const t = name;",
    'takes more than types',
  ],
  [
    'decimal.js',
    'src/model/problem.ts',
    "import { Decimal } from 'decimal.js'; export const two = Decimal;",
    'imports decimal.js, which belongs in arithmetic',
  ],
  [
    'decimal.js, one file',
    'src/arithmetic/other.ts',
    "import { Decimal } from 'decimal.js'; export const x = Decimal;",
    'more than one file imports decimal.js',
  ],
  [
    'gmp-wasm',
    'src/model/problem.ts',
    "const gmp = await import('gmp-wasm'); export const two = gmp;",
    'imports gmp-wasm, which belongs in arithmetic',
  ],
  [
    'gmp-wasm, one file',
    'src/arithmetic/other.ts',
    "import { init } from 'gmp-wasm'; export const x = init;",
    'more than one file imports gmp-wasm',
  ],
  [
    'tfjs',
    'src/ladder/sgd.ts',
    "import * as tf from '#tfjs'; export const rung = tf;",
    'imports #tfjs, which belongs in',
  ],
  [
    'tfjs, its own package',
    'src/trainers/fast.ts',
    "import '@tensorflow/tfjs'; export type C = 1;",
    'imports @tensorflow/tfjs, which is bundled',
  ],
  [
    'tfjs, its own package, deep',
    'src/trainers/fast.ts',
    "const tf = await import('@tensorflow/tfjs-backend-wasm/dist/x.js'); export type C = 1;",
    'imports @tensorflow/tfjs-backend-wasm, which is bundled',
  ],
  [
    'fast-check',
    'src/claims/snap.ts',
    "import fc from 'fast-check'; export const claim = fc;",
    'imports fast-check, which belongs in',
  ],
  [
    'barrels',
    'src/model/all.ts',
    "export * from './problem.ts'; export type { two } from './problem.ts';",
    'is a barrel',
  ],
  [
    'barrels by import',
    'src/model/all.ts',
    "import { two } from './problem.ts'; export { two };",
    'is a barrel',
  ],
  ['length', 'src/model/long.ts', 'export const x = 1;\n'.repeat(301), 'has 301 lines'],
  [
    'opening files',
    'src/atlas/store.ts',
    "import { openSync } from 'node:fs'; export const x = openSync('pipe', 'a');",
    'calls openSync, which belongs in io',
  ],
  ['unranked folders', 'src/utils/misc.ts', 'export const x = 1;', 'folder without a rank'],
  [
    'missing files',
    'src/model/problem.ts',
    "import { x } from './gone.ts'; export const two = x;",
    'does not exist',
  ],
];

describe('the layers of src', () => {
  it('obey the import rules', () => {
    expect(breaches(sources), `${RULES}. The breaches are listed below, each with what to do`).toEqual([]);
  });
  it('decimal.js is imported only by arithmetic, also in the properties', () => {
    const users = [...read('properties')].filter(
      ([path, text]) =>
        text.includes('decimal.js') && importsOf(path, text).some(({ to }) => to === 'decimal.js'),
    );
    const elsewhere = users
      .map(([path]) => path)
      .filter((path) => !path.startsWith('properties/arithmetic/'));
    expect(
      elsewhere,
      'only tests in properties/arithmetic may import decimal.js: elsewhere use a Field',
    ).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });
});

describe('control', () => {
  it('valid sources pass', () => {
    expect(breaches(new Map(Object.entries(ORDER)))).toEqual([]);
  });
  for (const [rule, path, text, expected] of CONTROLS)
    it(`a violation is reported: ${rule}`, () => {
      const found = broken(path, text);
      expect(found.some((f) => f.includes(path) && f.includes(expected))).toBe(true);
    });
  it('a file of 300 lines passes', () => {
    expect(broken('src/model/long.ts', 'export const x = 1;\n'.repeat(300))).toEqual([]);
  });
  it('the sources are not empty', () => {
    expect(sources.size).toBeGreaterThan(20);
    const edges = [...sources].flatMap(([path, text]) => importsOf(path, text));
    expect(edges.some((e) => e.from === 'src/model/training.ts' && e.to === 'src/arithmetic/field.ts')).toBe(
      true,
    );
    expect(edges.some((e) => e.to === 'decimal.js')).toBe(true);
  });
});
