// heavy: 5 s
/** The atlas around one given problem. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { claimsAbout } from '../../src/atlas/around.ts';
import { decideCells } from '../../src/atlas/cells.ts';
import { atlasChecks } from '../../src/atlas/checks.ts';
import { type Atlas, atlasText, checkAtlas, merge } from '../../src/atlas/document.ts';
import { LOOKS } from '../../src/atlas/plan.ts';
import { OtherRun } from '../../src/atlas/resume.ts';
import { runAtlas } from '../../src/atlas/run.ts';
import { nameOf, RATIOS, settingOf, settingsOf, sliceIds, slices } from '../../src/atlas/settings.ts';
import { trainWorld } from '../../src/atlas/training.ts';
import { worldOf } from '../../src/atlas/worlds.ts';
import { BadInput } from '../../src/io/badInput.ts';
import type { Problem } from '../../src/model/problem.ts';
import { atlasTable } from '../../src/report/atlas.ts';
import { atlasPictures } from '../../src/report/pictures/atlasMap.ts';
import { here } from '../attack/inProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-around-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Two common tokens, 0 and 1. `even`: the first class has more of 0, the second as much more of 1. `uneven`: both have more of 0, and
 * token 1 gains. (Theorem 2 is about a single common token.)
 */
const twoCommons = (second: readonly [number, number]): Problem => ({
  vocabulary: 30,
  classes: [
    { next: 28, query: 29, tokens: [0, 1, 2, 3], probabilities: [0.5, 0.02, 0.288, 0.192] },
    { next: 27, query: 29, tokens: [0, 1, 4, 5], probabilities: [...second, 0.288, 0.192] },
    { next: 26, query: 29, tokens: [0, 1, 6, 7], probabilities: [0.3, 0.3, 0.2, 0.2] },
  ],
});
const even = twoCommons([0.02, 0.5]);
const uneven = twoCommons([0.5, 0.02]);
const small: Problem = {
  vocabulary: 20,
  classes: [
    { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [0.2, 0.5, 0.3] },
    { next: 11, query: 7, tokens: [0, 3, 4], probabilities: [0.1, 0.5, 0.4] },
  ],
};
const base = { label: 'base', change: {} };
const at = (problem: Problem, ratio = 1e4, change = {}) => settingOf({ ...base, change }, ratio, problem);
const sampled = { length: 32, batch: 8, motion: 'net' } as const;

describe('a setting of a given problem', () => {
  it('has its K and M, a name of its own, and it in every world; etaY and the seed are drawn', () => {
    const setting = at(small);
    expect(setting).toMatchObject({ classes: 2, vocabulary: 20 });
    expect(nameOf(setting)).toBe('ratio=10000 problem=given T=inf batch=all momentum=0 asked=steps');
    const worlds = Array.from({ length: 20 }, (_, i) => worldOf(setting, 1, i));
    for (const { problem, effective } of worlds) {
      expect(problem).toBe(small);
      expect(effective).toBeGreaterThanOrEqual(0.5);
      expect(effective).toBeLessThan(1);
    }
    expect(new Set(worlds.map(({ effective }) => effective)).size).toBe(20);
    expect(new Set(worlds.map(({ seed }) => seed)).size).toBe(20);
  });

  it('follows from etaY alone with infinite T, and from the seed too with sampled sequences', async () => {
    const trained = async (change: object, seed: number) => {
      const setting = at(small, 10, change);
      const { net } = await trainWorld(setting, { ...worldOf(setting, 1, 0), steps: 40, seed });
      return net[0].dZ;
    };
    expect(await trained({}, 1)).toEqual(await trained({}, 2));
    expect(await trained(sampled, 1)).not.toEqual(await trained(sampled, 2));
  });

  it('is of the slices whose rows do not choose a problem, model or optimiser', () => {
    expect(sliceIds(small)).toEqual(['momentum', 'length', 'batch']);
    // 3 + 5 + 3 rows; batch 8 at T = 128 is in two of them.
    const chosen = slices.filter(({ id }) => sliceIds(small).includes(id));
    expect(settingsOf(chosen, small)).toHaveLength(10 * RATIOS.length);
  });
});

