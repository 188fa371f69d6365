import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { requestOf } from '../../src/cli/verifyOptions.ts';
import { BadInput } from '../../src/io/badInput.ts';
import { editDistance, nearest } from '../../src/io/suggest.ts';
import { stubVerifier } from './stubVerifier.ts';
import { type Flags, given } from './words.ts';

const read = (operands: string[], raw: Flags) =>
  requestOf(given(commands.verify.options, operands, raw), stubVerifier().listClaims());

const faultsOf = (operands: string[], raw: Flags): string[] => {
  try {
    read(operands, raw);
  } catch (error) {
    if (error instanceof BadInput) return [...error.faults];
    throw error;
  }
  return [];
};

describe('bad input', () => {
  it('is refused with every fault at once', () => {
    const raw = {
      runs: '0',
      seed: 'x',
      digits: '1.5',
      workers: '0',
      path: 'a',
      report: '/dev/null/x',
      rung: ['populaton'],
    };
    expect(faultsOf(['discriminativ', 'nothing', '--jsn'], raw)).toEqual([
      'unknown option --jsn; did you mean "--json"?',
      '--runs: expected an integer from 1 to 1000000, got "0"',
      '--seed: expected an integer from -2147483648 to 2147483647, got "x"',
      '--report: expected a directory that can be written, got "/dev/null/x": /dev/null/x is a file, or in one',
      '--workers: expected an integer from 1 to 256, got "0"',
      '--digits: expected an integer from 40 to 1000, got "1.5"',
      'unknown claim "discriminativ"; did you mean "discriminative"?',
      'unknown claim "nothing"; there are conservation, discriminative',
      '--rung: unknown rung "populaton"; did you mean "population"?',
      '--path: expected what a replay command prints, numbers joined by colons or a kept case\'s .json file, got "a"',
      '--path replays one case: it needs one claim, one --rung and --seed, as a replay command has them',
      '--runs: a replay shows one case and nothing else',
      '--workers: a replay shows one case and nothing else',
      '--report: a replay shows one case and nothing else',
    ]);
  });

  it('is an arithmetic that does not exist', () => {
    expect(faultsOf([], { arithmetic: 'mprf' })).toEqual([
      '--arithmetic: expected decimal or mpfr, got "mprf"; did you mean "mpfr"?',
    ]);
    expect(read([], { arithmetic: 'mpfr' }).arithmetic).toBe('mpfr');
    expect(read([], {})).not.toHaveProperty('arithmetic');
  });

  it('is a folder of certificates that has files, and a run that has none to write', () => {
    const dir = mkdtempSync(join(tmpdir(), 'snapcheck-options-'));
    try {
      expect(faultsOf([], { certificates: dir })).toEqual([]);
      expect(faultsOf([], { certificates: join(dir, 'new') })).toEqual([]);
      writeFileSync(join(dir, 'old'), '');
      expect(faultsOf([], { certificates: dir })).toEqual([
        `--certificates: expected a new or an empty folder, got "${dir}", which has files`,
      ]);
      const certificates = join(dir, 'new');
      expect(faultsOf([], { certificates, findings: true })).toEqual([
        '--certificates: they are of claims, and --findings alone decides none',
      ]);
      expect(faultsOf([], { certificates, list: true })).toEqual([
        '--certificates: --list prints what there is and runs nothing',
      ]);
      const replayed = { rung: ['sgd'], seed: '1', path: '0', certificates };
      expect(faultsOf(['conservation'], replayed)).toEqual([
        '--certificates: a replay shows one case and nothing else',
      ]);
      expect(faultsOf(['./mine.mjs'], { certificates })).toEqual([
        "--certificates: expected claims of the paper alone, got a module's too",
      ]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('is a queue for claims of a module, for a replay, and without a name', () => {
    const fleet = { queue: 'redis://127.0.0.1:6379', campaign: 'mine' };
    expect(faultsOf([], fleet)).toEqual([]);
    expect(faultsOf([], { queue: fleet.queue })).toEqual(['--queue: expected --campaign <name> with it']);
    expect(faultsOf(['./mine.mjs'], fleet)).toEqual([
      '--queue: expected claims of the paper alone: the workers of a fleet do not have a module',
    ]);
    expect(faultsOf(['conservation'], { rung: ['sgd'], seed: '1', path: '0', ...fleet })).toEqual([
      '--queue: a replay shows one case and nothing else',
      '--campaign: a replay shows one case and nothing else',
    ]);
  });

  it('does not take two sizes, nor a size for a replay', () => {
    expect(faultsOf([], { thorough: true, runs: '5' })).toEqual([
      '--thorough sets the number of worlds: leave out --runs',
    ]);
    const replay = { rung: ['sgd'], path: 'package.json' };
    expect(faultsOf(['conservation'], { ...replay, thorough: true })).toEqual([
      '--thorough: a replay shows one case and nothing else',
    ]);
    expect(faultsOf(['conservation'], { ...replay, findings: true })).toEqual([
      '--findings: a replay shows one case and nothing else',
    ]);
  });

  it('is what would be passed over: of a list, of a replay, of findings alone', () => {
    const flags = { runs: '5', rung: ['sgd'], thorough: true, report: 'out', counterexamples: true };
    for (const [name, value] of Object.entries(flags))
      expect(faultsOf([], { list: true, [name]: value })).toEqual([
        `--${name}: --list prints what there is and runs nothing`,
      ]);
    expect(faultsOf(['conservation'], { rung: ['sgd'], path: 'package.json', seed: '1' })).toEqual([
      '--seed: the world is in the file of --path; leave it out',
    ]);
    expect(faultsOf([], { findings: true, digits: '50' })).toHaveLength(1);
    expect(faultsOf([], { findings: true, counterexamples: true })).toHaveLength(1);
    for (const name of ['all', 'counterexamples']) {
      expect(faultsOf([], { json: true, [name]: true })).toHaveLength(1);
      expect(faultsOf(['conservation'], { rung: ['sgd'], path: 'package.json', [name]: true })).toEqual([
        `--${name}: a replay shows one case and nothing else`,
      ]);
    }
    expect(read(['conservation'], { findings: true, digits: '50' })).toMatchObject({ digits: 50 });
    expect(read([], { list: true, findings: true, json: true })).toMatchObject({ findings: true });
  });

  it('has no kept case where there is no such file', () => {
    expect(faultsOf(['conservation'], { rung: ['sgd'], path: 'nowhere.json' })).toEqual([
      '--path: there is no file "nowhere.json"',
    ]);
    expect(faultsOf([], { path: 'package.json' })).toEqual([
      '--path replays one case: it needs one claim and one --rung, as a replay command has them',
    ]);
  });

  it('tells a claim that was taken for a rung', () => {
    expect(faultsOf([], { rung: ['population', 'discriminative'] })).toEqual([
      '--rung: "discriminative" is a claim; claims come before --rung',
    ]);
  });

  it('names a claim that is checked on none of the rungs', () => {
    expect(faultsOf(['conservation'], { rung: ['population'] })).toEqual([
      'claim "conservation" is not checked on population, only on sgd',
    ]);
  });
});

describe('good input', () => {
  it('replays a kept case without a seed', () => {
    const raw = { rung: ['sgd'], path: 'package.json' };
    expect(read(['conservation'], raw)).toMatchObject({ path: 'package.json', seed: undefined });
  });

  it('names each claim and rung once', () => {
    expect(read(['conservation', 'conservation'], { rung: ['sgd', 'sgd'] })).toMatchObject({
      claims: ['conservation'],
      rungs: ['sgd'],
    });
  });

  it('asks for findings, and for a thorough run that is kept by all that its rows depend on', () => {
    expect(read([], { findings: true })).toMatchObject({ findings: true });
    expect(read([], { thorough: true, seed: '7' })).toMatchObject({
      runs: 2000,
      resume: expect.stringMatching(/\.snapcheck.thorough-7-320-decimal\.json$/),
    });
    const fileOf = (raw: object) => read([], { thorough: true, ...raw }).resume;
    const [file, ...others] = [{}, { seed: '7' }, { digits: '60' }, { arithmetic: 'mpfr' }].map(fileOf);
    expect(new Set([file, ...others]).size).toBe(4);
    for (const same of [
      { seed: '230516380' },
      { digits: '320' },
      { arithmetic: 'decimal' },
      { workers: '1' },
    ])
      expect(fileOf(same)).toBe(file);
    expect(read([], {})).not.toHaveProperty('resume');
  });

  it('takes the ends of every range', () => {
    expect(read([], { runs: '1', seed: '-2147483648', digits: '1000' })).toMatchObject({
      runs: 1,
      seed: -2147483648,
      digits: 1000,
    });
  });
});

describe('near misses', () => {
  it.each([
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%s to %s takes %i edits', (a, b, n) => {
    expect(editDistance(a, b)).toBe(n);
    expect(editDistance(b, a)).toBe(n);
  });

  it('suggests what is near, or begins so, and nothing else', () => {
    const names = ['discriminative', 'frequency', 'snap'];
    expect(nearest('snpa', names)).toBe('snap');
    expect(nearest('freq', names)).toBe('frequency');
    expect(nearest('FREQUENCY', names)).toBe('frequency');
    expect(nearest('gradient', names)).toBeUndefined();
    expect(nearest('', names)).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
