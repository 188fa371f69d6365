// heavy: 5 s
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { ExperimentResult } from '../../src/trainers/experiment.ts';
import { here } from '../attack/inProcess.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** In this process: without a start of Node for each. */
const train = (...args: string[]) => here(['train', ...args], process.cwd());
/** In a process of its own: what a trainer with a backend keeps, and streams as they are. */
const trainApart = (...args: string[]) =>
  spawnSync(process.execPath, [main, 'train', ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });

describe('training that reaches numbers that are not finite', () => {
  // Float32 holds numbers up to 3.4e38; the logits of these rates are larger after a few steps.
  const wild = ['--trainer', 'fast', '--backend', 'cpu', '--eta-z', '1e30', '--seeds', '2', '--steps', '6'];

  it('is told first, with the step, and fails', () => {
    const { status, stdout } = trainApart(...wild);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /^2 of 2 runs reached numbers that are not finite: seed 1 at step \d, seed 2 at step \d\. Numbers/,
    );
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('the learning rates (--eta-z, --ratio) are too large');
    expect(stdout).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(status).toBe(1);
  });

  it('is in the document, which holds finite numbers alone', () => {
    const { status, stdout } = trainApart(...wild, '--json');
    const { runs, diverged }: ExperimentResult = JSON.parse(stdout);
    expect(runs).toEqual([]);
    expect(diverged.map(({ seed }) => seed)).toEqual([1, 2]);
    for (const { step, losses } of diverged) {
      expect(step).toBeGreaterThan(0);
      expect(losses.length).toBeLessThanOrEqual(step);
      expect(losses.every(Number.isFinite)).toBe(true);
    }
    expect(status).toBe(1);
  });

  it('takes nothing from the runs that stay finite', () => {
    const { status, stdout } = trainApart('--seeds', '1', '--steps', '3', '--json');
    const { runs, diverged }: ExperimentResult = JSON.parse(stdout);
    expect([status, runs.length, diverged]).toEqual([0, 1, []]);
  });
});

describe('learning rates of train', () => {
  // As of a world in a file.
  it.each([
    ['--eta-z', '1e300', '--eta-z: expected a number from 1e-100 to 1e+100, got "1e300"'],
    ['--eta-z', '1e-300', '--eta-z: expected a number from 1e-100'],
    ['--eta-z', '0', '--eta-z: expected a number from 1e-100'],
    ['--ratio', '1e101', '--ratio: expected a number from 1e-100 to 1e+100, got "1e101"'],
  ])('%s %s is refused', async (flag, value, says) => {
    const { status, stderr } = await train(flag, value);
    expect(stderr).toContain(says);
    expect(status).toBe(2);
  });

  it('are refused where only their product is too large', async () => {
    const { status, stderr } = await train('--eta-z', '1e60', '--ratio', '1e60');
    expect(stderr).toContain('--ratio times --eta-z: expected a learning rate from 1e-100 to 1e+100, got ');
    expect(status).toBe(2);
  });
});

describe('another model or optimiser of train', () => {
  it('trains it, says so, and keeps what was asked for', async () => {
    const model = ['--attention', 'linear', '--normaliser', 'layernorm', '--residual', '0.5', '--heads', '2'];
    const given = [
      ...model,
      '--optimiser',
      'adam',
      '--layout',
      'full',
      '--init',
      'uniform',
      '--eta-z',
      '0.1',
    ];
    const small = ['--seeds', '1', '--steps', '3', '--batch', '4'];
    const { stdout } = await train(...given, ...small);
    expect(stdout).toContain('adam');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'linear attention, layernorm, the query with 0.5, 2 heads, full layout',
    );
    const { runs }: ExperimentResult = JSON.parse(
      (await train(...given, ...small, '--json', '--recall', '0', '0.02', '1')).stdout,
    );
    expect(runs[0].entropyOverDistinct).toHaveLength(4);
    expect(runs[0].entropyOverDistinct!.at(-1)).toBe(runs[0].distinctEntropy);
    expect(runs[0].recall!.map(({ threshold }) => threshold)).toEqual([0, 0.02, 1]);
    expect([runs[0].recall![0].recall, runs[0].recall![2].recall]).toEqual([1, 0]);
    expect(Math.abs(runs[0].spearman!)).toBeLessThanOrEqual(1);
  });

  it('is refused where it is none', async () => {
    const { status, stderr } = await train('--attention', 'relu', '--heads', '0', '--recall', '0.1', '2');
    expect(status).toBe(2);
    for (const says of [
      '--attention: expected exp, linear, sigmoid or squared-relu',
      '--heads: expected',
      '--recall: expected',
    ])
      expect(stderr).toContain(says);
  });
});

