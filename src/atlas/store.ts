/** Saves finished cells in a file, one per line, so that a killed run can continue. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fsyncSync, ftruncateSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openRegular } from '../io/file.ts';
import { fingerprint } from '../io/fingerprint.ts';
import { Locked, lockFile } from '../io/lock.ts';
import type { OnUnwritten } from '../io/write.ts';
import { plainProblem } from './around.ts';
import type { Cell } from './cells.ts';
import type { Scope } from './document.ts';
import { readCells } from './resume.ts';

/** Folders whose code determines the results of a cell. */
const DECIDING = ['arithmetic', 'model', 'ladder', 'trainers', 'decide', 'claims', 'atlas'];

/** Cells decided by other code are not reused. */
const program = (): string =>
  fingerprint(DECIDING.map((folder) => fileURLToPath(new URL(`../${folder}`, import.meta.url)))).slice(0, 16);

interface Store {
  readonly cells: readonly Cell[];
  /** Saves cells. They are on disk when it returns, unless `onUnwritten` was called. */
  add(cells: readonly Cell[]): void;
  close(): void;
}

/**
 * Opens the saved cells of a run. The first line of the file identifies the run, a given problem by its SHA-256; an incomplete last line is dropped.
 * If the disk cannot be written, saving stops and the run continues.
 * @param onUnwritten called once if the file cannot be written
 * @throws OtherRun if the file belongs to other settings or another program, Locked if another run is using it,
 * BadInput if it is damaged
 */
export function openStore(
  file: string,
  { problem, ...settings }: Scope & { readonly shard: string | null },
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
  const about = problem && {
    problem: createHash('sha256')
      .update(JSON.stringify(plainProblem(problem)))
      .digest('hex'),
  };
  const head = JSON.stringify({ schema: 1, program: program(), ...settings, ...about });
  let locked = false;
  attempt(() => {
    release = lockFile(file);
    locked = true;
  });
  try {
    const { cells, length } = readCells(file, head, { ...settings, problem });
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
