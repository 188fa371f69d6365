/** Finished cells in a file, a line each, so that a run that was killed goes on where it was. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRegular } from '../io/file.ts';
import { Locked, lockFile } from '../io/lock.ts';
import type { OnUnwritten } from '../io/write.ts';
import type { Cell } from './cells.ts';
import type { Scope } from './document.ts';
import { readCells } from './resume.ts';

/** Folders whose code decides what a cell comes to. */
const DECIDING = ['arithmetic', 'model', 'ladder', 'trainers', 'decide', 'claims', 'atlas'];

/** A fingerprint of that code: cells decided by other code are not this run's. */
export function program(): string {
  const hash = createHash('sha256');
  for (const folder of DECIDING) {
    const at = fileURLToPath(new URL(`../${folder}`, import.meta.url));
    for (const name of readdirSync(at, { recursive: true, encoding: 'utf8' }).sort())
      if (/(?<!\.d)\.(js|ts)$/.test(name)) hash.update(name).update(readFileSync(join(at, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

export interface Store {
  readonly cells: readonly Cell[];
  /** On the disk when it returns, or told to be missing there. */
  add(cells: readonly Cell[]): void;
  close(): void;
}

/**
 * Opens the cells of a run, kept in `file`: its first line says whose they are, a line without an end is dropped.
 * A disk that takes nothing more ends the keeping, not the run.
 * @param onUnwritten is told once
 * @throws OtherRun when they are of other settings or of another program, Locked when another run is at work on them,
 *   BadInput when they are damaged
 */
export function openStore(
  file: string,
  settings: Scope & { readonly shard: string | null },
  onUnwritten: OnUnwritten,
): Store {
  let release = () => {};
  let handle: number | undefined;
  const close = () => {
    if (handle !== undefined) closeSync(handle);
    handle = undefined;
    release();
  };
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (error) {
      if (error instanceof Locked) throw error;
      close();
      onUnwritten(`Cells in ${file}`, error);
    }
  };
  const head = JSON.stringify({ schema: 1, program: program(), ...settings });
  let locked = false;
  attempt(() => {
    release = lockFile(file);
    locked = true;
  });
  try {
    const { cells, length } = readCells(file, head, settings);
    attempt(() => {
      if (!locked) return;
      handle = openRegular(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT).handle;
      ftruncateSync(handle, length);
    });
    const write = (added: readonly string[]) =>
      attempt(() => {
        if (handle === undefined) return;
        writeFileSync(handle, added.map((line) => `${line}\n`).join(''));
        fsyncSync(handle);
      });
    if (length === 0) write([head]);
    return { cells, add: (added) => write(added.map((cell) => JSON.stringify(cell))), close };
  } catch (error) {
    close();
    throw error;
  }
}
