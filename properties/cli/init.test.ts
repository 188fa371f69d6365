// evidence: 60 s
/** `snapcheck init kernel`: each project from an empty folder to its verdict, by the commands of its README. */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { LANGUAGES, type Language, templates } from '../../src/cli/templates.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const main = join(root, 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'snapcheck-init-'));
afterAll(() => rmSync(folder, { recursive: true }));

const init = (cwd: string, ...args: string[]) =>
  spawnSync(process.execPath, [main, 'init', ...args], { cwd, encoding: 'utf8' });
const starts = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** What a language needs beside Node, a fault that a kernel of it may have, and the interpreter where one has it. */
const needs: Record<Language, { missing: string; fault: readonly [string, string]; python?: string }> = {
  js: { missing: '', fault: ['f[l] /= norm', 'f[l] /= 1'] },
  vitest: { missing: '', fault: ['f[l] /= norm', 'f[l] /= 1'] },
  python: {
    missing: starts('python3', '-c', 'import numpy') ? '' : 'NumPy',
    fault: ['v / np.sqrt((v * v).sum(axis=1, keepdims=True))', 'v'],
  },
  torch: {
    // The system's Python may have it where the first on PATH has not.
    python: ['python3', '/usr/bin/python3'].find((name) => starts(name, '-c', 'import torch, numpy')),
    missing: '',
    fault: ['v / torch.linalg.vector_norm(v, dim=1, keepdim=True)', 'v'],
  },
  c: { missing: starts('cc', '--version') ? '' : 'cc', fault: ['f[l] /= norm', 'f[l] /= 1'] },
};
if (needs.torch.python === undefined) needs.torch.missing = 'PyTorch';

const filesOf = (dir: string) =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();

/** The commands of a page's first block. */
const commandsOf = (page: string) => /```sh\n([\s\S]*?)```/.exec(page)![1].trim().split('\n');

