// heavy: 5 s
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { defaultSteps, type Explanation, explain, stepsPastOnset } from '../../src/explain/explain.ts';
import { commons } from '../../src/generators/problems.ts';
import { pointWorld } from '../../src/generators/states.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { explanationText } from '../../src/report/explain.ts';
import { idText } from '../../src/report/explainGroups.ts';
import { here } from '../attack/inProcess.ts';
import { seeds, size } from '../support/settings.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (...args: string[]) => here(['explain', ...args], folder);
const write = (name: string, content: unknown) => {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
};

const problem = {
  vocabulary: 1000,
  classes: [
    { next: 6, query: 5, tokens: [0, 1, 2], probabilities: [0.6, 0.3, 0.1] },
    { next: 7, query: 5, tokens: [0, 1, 3], probabilities: [0.1, 0.6, 0.3] },
  ],
};
const sgd = { batch: 4, length: 20, seed: 1 };
const rates = { etaY: 1, etaZ: 1, momentum: 0 };

describe('the prediction', () => {
  it.each(seeds(1))('is the motion of two-timescale, of every token at every Z (seed %i)', async (seed) => {
    await fc.assert(
      fc.asyncProperty(pointWorld(commons(), 2), async ({ problem, Z }) => {
        const layout = reducedLayout(problem);
        const { dZ, A } = attentionVelocity(float64, problem, layout, Z);
        const { tokens } = await explain({ problem, Z, rates, steps: 1 }, sgd);
        // Empirical: both routes lose the digits of the inverse, about the size of its entries.
        const largest = Math.max(1, ...A.flat().map(Math.abs));
        for (const { token, query, form, predicted } of tokens) {
          const speed = dZ[layout.queries.indexOf(query)][layout.tokens.indexOf(token)];
          const error = Math.abs(form!.value - problem.classes.length * speed);
          expect(error).toBeLessThan(1e-11 * largest ** 2);
          if (Math.abs(speed) > 1e-10 * largest ** 2) expect(predicted).toBe(speed > 0 ? 'gains' : 'loses');
          expect(Math.abs(form!.own + form!.shared - form!.limit)).toBeLessThan(1e-11 * largest ** 2);
        }
        // Only tokens that a class of the query holds can move; the others are left out.
        const moved = dZ.flatMap((row) => row.filter((x) => x !== 0)).length;
        expect(tokens.length).toBeGreaterThanOrEqual(moved);
      }),
      { seed, numRuns: size(60) },
    );
  });

  it('says why, with the numbers of two classes', async () => {
    const { tokens } = await explain({ problem, rates }, sgd);
    const of = (token: number) => tokens.find((fate) => fate.token === token)!;
    const [x, y] = of(0).phi.map(([, f]) => f);
    const cosine = x * y + of(1).phi[0][1] * of(1).phi[1][1];
    expect(x / y + y / x).toBeGreaterThan(2 / cosine);
    expect(of(0)).toMatchObject({ kind: 'common', predicted: 'gains' });
    expect(of(0).why).toMatch(/^used 6 times more by class 6 than by class 7: x \+ 1\/x = .* > 2\/\(f1.f2\)/);
    expect(of(0).why).toContain('gains like a distinct token');
    expect(of(1)).toMatchObject({ kind: 'common', predicted: 'loses' });
    expect(of(2)).toMatchObject({ kind: 'distinct', predicted: 'gains', phi: [[6, expect.any(Number)]] });
  });

  it('is undefined, and said to be, where no decoder can tell the classes apart', async () => {
    const same = { tokens: [0], probabilities: [1], query: 3 };
    const twins = {
      vocabulary: 9,
      classes: [
        { ...same, next: 1 },
        { ...same, next: 2 },
      ],
    };
    const explained = await explain({ problem: twins, rates }, sgd);
    expect(explained.tokens[0]).toMatchObject({ form: null, predicted: 'unknown' });
    expect(explanationText(explained)).toContain('linearly dependent');
    expect(explanationText(explained)).not.toContain('went against the prediction');
  });

  it('stays where no class overlaps another', async () => {
    const own = (n: number) => ({ tokens: [n], probabilities: [1], query: 3, next: n });
    const { tokens } = await explain({ problem: { vocabulary: 9, classes: [own(0), own(1)] }, rates }, sgd);
    expect(tokens.map(({ form }) => form!.limit)).toEqual([0, 0]);
    expect(tokens[0].why).toContain('shares no token');
  });
});

