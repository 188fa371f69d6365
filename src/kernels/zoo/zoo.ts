/**
 * The zoo: seeded bugs, each a patch of a few lines of the clean kernel's text (fixtures/kernels/plain.mjs), of the
 * kinds that real kernels have had. A judge of kernels is itself judged by how many of them it kills.
 *
 * Nothing here is an equivalent mutant: every bug changes some output of some valid input by more than correct
 * kernels may differ. What a bug needs to show (a number type, the strict level, the stages) stands beside it.
 */
import { readFile } from 'node:fs/promises';
import type { Dtype } from '../../model/stepInput.ts';
import type { Kernel } from '../kernel.ts';
import type { Patch, PlainOptions, SeededBug } from './bug.ts';
import { batchBugs } from './bugs-batch.ts';
import { gradientBugs } from './bugs-gradient.ts';
import { indexBugs } from './bugs-indices.ts';
import { normBugs } from './bugs-norm.ts';
import { shiftBugs } from './bugs-shift.ts';
import { tailBugs } from './bugs-tails.ts';
import { updateBugs } from './bugs-update.ts';

const PLAIN = new URL('../../../fixtures/kernels/plain.mjs', import.meta.url);

export const zoo: readonly SeededBug[] = [
  ...shiftBugs,
  ...tailBugs,
  ...indexBugs,
  ...normBugs,
  ...gradientBugs,
  ...batchBugs,
  ...updateBugs,
];

/** @throws Error when a `from` does not occur exactly once in the text as it is by then. */
export function patched(text: string, patches: readonly Patch[], id: string): string {
  return patches.reduce((now, [from, to]) => {
    const found = now.split(from).length - 1;
    if (found !== 1) throw new Error(`${id}: found ${found} times instead of once in plain.mjs: ${from}`);
    return now.replace(from, () => to);
  }, text);
}

let modules = 0;

/** A fresh module for each call: modules with equal URLs would share their state. */
async function load(text: string, options: PlainOptions, id: string): Promise<Kernel> {
  const source = `${text}\n// ${id}, ${modules++}\n`;
  const url = `data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;
  const { PlainKernel } = (await import(url)) as { PlainKernel: new (options: PlainOptions) => Kernel };
  return new PlainKernel(options);
}

/** A new instance of the clean kernel. */
export const plainKernel = async (options: PlainOptions = {}): Promise<Kernel> =>
  load(await readFile(PLAIN, 'utf8'), options, 'plain');

/** A new instance of the clean kernel with the bug in it, its state fresh; in the bug's number type by default. */
export async function seeded(bug: SeededBug, dtype: Dtype = bug.dtype ?? 'float32'): Promise<Kernel> {
  const kernel = await load(
    patched(await readFile(PLAIN, 'utf8'), bug.patches, bug.id),
    { ...bug.options, dtype },
    bug.id,
  );
  return Object.assign(kernel, { name: `${bug.id} (${dtype})` });
}
