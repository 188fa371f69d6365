import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { bundledVersions } from '../io/bundled.ts';
import type { Machine } from './document.ts';

const require = createRequire(import.meta.url);

/** The numerical packages; those that are neither bundled nor installed are omitted. */
const PACKAGES = [
  'decimal.js',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-wasm',
  'gmp-wasm',
  'tinybench',
];

/** The version in an installed package's package.json, which not every package exports. */
function installedVersion(name: string): string | undefined {
  for (const folder of require.resolve.paths(name) ?? [])
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')).version;
    } catch {
      // Not in this folder; try the next one.
    }
  return undefined;
}

/** This machine, as reported by the operating system. */
export function machine(): Machine {
  const bundled = bundledVersions();
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    versions: Object.fromEntries([
      ['node', process.version.slice(1)],
      ...PACKAGES.flatMap((name) => {
        const version = bundled[name] ?? installedVersion(name);
        return version === undefined ? [] : [[name, version]];
      }),
    ]),
  };
}
