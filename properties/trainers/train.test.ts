import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { readWords } from '../../src/cli/options.ts';
import { checkProblem } from '../../src/cli/problemFile.ts';
import { runTrain } from '../../src/cli/train.ts';
import { BadInput } from '../../src/io/badInput.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapcheck-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const good = { vocabulary: 4, classes: [{ next: 0, query: 3, tokens: [1, 2], probabilities: [0.25, 0.75] }] };

/** Runs `train` and captures its output. */
async function train(...args: string[]) {
  const out = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      out[stream] += text;
      return true;
    });
  const code = await runTrain(readWords(commands.train.options, args));
  vi.restoreAllMocks();
  return { ...out, code };
}

const faultsOf = async (...args: string[]): Promise<readonly string[]> => {
  const error = await train(...args).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(BadInput);
  return (error as BadInput).faults;
};

const tiny = ['--steps', '3', '--seeds', '2', '--batch', '4'];

describe('snapcheck train', () => {
  for (const trainer of [
    ['--trainer', 'float64'],
    ['--trainer', 'fast', '--backend', 'cpu'],
    ['--trainer', 'fast', '--backend', 'wasm'],
    ['--trainer', 'reference', '--digits', '20'],
  ])
    it(`gives one JSON document on standard output: ${trainer.join(' ')}`, async () => {
      const { stdout, code } = await train(...tiny, ...trainer, '--first-seed', '5', '--json');
      const result = JSON.parse(stdout);
      expect(code).toBe(0);
      const keys = ['schema', 'problem', 'runs', 'diverged', 'distinctEntropy', 'seconds'];
      expect(Object.keys(result)).toEqual(keys);
      expect(result.diverged).toEqual([]);
      expect(result.schema).toBe(1);
      expect(result.problem.vocabulary).toBe(34);
      expect(result.runs.map((run: { seed: number }) => run.seed)).toEqual([5, 6]);
      for (const run of result.runs) {
        expect(Object.keys(run)).toEqual([
          ...['seed', 'losses', 'distinctEntropy', 'attention', 'spearman', 'entropyOverDistinct'],
        ]);
        expect(run.losses).toHaveLength(3);
        expect(run.attention.map((c: number[]) => c.length)).toEqual([20, 20]);
      }
      expect(result.distinctEntropy.mean).toBeGreaterThan(0);
      expect(result.seconds).toBeGreaterThan(0);
    });

  it('gives the same result to the last bit from the same seeds', async () => {
    const run = async () => {
      const { seconds, ...rest } = JSON.parse((await train(...tiny, '--json')).stdout);
      return rest;
    };
    expect(await run()).toEqual(await run());
  });

  it('trains on a problem of the user', async () => {
    const file = write('good.json', JSON.stringify(good));
    const { stdout } = await train('--problem', file, ...tiny, '--length', '1000000000', '--json');
    expect(JSON.parse(stdout).problem).toEqual(good);
  });

  it('prints a summary, and the progress on standard error', async () => {
    const { stdout, stderr } = await train(...tiny);
    expect(stdout).toMatch(/^Entropy of attention over distinct tokens: /);
    expect(stdout).toMatch(/^34 tokens, 2 next tokens; /m);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/next 32, query 30 {2}[▁-█]{10}│[▁-█]{10}/);
    expect(stderr).toContain('run 2 of 2 (seed 2) done');
  });

  it('refuses bad flags, all faults at once', async () => {
    const file = write('cut.json', JSON.stringify(good).slice(0, 30));
    const faults = await faultsOf(
      '--eta-z=-1',
      '--ratio=Infinity',
      '--length=1',
      '--steps=2.5',
      '--momentum=1',
      '--init=random',
      '--trainer=quick',
      '--preset=syn-large',
      '--momemtum=0.5',
      `--problem=${file}`,
    );
    for (const word of [
      '--eta-z: expected a number from 1e-100 to 1e+100, got "-1"',
      '--ratio: ',
      '--length: expected an integer from 2 ',
      '--steps: ',
      '--momentum: ',
      '--init: expected zero or uniform, got "random"',
      '--trainer: ',
      '--preset: ',
      '--preset and --problem',
      'did you mean "--momentum"?',
      'cut.json: expected JSON',
    ])
      expect(
        faults.some((fault) => fault.includes(word)),
        word,
      ).toBe(true);
    expect(faults).toHaveLength(11);
  });
});

describe('sizes beyond memory', () => {
  it('are refused before anything is allocated', async () => {
    const file = write('huge.json', JSON.stringify({ ...good, vocabulary: 1e12 }));
    expect(await faultsOf(`--problem=${file}`, '--init=uniform')).toHaveLength(1);
    expect((await train(`--problem=${file}`, '--init=zero', ...tiny, '--json')).code).toBe(0);
    expect(await faultsOf('--query-tokens=90000', '--distinct=90000')).toHaveLength(1);
  });
});

describe('a problem file', () => {
  const faultsOf = (file: string): readonly string[] => {
    const checked = checkProblem(file);
    return 'faults' in checked ? checked.faults.listed : [];
  };
  const faults = (problem: unknown): readonly string[] =>
    faultsOf(write('bad.json', typeof problem === 'string' ? problem : JSON.stringify(problem)));
  const withClass = (change: object) => ({ ...good, classes: [{ ...good.classes[0], ...change }] });

  it('is accepted when it is valid', () => {
    expect(faults(good)).toEqual([]);
  });

  for (const [what, problem, expected] of [
    ['probabilities that sum to 0.75', withClass({ probabilities: [0.25, 0.5] }), 'must sum to 1, got 0.75'],
    [
      'psi outside the vocabulary',
      withClass({ query: 4 }),
      'query token must be below the vocabulary size 4, got 4',
    ],
    [
      'a negative probability',
      withClass({ probabilities: [-0.25, 1.25] }),
      'probabilities[0]: expected a number above 0, got -0.25',
    ],
    ['truncated JSON', JSON.stringify(good).slice(0, -5), 'expected JSON'],
    ['an empty file', '', 'an empty file'],
    ['a list', [], 'expected an object'],
    ['no classes', { vocabulary: 4 }, 'classes: expected a list'],
    [
      'two classes of one next token',
      { ...good, classes: [...good.classes, ...good.classes] },
      'already belongs to class 0',
    ],
  ] as const)
    it(`is refused: ${what}`, () => {
      const all = faults(problem);
      expect(all.join('\n')).toContain(expected);
      expect(all.every((fault) => fault.startsWith('problem file '))).toBe(true);
    });

  it('is refused with faults of shape and faults between fields together', () => {
    const all = faults(withClass({ query: 9, tokens: [1.5, 2], probabilities: [0.5, 0.25], weight: -1 }));
    expect(all).toHaveLength(4);
  });

  it('is refused when it does not exist', () => {
    expect(faultsOf(join(folder, 'none.json')).join()).toContain('no such file');
  });
});
