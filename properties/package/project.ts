/** A project that has the package installed: the tarball of `npm pack`, and links to what it says it depends on. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a project of the user has besides; fast-check and vitest are peers of the package. */
const OWN = ['typescript', '@types/node'];

type Names = Readonly<Record<string, string>>;
export interface Manifest {
  readonly bin: { readonly snapcheck: string };
  readonly exports: Readonly<Record<string, string | Names>>;
  readonly imports: Readonly<Record<string, Names>>;
  readonly dependencies: Names;
  readonly peerDependencies: Names;
  readonly optionalDependencies: Names;
}

export interface Project {
  readonly folder: string;
  /** The package's folder in it. */
  readonly installed: string;
  readonly manifest: Manifest;
}

/** The build is packed as it is: `npm test` builds first. */
export function installedProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-package-'));
  const modules = join(folder, 'node_modules');
  const installed = join(modules, 'snapcheck');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--offline', '--silent', '--pack-destination', folder];
  const tarball = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', tarball], { cwd: folder });
  renameSync(join(folder, 'package'), installed);
  const manifest: Manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  for (const name of [
    ...Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }),
    ...OWN,
  ]) {
    const from = join(root, 'node_modules', name);
    if (!existsSync(from) && name in optionalDependencies) continue;
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(from, join(modules, name));
  }
  // As npm installs a command.
  const command = join(installed, manifest.bin.snapcheck);
  chmodSync(command, 0o755);
  symlinkSync(command, join(modules, '.bin', 'snapcheck'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  cpSync(new URL('project', import.meta.url), folder, { recursive: true });
  return { folder, installed, manifest };
}
