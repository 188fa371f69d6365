import { availableParallelism, cpus, totalmem } from 'node:os';
import { bundledVersions } from '../io/bundled.ts';
import { installedVersion } from '../io/installed.ts';
import type { Machine } from './document.ts';

/** The numerical packages; those that are neither bundled nor installed are omitted. */
const PACKAGES = [
  'decimal.js',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-wasm',
  'gmp-wasm',
  'tinybench',
];

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
