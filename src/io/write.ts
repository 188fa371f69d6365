/** Writes files as a whole or not at all. */
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

/** The working directory; undefined if it was deleted. */
export function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/**
 * The file behind a name, so that a link stays a link. Links are followed one by one, because a working directory whose name
 * is not UTF-8 has no absolute path. The file may not exist yet.
 * @throws Error if there is something other than a regular file: a device or a pipe is not replaced
 */
function behind(file: string): { target: string; mode: number } {
  // A circle of links fails here.
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

/** Writes a text, or bytes, to disk as a new file. Whatever has its name is removed first; nothing is written through a link. */
export function writeNew(file: string, text: string | Uint8Array, mode = 0o666): void {
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
 * Writes a text, made safe, or bytes as a file: to a new file beside it, to disk, then renamed. However this ends, `file` has the old
 * content or the new. Its folder is created if needed.
 * @throws the file system's error, or Error if there is something other than a regular file; nothing is left behind
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  makeFolders(dirname(file));
  const { target, mode } = behind(file);
  // Not derived from the name of the file, which may be as long as a name can be.
  const part = join(dirname(target), `.snapcheck-${process.pid}.part`);
  try {
    writeNew(part, typeof content === 'string' ? safe(content) : content, mode);
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Which files are there after writing, and which are not. */
export interface Written {
  /** The paths of the files that were written. */
  readonly written: readonly string[];
  readonly failed: readonly { readonly file: string; readonly error: unknown }[];
}

/** Writes each text into `folder`; a file that fails does not stop the others. */
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

/** Called with what could not be written, and why. */
export type OnUnwritten = (what: string, error: unknown) => void;

/** A warning of the process: the default of the library. */
export const warnUnwritten: OnUnwritten = (what, error) =>
  process.emitWarning(`${what} could not be written: ${error instanceof Error ? error.message : error}`);

/**
 * Why nothing can be written into a folder, which may not exist yet; undefined if it can. It tries to write, and leaves
 * nothing behind.
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
 * Creates a folder and its parents; the new ones are put in front of `made`. One by one, because with `recursive` Node
 * reports a read-only disk as a missing folder; and without absolute paths, because a working directory whose name is not
 * UTF-8 has none.
 */
export function makeFolders(dir: string, made: string[] = []): void {
  const steps = normalize(dir).split(sep);
  for (const [i] of steps.entries()) {
    const at = steps.slice(0, i + 1).join(sep) || sep;
    if (makeFolder(at)) made.unshift(at);
  }
}

/** @returns false if it existed */
function makeFolder(at: string): boolean {
  try {
    mkdirSync(at);
    return true;
  } catch (error) {
    if (statSync(at, { throwIfNoEntry: false })?.isDirectory()) return false;
    throw error;
  }
}
