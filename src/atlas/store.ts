/** Finished cells in a file, a line each, so that a run that was killed goes on where it was. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Locked, lockFile } from '../io/lock.ts';
import type { OnUnwritten } from '../io/write.ts';
import type { Cell } from './cells.ts';
import { cellSchema } from './document.ts';

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

/** Another run's cells are in the file. */
export class OtherRun extends Error {}

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
 * @throws OtherRun when they are of other settings or of another program, Locked when another run is at work on them
 */
export function openStore(file: string, settings: object, onUnwritten: OnUnwritten): Store {
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
  attempt(() => {
    release = lockFile(file);
    handle = openSync(file, 'a');
  });
  try {
    const { cells, length } = readCells(file, head);
    const write = (added: readonly string[]) =>
      attempt(() => {
        if (handle === undefined) return;
        writeFileSync(handle, added.map((line) => `${line}\n`).join(''));
        fsyncSync(handle);
      });
    attempt(() => handle !== undefined && ftruncateSync(handle, length));
    if (length === 0) write([head]);
    return { cells, add: (added) => write(added.map((cell) => JSON.stringify(cell))), close };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * The cells in a file that begins with `head`, and how many of its bytes are whole.
 * @throws OtherRun when it begins otherwise
 */
function readCells(file: string, head: string): { cells: Cell[]; length: number } {
  const cells: Cell[] = [];
  const text = existsSync(file) ? readText(file) : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole === '') return { cells, length: 0 };
  const [first, ...lines] = whole.split('\n');
  if (first !== head)
    throw new OtherRun(
      `${file} holds the cells of another run or program (${first.slice(0, 200)}), this one is ${head}`,
    );
  let length = Buffer.byteLength(`${first}\n`);
  for (const line of lines) {
    const parsed = line === '' ? undefined : cellSchema.safeParse(readJson(line));
    // What a crash of the machine left behind ends the file here.
    if (!parsed?.success) break;
    cells.push(parsed.data);
    length += Buffer.byteLength(`${line}\n`);
  }
  return { cells, length };
}

/** @throws OtherRun when it cannot be read: it is no run's of ours */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new OtherRun(`${file} cannot be read (${(error as Error).message})`);
  }
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
