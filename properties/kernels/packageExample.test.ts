// evidence: 8 s
/**
 * The example of `snapcheck/vitest` in docs/library.md, unchanged, in a separate project that has the package
 * installed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

const page = readFileSync(join(root, 'docs', 'library.md'), 'utf8');
const example = [...page.matchAll(/```ts\n([\s\S]*?)```/g)]
  .map(([, code]) => code)
  .find((code) => code.includes('snapcheck/vitest'));

/** Runs the example on a module of fixtures/kernels. */
function run(module: string) {
  const project = join(folder, module);
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  symlinkSync(root, join(project, 'node_modules', 'snapcheck'));
  symlinkSync(join(root, 'node_modules', 'vitest'), join(project, 'node_modules', 'vitest'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  const kernel = JSON.stringify(join(root, 'fixtures', 'kernels', module));
  writeFileSync(join(project, 'kernel.js'), `export { default } from ${kernel};`);
  writeFileSync(join(project, 'kernel.test.ts'), example!);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return spawnSync(process.execPath, [vitest, 'run'], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', VITEST: undefined, VITEST_POOL_ID: undefined },
  });
}

describe('the example for Vitest', () => {
  it('passes for the example kernel', () => {
    const { status, stdout, stderr } = run('plain.mjs');
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('1 passed');
  });

  it('fails for a faulty kernel, with the message of the report', () => {
    const { status, stdout, stderr } = run('faulty.mjs');
    expect(status).toBe(1);
    expect(stdout + stderr).toContain('features exceeds its error bound');
  });
});
