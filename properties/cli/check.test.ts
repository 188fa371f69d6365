import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { here } from '../attack/inProcess.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** In this process: without a start of Node for each. */
const check = (...args: string[]) => here(['check', ...args], at('.'));
const checkApart = (...args: string[]) =>
  spawnSync(process.execPath, [at('dist/cli/main.js'), 'check', ...args], { cwd: at('.'), encoding: 'utf8' });

describe('snapcheck check', () => {
  it('judges the example of the documents: the claims first, on one screen', async () => {
    const { status, stdout } = await check('fixtures/runs/example.jsonl');
    const lines = stdout.trimEnd().split('\n');
    expect(status).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toMatch(/^✓ discriminative/);
  });
  it('puts one document on standard output', () => {
    const { schema, claims, tokens } = JSON.parse(checkApart('fixtures/runs/example.jsonl', '--json').stdout);
    expect(schema).toBe(1);
    expect(claims).toHaveLength(4);
    expect(tokens).toHaveLength(7);
  });
  it.each([
    ['no run', [], 'expected one recorded run, a file or a folder, got none'],
    ['two runs', ['a', 'b'], 'got 2'],
    ['no such file', ['none.npz'], 'no such file'],
    ['another file', ['package.json'], 'faults'],
    ['a problem twice', ['fixtures/runs/example.jsonl', '--problem', 'package.json'], 'problem file'],
    ['no number of seeds', ['fixtures/runs/example.jsonl', '--seeds', '-1'], '--seeds'],
  ])('refuses with exit code 2: %s', async (_, args, fault) => {
    const { status, stdout, stderr } = await check(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(fault);
  });
});