describe('a cell of a given problem', () => {
  it('tells a problem in which the discriminative bias holds from one in which it fails', async () => {
    const cells = [even, uneven].map((problem) =>
      decideCells({ setting: at(problem), claims: ['discriminative', 'snap'], seed: 1, width: 0.9 }),
    );
    const violated = (await Promise.all(cells)).map((found) => found.map((cell) => cell.violated));
    expect(violated).toEqual([
      [0, 0],
      [LOOKS[0], 0],
    ]);
  });

  const snapOf = async (problem: Problem) => {
    const setting = at(problem);
    const run = await trainWorld(setting, worldOf(setting, 1, 0));
    return [...atlasChecks.find(({ claim }) => claim === 'snap')!.margins(run, 'steps')];
  };

  it('takes the bound on the snap from the greatest common token, whatever its id', async () => {
    const renamed = {
      ...uneven,
      classes: uneven.classes.map((c) => ({ ...c, tokens: c.tokens.map((l) => (l < 2 ? 1 - l : l)) })),
    };
    const [a, b] = [await snapOf(uneven), await snapOf(renamed)].map((margins) =>
      Math.max(...margins.map(({ scale }) => scale)),
    );
    // A sum over four tokens in another order, in a few hundred steps: far below the factor between the two tokens.
    expect(Math.abs(a / b - 1)).toBeLessThan(2 ** -20);
  });

  it('asks of the snap only that attention slows down, where classes have several queries or unequal weights', async () => {
    const [first, ...others] = small.classes;
    const many = [
      { ...small, classes: [{ ...first, query: 8 }, ...others] },
      { ...small, classes: [{ ...first, weight: 3 }, ...others] },
    ];
    for (const problem of many)
      expect((await snapOf(problem)).map(({ name }) => name)).toEqual([
        'the last step moves no logit by 1/10 of the largest move',
      ]);
    const same = { ...small, classes: small.classes.map((c) => ({ ...c, weight: 3 })) };
    for (const problem of [small, same])
      expect((await snapOf(problem)).map(({ name }) => name)).toContain(
        'token 0 falls no further than the clock allows',
      );
  });
});

describe('claims about a problem', () => {
  const [first, second] = small.classes;
  const apart = { ...second, tokens: [5, 3, 4] };
  const ofOne = { ...second, tokens: [0, 3], probabilities: [0.5, 0.5] };
  it.each<[string, Problem, string[]]>([
    ['all', small, ['discriminative', 'frequency', 'sparsification', 'snap']],
    ['none without a common token', { ...small, classes: [first, apart] }, []],
    [
      'not sharpening of a single distinct token',
      { ...small, classes: [first, ofOne] },
      ['discriminative', 'frequency', 'snap'],
    ],
    [
      'not the order of equal ones',
      { ...small, classes: [ofOne, { ...ofOne, next: 12, tokens: [0, 4] }] },
      ['discriminative', 'snap'],
    ],
  ])('%s', (_, problem, expected) => {
    expect(claimsAbout(problem)).toEqual(expected);
  });
});

const scope = { seed: 3, width: 0.9, claims: ['snap', 'discriminative'], slices: ['momentum'] } as const;
const run = (problem: Problem, name: string, change: object = {}) =>
  runAtlas({ ...scope, problem, folder: join(folder, name), ...change });

