import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeMpfr } from '../support/mpfr.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const verify = ['verify', 'conservation', '--rung', 'sgd', '--runs', '2', '--json'];

const run = (args: readonly string[], node: readonly string[] = []) =>
  spawnSync(process.execPath, [...node, main, ...args], { encoding: 'utf8' });

/** What Node does where a package is not installed. */
const hooks =
  'export const resolve = (name, context, next) => { if (name === "gmp-wasm") throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }); return next(name, context); };';
const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`;
const without = ['--import', `data:text/javascript,${encodeURIComponent(register)}`];

describe('snapcheck verify without gmp-wasm', () => {
  it('refuses --arithmetic mpfr as bad input, and says what is missing', () => {
    const { status, stdout, stderr } = run([...verify, '--arithmetic', 'mpfr'], without);
    expect(stderr).toContain('--arithmetic: expected decimal, got "mpfr"');
    expect(stderr).toContain('npm install gmp-wasm');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('decides by decimal.js', () => {
    const { status, stdout } = run(verify, without);
    expect(JSON.parse(stdout)).toMatchObject({ arithmetic: 'decimal' });
    expect(status).toBe(0);
  });
});

describeMpfr('snapcheck verify --arithmetic mpfr', () => {
  it('decides by MPFR, and says so', () => {
    const { status, stdout, stderr } = run([...verify, '--arithmetic', 'mpfr']);
    expect(JSON.parse(stdout)).toMatchObject({
      arithmetic: 'mpfr',
      rows: [{ verdict: 'holds', digits: 40 }],
    });
    expect(stderr).toContain('enclosures by MPFR');
    expect(status).toBe(0);
  });
});
