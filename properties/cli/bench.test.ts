// heavy: 5 s
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { entries } from '../../src/bench/backends.ts';
import type { BenchDocument } from '../../src/bench/document.ts';
import { runBenchCommand } from '../../src/cli/bench.ts';
import { commands } from '../../src/cli/commands.ts';
import { documentShape } from '../bench/shape.ts';
import { given } from './words.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

describe('what is asked', () => {
  it('is every backend, or those that are named, from the most digits to the fewest', () => {
    const backends = (flags: object) => given(commands.bench.options, [], { ...flags }).values.backend;
    expect(backends({})).toBeUndefined();
    expect(backends({ backend: ['float64', 'decimal34'] })).toEqual(['decimal34', 'float64']);
  });

  it('is refused with every fault at once', async () => {
    const ids = entries.map(({ id }) => id);
    const names = `${ids.slice(0, -1).join(', ')} or ${ids.at(-1)}`;
    const words = given(commands.bench.options, ['now', '--jsn'], {
      backend: ['float46', 'abacus'],
      report: main,
    });
    await expect(runBenchCommand(words)).rejects.toMatchObject({
      name: 'BadInput',
      faults: [
        'unknown option --jsn; did you mean "--json"?',
        `--backend: expected ${names}, got "float46"; did you mean "float64"?`,
        `--backend: expected ${names}, got "abacus"`,
        expect.stringMatching(
          /^--report: expected a directory that can be written, got ".*": .* is a file, or in one$/,
        ),
        'expected options only, got "now"',
      ],
    });
  });

  it('leaves with 2 and says nothing on standard output when it is bad', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'bench', '--backend', 'float46'], {
      encoding: 'utf8',
    });
    expect(stderr).toContain('did you mean "float64"?');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('a run', () => {
  it('puts one JSON document alone on standard output, and the same beside its pictures', () => {
    const folder = mkdtempSync(join(tmpdir(), 'snapcheck-bench-'));
    try {
      const args = ['bench', '--quick', '--backend', 'decimal20', '--json', '--report', folder];
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      const document: BenchDocument = JSON.parse(stdout);
      expect(documentShape.safeParse(document).error).toBeUndefined();
      expect(document.command).toBe('npx snapcheck bench --quick --backend decimal20');
      expect(document.backends.map(({ backend }) => backend)).toEqual(['decimal20']);
      expect(readFileSync(join(folder, 'bench.json'), 'utf8')).toBe(stdout);
      expect(readFileSync(join(folder, 'frontier.svg'), 'utf8')).toContain('<svg');
      // No curve is measured of it, so that there is none to draw.
      expect(readdirSync(folder).sort()).toEqual(['bench.json', 'frontier.svg']);
      // In a log, a line a job.
      expect(stderr).toContain('decimal20: digits, time, memory\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(existsSync(folder)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('keeps what it found when it is interrupted', async () => {
    // A reference of 200 digits over a thousand steps: longer than any machine takes to interrupt it.
    const child = spawn(process.execPath, [main, 'bench', '--backend', 'decimal100', '--json']);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => {
      if (!err) child.kill('SIGINT');
      err += chunk;
    });
    const code = await new Promise((done) => child.on('close', done));
    expect(code, err).toBe(130);
    const document: BenchDocument = JSON.parse(out);
    expect(documentShape.safeParse(document).error).toBeUndefined();
    expect(document).toMatchObject({ interrupted: true, backends: [] });
    expect(err).toContain('Interrupted');
  });
});
