// evidence: 40 s
/** The paper's small problem, trained in PyTorch by a loop that shares nothing with ours, is judged as our own training of it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { judgeRun } from '../../src/runs/judge.ts';
import type { RunJudgement } from '../../src/runs/judgement.ts';
import { readRun } from '../../src/runs/readRun.ts';
import { ours, published, small } from './ours.ts';
import { pythonWithTorch } from './python.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const python = pythonWithTorch();
const skipped = python === undefined ? ' (skipped: there is no PyTorch)' : '';

const folder = mkdtempSync(join(tmpdir(), 'snapcheck-torch-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** Runs the example as docs/runs.md says: two files copied into an empty folder. */
function trained(seed: number): string {
  for (const name of ['record.py', 'torch_example.py'])
    cpSync(at(`fixtures/runs/${name}`), join(folder, name));
  execFileSync(python!, ['torch_example.py', `run${seed}.npz`, String(seed)], { cwd: folder });
  return join(folder, `run${seed}.npz`);
}

/** Whose fate, and which claims, all of our seeds agree on. */
async function agreed(seeds: number) {
  const all: RunJudgement[] = [];
  for (let seed = 1; seed <= seeds; seed++) all.push(await judgeRun(await ours({ seed }), { seeds: 0 }));
  const [first] = all;
  const claims = first.claims.filter(({ claim, outcome }) =>
    all.every((one) => one.claims.some((c) => c.claim === claim && c.outcome === outcome)),
  );
  const tokens = first.tokens.filter((t, i) => all.every((one) => one.tokens[i].fate === t.fate));
  return { claims, tokens, all };
}

describe(`a run of PyTorch${skipped}`, () => {
  it.skipIf(skipped)('is read with everything that the loop knows', () => {
    const run = readRun(trained(0));
    expect(run.problem.vocabulary).toBe(small.vocabulary);
    expect(run.problem.classes.map((c) => [c.next, c.query, c.tokens])).toEqual(
      small.classes.map((c) => [c.next, c.query, c.tokens]),
    );
    expect(run).toMatchObject({ type: 'float32', rates: published });
    expect(run.steps).toEqual(Array.from({ length: 101 }, (_, t) => t));
  });

  it.skipIf(skipped)(
    'is judged as our own training: per claim, per token, and within the spread of our seeds',
    async () => {
      const { claims, tokens } = await agreed(20);
      // Which of the rare tokens loses depends on the draw; the others do not.
      expect(claims.length).toBeGreaterThan(1);
      expect(tokens.length).toBeGreaterThan(30);
      const judged = await judgeRun(readRun(trained(0)));
      const outcome = (claim: string) => judged.claims.find((c) => c.claim === claim)!.outcome;
      for (const c of claims) expect([c.claim, outcome(c.claim)]).toEqual([c.claim, c.outcome]);
      for (const { query, token, fate, predicted } of tokens)
        expect(judged.tokens).toContainEqual(expect.objectContaining({ query, token, fate, predicted }));
      expect(judged.comparison.sampled!.departs).toBe(false);
      expect(judged.comparison.unanswered).toEqual([]);
      // Control: the same record said to be trained at twice the rate departs.
      const run = readRun(join(folder, 'run0.npz'));
      const other = await judgeRun({ ...run, rates: { ...published, etaZ: 2 } }, { seeds: 19 });
      expect(other.comparison.sampled!.departs).toBe(true);
    },
  );

  it.skipIf(skipped)('by the command', () => {
    const out = spawnSync(process.execPath, [at('dist/cli/main.js'), 'check', trained(0), '--seeds', '3'], {
      encoding: 'utf8',
    });
    expect(out.status).toBe(0);
    const lines = out.stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const [i, claim] of ['discriminative', 'frequency', 'sparsification', 'snap'].entries())
      expect(lines.filter((line) => /^[✓✗·]/.test(line))[i]).toContain(claim);
  });
});
