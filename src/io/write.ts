/** Files written whole or not at all. */
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { kindFault } from './file.ts';
import { safe } from './text.ts';

/** The working directory; undefined when it has been deleted. */
export function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/**
 * The file that a name stands for, so that a link stays: what it leads to, one link after the other, for a working directory
 * whose name is no UTF-8 has no path that could be had at once. It may not be there yet.
 * @throws Error where something is there that is no regular file: a device or a pipe is nothing to replace
 */
function behind(file: string): { target: string; mode: number } {
  // A circle of links ends here.
  const stat = statSync(file, { throwIfNoEntry: false });
  let target = file;
  while (lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink()) {
    const to = readlinkSync(target);
    target = isAbsolute(to) ? to : `${dirname(target)}${sep}${to}`;
  }
  const kind = stat && kindFault(stat);
  if (kind) throw new Error(target === file ? kind : `it leads to ${target}: ${kind}`);
  return { target, mode: stat ? stat.mode & 0o777 : 0o666 };
}

/** Writes a text as a new file, to the disk; whatever has its name is removed first, and nothing is written through it. */
export function writeNew(file: string, text: string, mode = 0o666): void {
  rmSync(file, { force: true });
  const handle = openSync(file, 'wx', mode);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Writes a text, made safe, as a file: into a new file beside it, to the disk, then under its name. However this ends,
 * `file` holds the old content or the new. Its folder is made if need be.
 * @throws the file system's error, or Error where there is no regular file to replace; nothing is left behind
 */
export function writeWhole(file: string, text: string): void {
  makeFolders(dirname(file));
  const { target, mode } = behind(file);
  // A text may be long, a file's name may not: it is not part of this one.
  const part = join(dirname(target), `.snapcheck-${process.pid}.part`);
  try {
    writeNew(part, safe(text), mode);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Which files are there after writing, and which are not. */
export interface Written {
  /** The paths of those that are there. */
  readonly written: readonly string[];
  readonly failed: readonly { readonly file: string; readonly error: unknown }[];
}

/** Writes each text into `folder`; a file that fails does not keep the others from being written. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): Written {
  const written: string[] = [];
  const failed: { file: string; error: unknown }[] = [];
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    try {
      writeWhole(file, text);
      written.push(file);
    } catch (error) {
      failed.push({ file, error });
    }
  }
  return { written, failed };
}

/** Is told what could not be written, and why. */
export type OnUnwritten = (what: string, error: unknown) => void;

/** Warns as Node does: what a library says where nobody listens. */
export const warnUnwritten: OnUnwritten = (what, error) =>
  process.emitWarning(`${what} could not be written: ${error instanceof Error ? error.message : error}`);

/**
 * Why nothing can be written into a folder that may not be there yet, or undefined when something can: tried, not asked,
 * and nothing is left behind.
 */
export function unwritable(dir: string): string | undefined {
  const made: string[] = [];
  try {
    makeFolders(dir, made);
    rmdirSync(mkdtempSync(join(dir, '.snapcheck-')));
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'EEXIST' || code === 'ENOTDIR' ? `${dir} is a file, or in one` : message;
  } finally {
    for (const at of made) rmdirSync(at);
  }
}

/**
 * A folder and those that lead to it; what was not there is put in front of `made`. Step by step, for Node tells of
 * a read-only disk as of a missing folder when it makes them all; and not by absolute paths, for a working directory
 * whose name is no UTF-8 has none that can be written down.
 */
export function makeFolders(dir: string, made: string[] = []): void {
  const steps = normalize(dir).split(sep);
  for (const [i] of steps.entries()) {
    const at = steps.slice(0, i + 1).join(sep) || sep;
    if (makeFolder(at)) made.unshift(at);
  }
}

/** @returns false when it was there */
function makeFolder(at: string): boolean {
  try {
    mkdirSync(at);
    return true;
  } catch (error) {
    if (statSync(at, { throwIfNoEntry: false })?.isDirectory()) return false;
    throw error;
  }
}