/** Runs the commands of the README one after the other, as in a project that has the package, with these cases. */
function runReadme(dir: string, lang: Language, runs: number) {
  const modules = join(dir, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  for (const name of ['snapcheck', 'vitest', 'fast-check'])
    symlinkSync(name === 'snapcheck' ? root : join(root, 'node_modules', name), join(modules, name));
  symlinkSync(main, join(modules, '.bin', 'snapcheck'));
  symlinkSync(join(root, 'node_modules', 'vitest', 'vitest.mjs'), join(modules, '.bin', 'vitest'));
  const script = commandsOf(readFileSync(join(dir, 'README.md'), 'utf8')).map((line) => {
    const python = line.replace('python3 ', `${needs[lang].python ?? 'python3'} `);
    const local = python.replace(
      /^npx (\S+)/,
      (_, name) => `"${process.execPath}" node_modules/.bin/${name}`,
    );
    return line.includes('snapcheck kernel') ? `${local} --runs ${runs}` : local;
  });
  const env = { ...process.env, NO_COLOR: '1', VITEST: undefined, VITEST_POOL_ID: undefined };
  const told = spawnSync('sh', ['-ec', script.join('\n')], { cwd: dir, encoding: 'utf8', env });
  return { status: told.status, text: told.stdout + told.stderr };
}

describe.each(LANGUAGES)('snapcheck init kernel --lang %s', (lang) => {
  const { missing, fault } = needs[lang];
  const skipped = missing && ` (skipped: there is no ${missing})`;
  const dir = join(folder, lang);

  it('writes a project into a new folder, and says what to type', () => {
    const { status, stdout } = init(folder, 'kernel', '--lang', lang, lang);
    expect(status).toBe(0);
    expect(filesOf(dir)).toEqual(Object.keys(templates[lang]).sort());
    const commands = commandsOf(readFileSync(join(dir, 'README.md'), 'utf8'));
    expect(stdout.trimEnd().endsWith(['Now:', `cd ${lang}`, ...commands].join('\n  '))).toBe(true);
    const workflow = readFileSync(join(dir, '.github', 'workflows', 'kernel.yml'), 'utf8');
    for (const command of commands) expect(workflow).toContain(`- run: ${command}`);
  });

  it.skipIf(missing)(`whose kernel passes by the commands of its README${skipped}`, () => {
    const { status, text } = runReadme(dir, lang, 60);
    expect(status, text).toBe(0);
    expect(text).toMatch(lang === 'vitest' ? /1 passed/ : /Passes/);
  });

  it.skipIf(missing)(`and fails where the kernel is wrong${skipped}`, () => {
    const wrong = join(folder, `${lang}-wrong`);
    init(folder, 'kernel', '--lang', lang, wrong);
    const file = join(wrong, Object.keys(templates[lang])[0]);
    const text = readFileSync(file, 'utf8');
    expect(text.split(fault[0])).toHaveLength(2);
    writeFileSync(file, text.replace(...fault));
    const failed = runReadme(wrong, lang, 5);
    expect(failed.status, failed.text).toBe(1);
    expect(failed.text).toContain('features exceeds its error bound');
  });
});

describe.skipIf(needs.c.missing)('the header for C', () => {
  it('sends a declaration first, and only if there is one', () => {
    const dir = join(folder, 'declares');
    init(folder, 'kernel', '--lang', 'c', dir);
    const text = JSON.stringify({ declares: { expError: 8 } });
    const printed = (...flags: string[]) => {
      expect(spawnSync('cc', [...flags, '-o', 'kernel', 'kernel.c', '-lm'], { cwd: dir }).status).toBe(0);
      return spawnSync('./kernel', { cwd: dir, input: '' }).stdout;
    };
    expect(printed()).toHaveLength(0);
    const hello = printed(`-DSNAPCHECK_DECLARES=${JSON.stringify(text)}`);
    // SNAP, version 1, type 4, the number of bytes, the text.
    const head = Buffer.from([0x53, 0x4e, 0x41, 0x50, 1, 0, 4, 0, text.length, 0, 0, 0, 0, 0, 0, 0]);
    expect(hello.equals(Buffer.concat([head, Buffer.from(text)]))).toBe(true);
  });

  it('serves float64 too, with the same kernel', () => {
    const dir = join(folder, 'declares');
    const flags = ['-O2', '-DSNAPCHECK_REAL=double', '-o', 'kernel64', 'kernel.c', '-lm'];
    expect(spawnSync('cc', flags, { cwd: dir }).status).toBe(0);
    const words = ['--command', './kernel64', '--frames', '--strict', '--runs', '20', '--dtype'];
    const run = (dtype: string) =>
      spawnSync(process.execPath, [main, 'kernel', ...words, dtype], { cwd: dir, encoding: 'utf8' });
    expect(run('float64').stdout).toMatch(/^Passes/);
    const wrong = run('float32');
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toContain('threw: this kernel has another number type: see --dtype');
  });

  it('compiles without a warning, also for float64 and in C++', () => {
    const dir = join(folder, 'declares');
    const strict = ['-Wall', '-Wextra', '-Wpedantic', '-Werror', '-fsyntax-only'];
    for (const args of [['kernel.c'], ['-DSNAPCHECK_REAL=double', 'kernel.c']])
      expect(spawnSync('cc', [...strict, ...args], { cwd: dir, encoding: 'utf8' }).stderr).toBe('');
    if (starts('c++', '--version')) {
      writeFileSync(
        join(dir, 'header.cc'),
        '#include "snapcheck.h"\nint main() { return snapcheck_serve(nullptr); }\n',
      );
      const built = spawnSync('c++', [...strict, '-Wno-error=missing-field-initializers', 'header.cc'], {
        cwd: dir,
        encoding: 'utf8',
      });
      expect(built.stderr).toBe('');
    }
  });
});

describe('snapcheck init', () => {
  it('writes into this folder where none is named', () => {
    const here = join(folder, 'here');
    mkdirSync(here);
    expect(init(here, 'kernel', '--lang', 'js').status).toBe(0);
    expect(filesOf(here)).toEqual(Object.keys(templates.js).sort());
  });

  it('replaces no file: it names every one that is there, and writes none', () => {
    const taken = join(folder, 'taken');
    mkdirSync(taken);
    for (const name of ['kernel.c', 'README.md']) writeFileSync(join(taken, name), 'mine');
    const { status, stderr } = init(folder, 'kernel', '--lang', 'c', 'taken');
    expect(status).toBe(2);
    for (const name of ['kernel.c', 'README.md'])
      expect(stderr).toContain(`taken/${name}: expected no such file, it is there already`);
    expect(filesOf(taken).map((name) => readFileSync(join(taken, name), 'utf8'))).toEqual(['mine', 'mine']);
  });

  it('refuses other words, with every fault', () => {
    writeFileSync(join(folder, 'file'), '');
    const { status, stderr } = init(folder, 'trainer', 'file', 'more');
    expect(status).toBe(2);
    for (const fault of [
      'expected what to write, "kernel" or "claim"; got "trainer"',
      'expected one folder, got also "more"',
      '--lang: expected one of js, vitest, python, torch, c, got nothing',
      'folder file: expected one that can be written: file is a file',
    ])
      expect(stderr).toContain(fault);
    expect(init(folder, 'claim', '--lang', 'js').stderr).toContain('--lang: it is of a kernel');
    expect(init(folder, 'kernel', '--lang', 'rust').stderr).toContain(
      'expected js, vitest, python, torch or c',
    );
  });
});
