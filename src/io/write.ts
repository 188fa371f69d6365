/** Files written whole or not at all. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { safe } from './text.ts';

/** The working directory; undefined when it has been deleted. */
export function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** The file behind a link, so that the link stays; the name itself where there is none yet. */
function behind(file: string): { target: string; mode: number } {
  try {
    const target = realpathSync(file);
    return { target, mode: statSync(target).mode & 0o777 };
  } catch {
    return { target: file, mode: 0o666 };
  }
}

/**
 * Writes a text, made safe, as a file: into a new file beside it, to the disk, then under its name. However this ends,
 * `file` holds the old content or the new. Its folder is made if need be.
 * @throws the file system's error; nothing is left behind
 */
export function writeWhole(file: string, text: string): void {
  makeFolders(dirname(file));
  const { target, mode } = behind(file);
  // A text may be long, a file's name may not: it is not part of this one.
  const part = join(dirname(target), `.snapcheck-${process.pid}.part`);
  try {
    const handle = openSync(part, 'w', mode);
    try {
      writeFileSync(handle, safe(text));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

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