describe('training beside it', () => {
  it('agrees with the prediction early, and late with a fast decoder', async () => {
    const slow = { etaY: 1, etaZ: 1e-4, momentum: 0 };
    const { tokens, steps } = await explain({ problem, rates: slow }, { batch: 128, length: 1e6, seed: 1 });
    expect(steps).toBeGreaterThan(50);
    const text = explanationText(
      await explain({ problem, rates: slow }, { batch: 128, length: 128, seed: 1 }),
      80,
    );
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(text).toMatch(/Late in population training 0 of \d+ tokens went against/);
    for (const { predicted, population, sgd } of tokens) {
      const sign = predicted === 'gains' ? 1 : -1;
      expect([population.early, population.late, sgd.early]).toEqual([sign, sign, sign]);
    }
  });
});

describe('a list of tokens', () => {
  it.each([
    [[3], 'one', '3'],
    [[2, 1], 'two', '1 and 2'],
    [[5, 1, 2, 3], 'a range', '1..3 and 5'],
    [[1, 2, 4, 6, 7, 8, 8], 'ranges and ids', '1, 2, 4 and 6..8'],
  ])('%j is %s', (ids, _, text) => expect(idText(ids)).toBe(text));
  it('counts what it leaves out', () =>
    expect(idText([1, 2, 3, 5, 9, 10, 11, 12], 2)).toBe('1..3, 5 and 4 more'));
});

