// heavy: 4 s
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/verify/result.ts';
import { here } from '../attack/inProcess.ts';
import { timeless } from '../verify/timeless.ts';

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
    for (const flag of [
      '--list',
      '--runs',
      '--seed',
      '--rung',
      '--digits',
      '--json',
      '--report',
      '--path',
      '--findings',
      '--thorough',
    ])
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
    [[], ['expected a command: verify, kernel, train']],
    [['verfy'], ['unknown command "verfy"; did you mean "verify"?']],
    [['--jsn'], ['unknown option --jsn', 'options come after the command']],
    [['verify', '--runs'], ['--runs: expected a value, got nothing']],
    [
      ['verify', 'discriminativ', '--jsn', '--runs', '-1', '--seed', 'x', '--digits', '1e9'],
      [
        '5 faults',
        'did you mean "discriminative"?',
        'did you mean "--json"?',
        '--runs: expected an integer from 1',
        '--seed: expected an integer',
        '--digits: expected an integer from 40 to 1000, got "1e9"',
      ],
    ],
    [
      ['verify', '--report', main],
      ['--report', 'is a file'],
    ],
  ] as [string[], string[]][])(
    '%j is refused with exit code 2, every fault and no stack trace',
    async (args, parts) => {
      // One in a process of its own, whose exit code it is; the others without a start of Node for each.
      const { status, stdout, stderr } = args.includes('--jsn')
        ? run(...args)
        : await here(args, process.cwd());
      for (const part of parts) expect(stderr).toContain(part);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).toBe('');
      expect(status).toBe(2);
    },
  );
});

describe('a run', () => {
  const short = ['verify', 'conservation', '--rung', 'sgd', '--runs', '2', '--seed', '3', '--json'];

  it('puts one JSON document alone on standard output, the same for one seed, and leaves with 0 when all is as expected', () => {
    const { status, stdout } = run(...short);
    const result: Result = JSON.parse(stdout);
    expect(result.schema).toBe(1);
    expect(result.rows).toHaveLength(1);
    expect(result.rows[0]).toMatchObject({ claim: 'conservation', rung: 'sgd', worlds: 1, verdict: 'holds' });
    expect(status).toBe(0);
    // And the same for the same seed, but for its times.
    expect(timeless(JSON.parse(run(...short).stdout))).toEqual(timeless(result));
  });

  it('ends quietly when the reader leaves, and its exit code says that not all was written', async () => {
    const child = spawn(process.execPath, [main, ...short]);
    let err = '';
    child.stderr.on('data', (chunk) => (err += chunk));
    child.stdout.destroy();
    const code = await new Promise((done) => child.on('close', done));
    expect(err).toMatch(/^1 of 1 verdicts done: conservation on sgd\nAs expected.*\n$/);
    expect(code).toBe(74);
  });
});
