/** A kernel's failing case as a file. */
import { join } from 'node:path';
import { writeWhole } from '../io/write.ts';
import type { KernelFailure, KernelResult } from '../kernels/run.ts';
import { savedCase } from '../kernels/saved.ts';
import { faultText } from './kernelReport.ts';

/** Where failing cases go if nobody says otherwise. */
export const caseFolder = (): string => join('.snapcheck', 'kernels');

const slug = (text: string): string =>
  text
    .replaceAll(/[^\w.-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);

/**
 * Writes the case of a failure into `folder`, under the names of the kernel and of what failed.
 * @returns the file
 * @throws the file system's error
 */
export function keepCase(
  { kernel, strict }: Pick<KernelResult, 'kernel' | 'strict'>,
  { fault, calls }: KernelFailure,
  folder: string,
): string {
  const file = join(folder, `${slug(kernel)}.${slug(fault.kind)}.json`);
  const failed = faultText(fault, calls[Math.min(fault.call, calls.length - 1)]);
  writeWhole(file, savedCase(calls, { kernel, strict, failed }));
  return file;
}
