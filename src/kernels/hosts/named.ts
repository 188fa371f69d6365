/** A kernel by its words: plain data with which any machine that has the kernel can start it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { noFile } from '../../io/file.ts';
import { shown } from '../../io/place.ts';
import type { Dtype } from '../../model/stepInput.ts';
import { builtinKernels } from '../builtin/builtin.ts';
import { type Declaration, type KernelHost, NoKernel } from '../kernel.ts';
import type { Limits } from './host.ts';
import { inThread } from './inThread.ts';
import { moduleHost } from './module.ts';
import { processHost } from './process.ts';

interface ByCommand {
  readonly command: string;
  readonly frames?: boolean;
  readonly dtype: Dtype;
  readonly declares: Declaration;
}

/** A built-in kernel, a module by its path, or a command. */
export type KernelWords = { readonly limits: Limits } & (
  | { readonly builtin: string }
  | {
      readonly module: string;
      /** SHA-256 of the file, in hex; what the file imports is not in it. */
      readonly sha256?: string;
    }
  | ByCommand
);

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

/** The same words, which hold from now on for the module with its present content alone. */
export const pinned = (words: KernelWords): KernelWords =>
  'module' in words ? { ...words, sha256: hashOf(words.module) } : words;

/** @throws NoKernel if a module has another content than the one that is meant */
function checkContent(module: string, sha256: string): void {
  const file = resolve(module);
  const fault = noFile(file);
  if (fault) throw new NoKernel(`kernel module ${shown(module)}: ${fault} here (${file})`);
  const here = hashOf(file);
  if (here !== sha256)
    throw new NoKernel(
      `kernel module ${shown(module)} has another content here (${file}) than where the run was started: SHA-256 ${here.slice(0, 12)}.. against ${sha256.slice(0, 12)}..; copy the file and go on`,
    );
}

/**
 * The host of a kernel.
 * @throws NoKernel if there is no such kernel, or a module has another content than the one that is meant
 */
export async function openNamed(words: KernelWords): Promise<KernelHost> {
  const { limits } = words;
  if ('command' in words) return processHost(words.command, { ...limits, ...words });
  if ('module' in words) {
    if (words.sha256 !== undefined) checkContent(words.module, words.sha256);
    return moduleHost(words.module, limits);
  }
  const known = builtinKernels.find(({ name }) => name === words.builtin);
  if (!known) throw new NoKernel(`${shown(words.builtin)}: no such built-in kernel`);
  return inThread(await known.load(), limits);
}
