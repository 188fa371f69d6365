// heavy: 6 s
/** `snapcheck kernel` with two kernels. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { here } from '../attack/inProcess.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const plain = at('fixtures/kernels/plain.mjs');
const faulty = at('fixtures/kernels/faulty.mjs');
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-pair-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = (...args: string[]) =>
  here(
    [
      'kernel',
      ...args,
      ...['--runs', '12', '--max-vocabulary', '40', '--max-length', '60', '--max-batch', '5'],
    ],
    folder,
  );

it('begins with both answers and their distance, on one screen', async () => {
  const { status, stdout } = await run(plain, '--builtin', 'float64');
  expect(status, stdout).toBe(0);
  const [title, ...lines] = stdout.split('\n');
  expect([title, lines[0], lines[1]]).toEqual([
    'Two kernels',
    '  plain float32: Passes',
    '  float64: Passes',
  ]);
  expect(stdout).toMatch(/stage +equal +ulp +of the bound +case/);
  expect(lines.length).toBeLessThanOrEqual(23);
});

it('fails if one of them fails, and replays its case with it alone', async () => {
  const { status, stdout } = await run(plain, faulty);
  expect(status).toBe(1);
  expect(stdout).toContain('faulty: Fails: features exceeds its error bound');
  const [, command] = /replay: npx snapcheck kernel (.*)/.exec(stdout)!;
  expect(command).not.toContain('plain.mjs');
  expect((await here(['kernel', ...command.split(' ')], folder)).status).toBe(1);
});

it('has one JSON document and one report of both', async () => {
  const report = join(folder, 'report');
  const { stdout } = await run(plain, faulty, '--json', '--report', report);
  const { kernels, comparison } = JSON.parse(stdout);
  expect(kernels.map(({ verdict }: { verdict: string }) => verdict)).toEqual(['pass', 'fail']);
  expect(comparison.kernels).toEqual(['plain float32', 'faulty']);
  expect(comparison.stages[0]).toMatchObject({ stage: 'attention' });
  expect(JSON.parse(readFileSync(join(report, 'result.json'), 'utf8'))).toEqual(JSON.parse(stdout));
  const junit = readFileSync(join(report, 'junit.xml'), 'utf8');
  for (const name of ['plain float32', 'faulty']) expect(junit).toContain(name);
});

it('says that a kernel which fails is not measured', async () => {
  const { status, stdout } = await run(faulty, '--bench');
  expect(status).toBe(1);
  expect(stdout).toContain('Not measured (--bench): only a kernel that passes is.');
});
