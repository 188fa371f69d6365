import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Machine } from './document.ts';

const require = createRequire(import.meta.url);

/** The numerical packages; those that are not installed are omitted. */
const PACKAGES = ['decimal.js', '@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', 'gmp-wasm', 'tinybench'];

/** The version in a package's package.json, which not every package exports. */
function versionOf(name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? [])
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
    } catch {
      // Not in this folder; try the next one.
    }
  return undefined;
}

/** This machine, as reported by the operating system. */
export const machine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() || 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  versions: Object.fromEntries([
    ['node', process.version.slice(1)],
    ...PACKAGES.flatMap((name) => {
      const version = versionOf(name);
      return version === undefined ? [] : [[name, version]];
    }),
  ]),
});
