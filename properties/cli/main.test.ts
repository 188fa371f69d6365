import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });

describe('the command line', () => {
  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('lists its commands, and the options of each', () => {
    expect(run('--help').stdout).toMatch(/verify[\s\S]*train/);
    const help = run('verify', '--help');
    expect(help.status).toBe(0);
    for (const flag of ['--list', '--runs', '--seed', '--rung', '--digits', '--json', '--report', '--path'])
      expect(help.stdout).toContain(flag);
    expect(run('train', '--help').status).toBe(0);
  });

  it('lists the claims', () => {
    const { status, stdout } = run('verify', '--list');
    expect(status).toBe(0);
    for (const claim of ['discriminative', 'frequency', 'sparsification', 'snap'])
      expect(stdout).toContain(claim);
  });
});

describe('bad input to the command line', () => {
  it.each([
    [[], ['expected a command: verify or train']],
    [['verfy'], ["unknown command 'verfy'", 'verify']],
    [['--jsn'], ["unknown option '--jsn'"]],
    [
      ['verify', '--runs'],
      ['--runs', 'argument missing'],
    ],
    [
      ['verify', 'discriminativ', '--jsn', '--runs', '-1', '--seed', 'x', '--digits', '1e9'],
      [
        '5 faults',
        'did you mean "discriminative"?',
        'did you mean "--json"?',
        '--runs: expected an integer from 1',
        '--seed: expected an integer',
        '--digits: expected an integer from 2 to 1000, got "1e9"',
      ],
    ],
    [
      ['verify', '--report', main],
      ['--report', 'is a file'],
    ],
  ] as [string[], string[]][])(
    '%j is refused with exit code 2, every fault and no stack trace',
    (args, parts) => {
      const { status, stdout, stderr } = run(...args);
      for (const part of parts) expect(stderr).toContain(part);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).toBe('');
      expect(status).toBe(2);
    },
  );
});
