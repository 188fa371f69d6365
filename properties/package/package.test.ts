// heavy: 30 s
/** The package as a user installs it: its files, its types, its command, and its library in a project of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedProject, type Project, root } from './project.ts';

let project: Project;
beforeAll(() => {
  project = installedProject();
}, 120_000);
afterAll(() => rmSync(project.folder, { recursive: true }));

/** Runs a program in the project. */
const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, {
    cwd: project.folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', VITEST: undefined, VITEST_POOL_ID: undefined },
  });

const filesOf = () => readdirSync(project.installed, { recursive: true, encoding: 'utf8' });

/** Every package that a file of the build imports, its types included. */
function importedPackages(): Set<string> {
  const found = new Set<string>();
  for (const file of filesOf().filter((name) => /^dist\/.*\.(js|d\.ts)$/.test(name))) {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(project.installed, file), 'utf8'));
    for (const { fileName } of importedFiles)
      if (!/^[./#]|^node:/.test(fileName) && !builtinModules.includes(fileName))
        found.add(
          fileName
            .split('/')
            .slice(0, fileName.startsWith('@') ? 2 : 1)
            .join('/'),
        );
  }
  return found;
}

describe('the tarball', () => {
  it('declares every package that its files import', () => {
    const { dependencies, peerDependencies, optionalDependencies } = project.manifest;
    const declared = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
    expect([...importedPackages()].filter((name) => !declared.includes(name))).toEqual([]);
  });

  it('has the files that its manifest names', () => {
    const targets = Object.values(project.manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const target of [...targets, project.manifest.bin.snapcheck].filter((path) => !path.includes('*')))
      expect(existsSync(join(project.installed, target)), target).toBe(true);
  });

  it('has no sources, tests, maps or evidence scripts', () => {
    const scripts = filesOf().filter((name) => /\.mjs$/.test(name) && !name.startsWith('dist/'));
    expect(scripts.sort()).toEqual(['fixtures/kernels/faulty.mjs', 'fixtures/kernels/plain.mjs']);
    const others = /^(src|properties)\/|\.map$|\.tsbuildinfo$|(?<!\.d)\.ts$|__pycache__/;
    expect(filesOf().filter((name) => others.test(name))).toEqual([]);
  });
});

describe('in a strict project', () => {
  it.each([
    ['nodenext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('the types compile, those of its dependencies too: %s', (_, module, moduleResolution) => {
    const program = ts.createProgram(
      ['use.ts', 'installed.check.ts'].map((file) => join(project.folder, file)),
      {
        ...{ module, moduleResolution, target: ts.ScriptTarget.ES2022, types: ['node'], noEmit: true },
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
        // TypeScript's own files are not checked; every other declaration is.
        ...{ lib: ['lib.es2023.d.ts'], skipLibCheck: false, skipDefaultLibCheck: true },
      },
    );
    const told = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(told).toEqual([]);
  });

  it('the command runs', () => {
    const help = run('npx', ['--offline', '--no-install', 'snapcheck', '--help']);
    expect(help.status, help.stderr).toBe(0);
    expect(help.stdout).toContain('verify');
    const list = run('npx', ['--offline', '--no-install', 'snapcheck', 'verify', '--list', '--json']);
    expect(list.status, list.stderr).toBe(0);
    expect(JSON.parse(list.stdout).claims.length).toBeGreaterThan(20);
  });

  it('the library, its matcher and its arbitraries work', () => {
    const config = "export default { test: { include: ['*.check.ts'], testTimeout: 120_000 } };";
    writeFileSync(join(project.folder, 'vitest.config.mjs'), config);
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const { status, stdout, stderr } = run(process.execPath, [vitest, 'run']);
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain('5 passed');
  });
});