describe('a run around a problem', () => {
  let whole: Atlas;
  it('gives a document with the problem, and pictures and a table that name it', async () => {
    whole = (await run(small, 'whole'))!;
    expect(whole).toMatchObject({ schema: 2, problem: small });
    expect(whole.cells).toHaveLength(2 * 3 * 7);
    expect(checkAtlas(JSON.parse(atlasText(whole)))).toEqual({ value: whole });
    const table = atlasTable(whole);
    expect(table).toContain('of the trainings of the problem');
    expect(table).toMatch(/each training follows\s+from etaY alone/);
    expect(table).toMatch(/^ {2}0\.9 .* %$/m);
    for (const { svg } of atlasPictures(whole)) {
      expect(svg).toContain('Around one problem, K = 2, M = 20');
      expect(svg).toContain('snapcheck atlas --problem');
      expect(svg).toMatch(/>(≥|≤)\d+</);
    }
  });

  it('continues with the same problem alone', async () => {
    const file = join(folder, 'whole', 'cells.jsonl');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text.split('\n').slice(0, 9).join('\n')}\n`);
    await expect(run({ ...small, vocabulary: 21 }, 'whole')).rejects.toThrow(OtherRun);
    await expect(run(small, 'whole', { problem: undefined })).rejects.toThrow(OtherRun);
    expect(await run(small, 'whole')).toEqual(whole);
  });

  it('gives the same bytes from shards, and does not join those of two problems', async () => {
    const part = (problem: Problem, i: number) => run(problem, 'parts', { shard: { i, n: 2 } });
    const [one, two] = [(await part(small, 1))!, (await part(small, 2))!];
    const join = (...atlases: Atlas[]) => merge(atlases.map((atlas, i) => ({ file: `${i}.json`, atlas })));
    const merged = join(two, one);
    expect('value' in merged && atlasText(merged.value)).toBe(atlasText(whole));
    const other = { ...two, problem: { ...small, vocabulary: 21 } };
    const refused = join(one, other);
    expect('faults' in refused && refused.faults.listed[0]).toMatch(
      /expected a part of the same run as 0\.json, .* of its problem; got .* of another problem$/,
    );
  });

  it.each<[string, object, RegExp]>([
    ['no problem', { problem: undefined }, /problem: expected one in a document of schema 2/],
    ['the schema without', { schema: 1 }, /problem: expected none in a document of schema 1/],
    [
      'a slice that draws problems',
      { slices: ['commons'] },
      /slices\[0\]: expected of momentum, length, batch/,
    ],
    ['a damaged problem', { problem: { ...small, vocabulary: 11 } }, /next token must be below/],
  ])('has a document that is refused with %s', (_, change, fault) => {
    const checked = checkAtlas({ ...JSON.parse(atlasText(whole)), ...change });
    expect('faults' in checked && checked.faults.listed.join('\n')).toMatch(fault);
  });

  it.each<[string, object, RegExp]>([
    ['a problem that is none', { problem: { vocabulary: 3 } }, /problem\.classes/],
    [
      'slices that draw problems',
      { slices: ['momentum', 'classes'] },
      /^slices\[1\]: expected of momentum, length, batch, .* got classes$/,
    ],
    [
      'too small a vocabulary',
      {
        problem: {
          vocabulary: 3,
          classes: [
            { next: 0, query: 2, tokens: [0, 1], probabilities: [1, 2] },
            { next: 1, query: 2, tokens: [0, 2], probabilities: [1, 2] },
          ],
        },
      },
      /^problem\.vocabulary: expected at least 4/,
    ],
    [
      'a problem without a common token',
      { problem: { ...small, classes: small.classes.slice(1) } },
      /^problem: no claim says anything about it/,
    ],
  ])('refuses %s', async (_, change, fault) => {
    const error = await run(small, 'refused', change).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadInput);
    expect((error as BadInput).faults).toEqual([expect.stringMatching(fault)]);
  });
});

describe('snapcheck atlas --problem', () => {
  const file = join(folder, 'problem.json');
  const [first, second] = small.classes;
  const single = { ...second, tokens: [0, 3], probabilities: [0.5, 0.5] };

  it('runs the claims that say something about the problem', async () => {
    writeFileSync(file, JSON.stringify({ $schema: 'x', ...small, classes: [first, single] }));
    const args = ['atlas', '--problem', file, '--slices', 'momentum', '--width', '0.9', '--workers', '1'];
    const { status, stdout, stderr } = await here([...args, '--out', 'cli', '--json'], folder);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      problem: { vocabulary: 20, classes: [first, single] },
      claims: ['discriminative', 'frequency', 'snap'],
    });
    expect(JSON.parse(stdout).problem).not.toHaveProperty('$schema');
    expect(JSON.parse(readFileSync(join(folder, 'cli', 'atlas.json'), 'utf8'))).toEqual(JSON.parse(stdout));
  });

  it.each<[string[], RegExp]>([
    [
      ['--slices', 'momentum', 'vocabulary'],
      /--slices: expected of momentum, length, batch, .* got vocabulary/,
    ],
    [
      ['--claims', 'sparsification'],
      /--claims: sparsification says nothing about this problem: expected in every class/,
    ],
    [['--merge', 'absent.json'], /--problem: --merge takes it from the files/],
  ])('refuses %o', async (words, fault) => {
    writeFileSync(file, JSON.stringify({ ...small, classes: [first, single] }));
    const { status, stderr } = await here(['atlas', '--problem', file, ...words, '--out', 'refused'], folder);
    expect([status, stderr]).toEqual([2, expect.stringMatching(fault)]);
  });

  it('refuses a file with the faults of train --problem', async () => {
    writeFileSync(file, JSON.stringify({ ...small, vocabulary: 11 }));
    const told = async (command: string) =>
      (await here([command, '--problem', file], folder)).stderr.replaceAll(`snapcheck ${command}`, '');
    expect(await told('atlas')).toContain('next token must be below');
    expect(await told('atlas')).toBe(await told('train'));
  });
});
