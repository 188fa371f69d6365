/** A copy of the working tree with its build, in which files are mutated and restored. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from './operators.mjs';

export function copyOfTree() {
  const root = mkdtempSync(join(tmpdir(), 'snapcheck-mutants-'));
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  for (const path of tracked.split('\n')) if (path && existsSync(path)) cpSync(path, join(root, path));
  cpSync('dist', join(root, 'dist'), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

const builtPath = (file) => file.replace(/^src/, 'dist').replace(/\.ts$/, '.js');

/** Replaces a source file and its build by `text`; returns a function that restores both. */
export function replaceSource(root, file, text) {
  const places = [
    [join(root, file), text],
    [join(root, builtPath(file)), built(text)],
  ];
  const before = places.map(([path]) => readFileSync(path));
  for (const [path, now] of places) writeFileSync(path, now);
  return () => {
    for (const [i, [path]] of places.entries()) writeFileSync(path, before[i]);
  };
}