describe('snapcheck explain', () => {
  it('prints tables of at most 100 columns, and a reason a token', async () => {
    const { status, stdout, stderr } = await run(write('problem.json', problem), '--all');
    expect(status, stderr).toBe(0);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    for (const tokens of ['token 0', 'token 1', 'token 2', 'token 3'])
      expect(stdout).toContain(`${tokens} (query 5)`);
    expect(stdout).toMatch(/^Predicted for query 5: tokens? \d.* (gains?|loses?) attention/);
  });

  /** 60 classes of 8 tokens of their own and 9 of 40 common ones, used unequally. */
  const large = (queries: number) => ({
    vocabulary: 2000,
    classes: Array.from({ length: 60 }, (_, n) => {
      const common = Array.from({ length: 40 }, (_, l) => l).filter((l) => (l * (n + 3) + n) % 41 < 9);
      const tokens = [...common, ...Array.from({ length: 8 }, (_, i) => 40 + 8 * n + i)];
      const weights = tokens.map((l) => 1 + ((l * l + 3 * n) % 7));
      const total = weights.reduce((a, b) => a + b);
      return {
        ...{ next: 1000 + n, query: 1500 + (n % queries), tokens },
        probabilities: weights.map((w) => w / total),
      };
    }),
  });

  it.each([1, 3, 30])('fits a screen with hundreds of tokens and %i query tokens', async (queries) => {
    const explained = await explain({ problem: large(queries), rates, steps: 1 }, sgd);
    expect(explained.tokens.length).toBeGreaterThan(500);
    const lines = explanationText(explained, 80).split('\n');
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^Predicted/);
    expect(lines.join(' ')).toContain('each is used by a single class');
    expect(lines.at(-1)).toContain('--all');
    // In full every token has two rows in tables, and tokens with the same words share their reason.
    const full = explanationText(explained, 80, true);
    expect(full.match(/^ +15\d\d +\d+ {2}(distinct|common)/gm)).toHaveLength(2 * explained.tokens.length);
    expect(full).toMatch(/^ *tokens 40\.\.47 \(query 1500\) gain: only class 1000/m);
  });

  it('trains a small problem past the onset, a large one for a limited time, and says how far', async () => {
    const world = { problem: large(1), rates };
    const past = stepsPastOnset({ vocabulary: 2000, classes: 60 }, rates);
    const steps = (batch: number) => defaultSteps(world, { batch, length: 128, seed: 1 });
    expect(steps(1)).toBe(past);
    expect(steps(1e4)).toBeLessThan(past / 2);
    // The batch is nearly all of the work: twice of it, half of the steps.
    expect(Math.abs(steps(1e4) / steps(2e4) - 2)).toBeLessThan(0.1);
    expect(steps(1e6)).toBe(20);
    const cut = await explain({ ...world, steps: 2 }, sgd);
    expect(explanationText(cut, 80)).toMatch(new RegExp(`--steps\\s${past}\\swould`));
    const small = await explain({ problem, rates }, sgd);
    expect(explanationText(small, 80)).not.toContain('Training ends before');
  });

  it('shows with --token these tokens alone, in full, and refuses others', async () => {
    write('problem.json', problem);
    const { stdout } = await run('problem.json', '--token', '1', '3');
    expect(stdout).toContain('The form behind it');
    expect(stdout).toContain('token 3 (query 5)');
    expect(stdout).not.toContain('token 0');
    const { tokens } = JSON.parse(
      (await run('problem.json', '--token', '3', '--json')).stdout,
    ) as Explanation;
    expect(tokens.map(({ token }) => token)).toEqual([3]);
    const bad = await run('problem.json', '--token', '9');
    expect([bad.status, bad.stderr]).toEqual([
      2,
      expect.stringContaining('contextual tokens of the world, got 9'),
    ]);
  });

  it('is a command: its process prints that alone, and exits with 0, or with 2 where the world is no file', () => {
    const start = (file: string) =>
      spawnSync(process.execPath, [at('dist/cli/main.js'), 'explain', file, '--steps', '20'], {
        cwd: folder,
        encoding: 'utf8',
      });
    const { status, stdout, stderr } = start(write('problem.json', problem));
    expect(status, stderr).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^Predicted for query 5: tokens? \d.* (gains?|loses?) attention/);
    const bad = start('absent.json');
    expect([bad.status, bad.stdout]).toEqual([2, '']);
    expect(bad.stderr).toContain('no such file');
  });

  it('takes logits by name, rates and steps beside the problem, and answers in JSON', async () => {
    const world = { problem, Z: { 5: { 0: 1, 3: -1 } }, rates: { etaY: 0.5, etaZ: 0.1 }, steps: 30 };
    const { status, stdout } = await run(write('world.json', world), '--json', '--seed', '2');
    expect(status).toBe(0);
    const told: Explanation = JSON.parse(stdout);
    expect(told).toMatchObject({ schema: 1, steps: 30, rates: { etaY: 0.5, etaZ: 0.1, momentum: 0 } });
    expect(told.sgd).toEqual({ batch: 128, length: 128, seed: 2 });
    const plain: Explanation = JSON.parse((await run('problem.json', '--json')).stdout);
    expect(told.tokens[0].phi[0][1]).toBeGreaterThan(plain.tokens[0].phi[0][1]);
    expect(Math.abs(told.tokens[3].population.z + 1)).toBeLessThan(0.5);
  });

  const shipped = readdirSync(at('fixtures/counterexamples')).filter((file) => file.endsWith('.json'));
  it.each(shipped)('explains the kept case %s, or says why not', async (name) => {
    const kept = JSON.parse(readFileSync(at(`fixtures/counterexamples/${name}`), 'utf8'));
    const { status, stdout, stderr } = await run(at(`fixtures/counterexamples/${name}`), '--steps', '20');
    if (kept.world.problem) {
      expect(status, stderr).toBe(0);
      expect(stdout).toContain('Why:');
    } else expect([status, stderr]).toEqual([2, expect.stringContaining('no world to train in')]);
  });

  it('refuses bad input, all faults at once', async () => {
    const [first, second] = problem.classes;
    const world = {
      problem: { vocabulary: 7, classes: [{ ...first, probabilities: [0.6, 0.3] }, second] },
      rates: { etaY: -1, etaZ: 1 },
      Z: { 5: { 0: 'high' } },
      step: 3,
    };
    const { status, stderr } = await run(write('bad.json', world), '--seed', 'x', '--colour');
    expect(status).toBe(2);
    for (const part of [
      'next token must be below the vocabulary size 7',
      'expected 3 numbers, one per token, got 2',
      'rates.etaY',
      'Z.5.0: expected a number, got "high"',
      'did you mean "steps"?',
      '--seed',
      'unknown option --colour',
    ])
      expect(stderr).toContain(part);
  });

  it.each([
    ['no file', ['absent.json'], 'no such file'],
    ['no world', [], 'expected one file with a world, got none'],
    ['a broken text', [write('cut.json', '{"problem": {')], 'cut off or malformed'],
    [
      'logits of no query',
      [write('z.json', { problem, Z: { 4: { 0: 1 } } })],
      'Z.4: expected a query token, 5',
    ],
    [
      'logits of the wrong shape',
      [write('m.json', { problem, Z: [[1]] })],
      'of 4 logits (tokens 0, 1, 2, 3)',
    ],
    ['a list', [write('list.json', [])], 'expected an object'],
  ])('refuses %s', async (_, args, told) => {
    const { status, stderr } = await run(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(told);
  });
});
