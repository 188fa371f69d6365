/** Finished cells in a file, a line each, so that a run that was killed goes on where it was. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
  /** On the disk when it returns. */
  add(cells: readonly Cell[]): void;
  close(): void;
}

/**
 * Opens the cells of a run, kept in `file`: its first line says whose they are, a line without an end is dropped.
 * @throws OtherRun when they are of other settings or of another program
 */
export function openStore(file: string, settings: object): Store {
  const head = JSON.stringify({ schema: 1, program: program(), ...settings });
  const cells: Cell[] = [];
  mkdirSync(dirname(file), { recursive: true });
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...lines] = whole.split('\n');
  if (whole !== '' && first !== head)
    throw new OtherRun(
      `${file} holds the cells of another run or program (${first.slice(0, 200)}), this one is ${head}`,
    );
  let length = Buffer.byteLength(whole);
  if (whole !== '') {
    let at = Buffer.byteLength(`${first}\n`);
    for (const line of lines) {
      const parsed = line === '' ? undefined : cellSchema.safeParse(readJson(line));
      // What a crash of the machine left behind ends the file here.
      if (!parsed?.success) break;
      cells.push(parsed.data);
      at += Buffer.byteLength(`${line}\n`);
    }
    length = at;
  }
  if (existsSync(file)) truncateSync(file, length);
  const handle = openSync(file, 'a');
  const write = (added: readonly string[]) => {
    writeSync(handle, added.map((line) => `${line}\n`).join(''));
    fsyncSync(handle);
  };
  if (whole === '') write([head]);
  return {
    cells,
    add: (added) => write(added.map((cell) => JSON.stringify(cell))),
    close: () => closeSync(handle),
  };
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
