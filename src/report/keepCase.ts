/** A kernel's failing case as a file. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeWhole } from '../io/write.ts';
import { savedCase } from '../kernels/cases/saved.ts';
import type { KernelFailure, KernelResult } from '../kernels/run.ts';
import { faultText } from './kernelReport.ts';

/** Where failing cases go if nobody says otherwise. */
export const caseFolder = (): string => join('.snapcheck', 'kernels');

const slug = (text: string): string =>
  text
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^[-.]+|[-.]+$/g, '');

/**
 * The name of the file: of the kernel as it calls itself, and of what failed. A name may have no letter of ours, and two
 * kernels may have one name: eight digits tell apart what lies behind it.
 * @param source what the kernel is and how it is judged, as the command names it
 */
export function caseName(kernel: string, source: string, kind: string): string {
  const digits = createHash('sha256')
    .update(JSON.stringify([kernel, source]))
    .digest('hex')
    .slice(0, 8);
  return `${slug(kernel) || 'kernel'}-${digits}.${slug(kind)}.json`;
}

/**
 * Writes the case of a failure into `folder`.
 * @param source as `caseName` takes it
 * @returns the file
 * @throws the file system's error
 */
export function keepCase(
  { kernel, strict }: Pick<KernelResult, 'kernel' | 'strict'>,
  { fault, calls }: KernelFailure,
  folder: string,
  source: string,
): string {
  const file = join(folder, caseName(kernel, source, fault.kind));
  const failed = faultText(fault, calls[Math.min(fault.call, calls.length - 1)]);
  writeWhole(file, savedCase(calls, { kernel, strict, failed }));
  return file;
}