describe('the screen of train', () => {
  const lines = async (...args: string[]) => {
    const { status, stdout, stderr } = await train(...args);
    expect(status, stderr).toBe(0);
    return stdout.trimEnd().split('\n');
  };
  it.each([
    ['the small problem', []],
    ['the larger one', ['--preset', 'syn-medium', '--steps', '3']],
    ['more runs than are listed', ['--preset', 'syn-medium', '--steps', '3', '--seeds', '12']],
    ['one class', ['--query-tokens', '1', '--next-per-query', '1', '--seeds', '1', '--steps', '3']],
  ])('is of 23 lines and 80 columns, the answer first: %s', async (_, args) => {
    const found = await lines(...args);
    expect(found.length).toBeLessThanOrEqual(23);
    for (const line of found) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(found[0]).toMatch(/^Entropy of attention over distinct tokens: \d/);
    expect(found[1]).toMatch(/^Attention at the end of seed 1/);
    expect(found[2]).toMatch(/^ {2}next \d+, query \d+/);
    expect(found.at(-1)).toBe('More: --report <dir> (pictures, every step), --watch, --json.');
  });

  it('has room for the lines of a report', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'snapcheck-screen-'));
    try {
      const found = await lines('--preset', 'syn-medium', '--steps', '3', '--seeds', '12', '--report', dir);
      expect(found.length).toBeLessThanOrEqual(23);
      expect(found.join('\n')).toMatch(/ {7}1 [\s\S]*and \d+ more runs: --json/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('the report of train', () => {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-train-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is written beside the text, whose end names its files; the record has every step', async () => {
    const dir = join(folder, 'out');
    const { status, stdout, stderr } = await train('--seeds', '2', '--steps', '5', '--report', dir);
    expect(status, stderr).toBe(0);
    const [page, beside] = stdout.trimEnd().split('\n').slice(-2);
    expect(page).toBe(`Report of seed 1: ${join(dir, 'report.html')}, beside it`);
    expect(beside).toBe('  run.jsonl, steps.csv, attention.svg, effective.svg, entropy.svg, growth.svg');
    expect(readdirSync(dir)).toEqual(
      expect.arrayContaining(['report.html', 'run.jsonl', 'steps.csv', 'attention.svg']),
    );
    const lines = readFileSync(join(dir, 'run.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 6);
    expect(JSON.parse(lines[0])).toMatchObject({
      schema: 1,
      rates: { etaY: 1, batch: 128, length: 128 },
      type: 'float64',
    });
    const json = await train('--seeds', '1', '--steps', '5', '--report', dir, '--json');
    expect(JSON.parse(json.stdout).runs).toHaveLength(1);
    expect(json.stderr).toContain('report.html');
  });

  it('is not drawn by --watch where there is no terminal: a word about it, and the bar of a log', () => {
    const { status, stdout, stderr } = trainApart('--seeds', '1', '--steps', '2', '--watch', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).runs).toHaveLength(1);
    expect(stderr).toContain('--watch has no effect: standard error is no terminal');
    expect(stderr).toContain('run 1 of 1 (seed 1) done');
    expect(stderr).not.toContain('\u001b');
  });

  it('is refused for a model that has no such pictures, and not written of a run that diverges', async () => {
    const dir = join(folder, 'none');
    const other = await train('--heads', '2', '--report', dir);
    expect([other.status, other.stderr]).toEqual([
      2,
      expect.stringContaining("--report: expected the paper's model"),
    ]);
    const wild = trainApart(
      '--trainer',
      'fast',
      '--backend',
      'cpu',
      '--eta-z',
      '1e30',
      '--steps',
      '6',
      '--report',
      dir,
    );
    expect([wild.status, wild.stderr]).toEqual([1, expect.stringContaining('No report: the run of seed 1')]);
    expect(existsSync(dir)).toBe(false);
  });

  it('is not needed to see the end: hundreds of classes fit a screen', async () => {
    const classes = Array.from({ length: 200 }, (_, n) => ({
      next: n,
      query: 999,
      tokens: [200 + n, 500],
      probabilities: [0.5, 0.5],
    }));
    const file = join(folder, 'large.json');
    writeFileSync(file, JSON.stringify({ vocabulary: 1000, classes }));
    const { stdout } = await train('--problem', file, '--steps', '1', '--seeds', '11');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(stdout).toContain('and 1 more run: --json');
    expect(stdout).toMatch(/and \d+ more next tokens: --report shows them, --json has all/);
  });
});
