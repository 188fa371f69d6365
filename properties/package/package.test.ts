// evidence: 22 s
/** The package as a user installs it: its files, its types, its command, and its library in a project of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { templates } from '../../src/cli/templates.ts';
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

/** What files of the build import that is none of its files: packages and bundles (`#name`), types included. */
function imported(): string[] {
  const found = new Set<string>();
  for (const file of filesOf().filter((name) => /^dist\/.*\.(c?js|d\.ts)$/.test(name))) {
    // With calls of require, as createRequire gives it.
    const text = readFileSync(join(project.installed, file), 'utf8');
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles)
      if (!/^[./]|^node:/.test(fileName) && !builtinModules.includes(fileName))
        found.add(
          fileName
            .split('/')
            .slice(0, fileName.startsWith('@') ? 2 : 1)
            .join('/'),
        );
  }
  return [...found];
}

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}
const bundled = (): Bundled[] =>
  JSON.parse(readFileSync(join(project.installed, 'dist/vendor/packages.json'), 'utf8'));

describe('the tarball', () => {
  it('declares every package that its files import', () => {
    const { dependencies, peerDependencies, optionalDependencies } = project.manifest;
    const declared = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
    const packages = imported().filter((name) => !name.startsWith('#'));
    expect(packages).toContain('zod');
    expect(packages.filter((name) => !declared.includes(name))).toEqual([]);
  });

  it('has the bundles that its files import', () => {
    const bundles = imported().filter((name) => name.startsWith('#'));
    expect(bundles.sort()).toEqual(['#beta-quantile', '#tfjs', '#tfjs-wasm', '#tfjs-webgl', '#tfjs-webgpu']);
    for (const name of bundles)
      expect(existsSync(join(project.installed, project.manifest.imports[name].default)), name).toBe(true);
  });

  it('makes nobody install what is bundled', () => {
    const names = bundled().map(({ name }) => name);
    expect(names).toContain('@tensorflow/tfjs-core');
    expect(names).toContain('@tensorflow/tfjs-backend-wasm');
    expect(names).toContain('@stdlib/stats-base-dists-beta-quantile');
    const { dependencies, peerDependencies, optionalDependencies } = project.manifest;
    const asked = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
    expect(asked.filter((name) => /^@(tensorflow|stdlib)\//.test(name))).toEqual([]);
    // What an install of the package brings, as the lock file has it, dependencies of dependencies included.
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const installed = Object.keys(packages).filter((path) => path !== '' && !packages[path].dev);
    expect(installed).toContain('node_modules/zod');
    expect(installed.filter((path) => /node_modules\/@(tensorflow|stdlib)\//.test(path))).toEqual([]);
  });

  it('has the notices of each bundled package', () => {
    const [list, ...texts] = readFileSync(join(project.installed, 'dist/vendor/NOTICES.txt'), 'utf8').split(
      /\n={80}\n/,
    );
    const BEGINNINGS: Record<string, string> = {
      'Apache-2.0': 'Apache License',
      MIT: 'Permission is hereby granted, free of charge, to any person obtaining',
      'BSL-1.0': 'Boost Software License - Version 1.0',
    };
    for (const { name, version, license } of bundled()) {
      expect(list).toContain(`${name} ${version} (${license})\n`);
      const own = texts.filter((text) => text.split(':\n')[0].trim().split(', ').includes(name));
      expect(own, name).not.toEqual([]);
      // Some packages of stdlib name the licence of Boost without its text, which others have.
      for (const id of license.split(' AND ')) expect(texts.join(), name).toContain(BEGINNINGS[id]);
    }
    expect(texts.join()).toContain('Emscripten authors');
    expect(texts.join()).toContain('XNNPACK');
  });

  it('has the files that its manifest names', () => {
    const targets = Object.values(project.manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const target of [...targets, project.manifest.bin.snapcheck].filter((path) => !path.includes('*')))
      expect(existsSync(join(project.installed, target)), target).toBe(true);
  });

  it('has the files of every project that init writes', () => {
    for (const source of Object.values(templates).flatMap((files) => Object.values(files)))
      expect(existsSync(join(project.installed, 'fixtures', source)), source).toBe(true);
  });

  it('has no sources, tests, maps or evidence scripts', () => {
    const scripts = filesOf().filter((name) => /\.mjs$/.test(name) && !name.startsWith('dist/'));
    expect(scripts.sort()).toEqual([
      'fixtures/init/claim/claim.mjs',
      'fixtures/init/js/kernel.mjs',
      'fixtures/init/vitest/kernel.test.mjs',
      'fixtures/kernels/faulty.mjs',
      'fixtures/kernels/plain.mjs',
    ]);
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

  it.each(['cpu', 'wasm'])('the command trains on tensors, without an installed tfjs: %s', (backend) => {
    const train = ['snapcheck', 'train', '--trainer', 'fast', '--backend', backend];
    const few = ['--steps', '2', '--seeds', '1', '--json'];
    const { status, stdout, stderr } = run('npx', ['--offline', '--no-install', ...train, ...few]);
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout).runs[0].losses[0]).toBeGreaterThan(3);
    const absent = "import('@tensorflow/tfjs').catch(({ code }) => console.log(code))";
    expect(run(process.execPath, ['--input-type=module', '--eval', absent]).stdout.trim()).toBe(
      'ERR_MODULE_NOT_FOUND',
    );
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
