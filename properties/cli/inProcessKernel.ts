/** `snapcheck kernel` in this process, for the tests of the command: without a start of Node for each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { here } from '../attack/inProcess.ts';

export const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const plain = at('fixtures/kernels/plain.mjs');
export const faulty = at('fixtures/kernels/faulty.mjs');
/** For tests that are not about sizes: a call takes milliseconds. */
export const small = ['--max-vocabulary', '24', '--max-length', '60', '--max-batch', '4'];
/** For kernels that fail at any size: little is left to make smaller, which starts one that ends anew each time. */
export const tiny = ['--max-vocabulary', '4', '--max-length', '4', '--max-batch', '2'];
/** Runs of the command in a folder of the test file. */
export function kernelRuns() {
  const folder = mkdtempSync(join(tmpdir(), 'snapcheck-kernel-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return { folder, runHere: (...args: string[]) => here(['kernel', ...args], folder) };
}
