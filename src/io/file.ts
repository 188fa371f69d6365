/** The text of a file from outside: its kind and size are checked before a byte of it is read. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import type { Faults } from './badInput.ts';
import { NeedsHeap, needHeap } from './heap.ts';

const MEGABYTE = 2 ** 20;
const sizeText = (bytes: number): string =>
  bytes >= MEGABYTE ? `${Number((bytes / MEGABYTE).toPrecision(3))} MiB` : `${bytes} bytes`;

const REASONS: Record<string, string> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file: a part of its path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ELOOP: 'its links form a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENXIO: 'it is not a regular file',
  ERR_INVALID_ARG_VALUE: 'its name holds a null character',
};

/** Why the file system refused, as text. */
const fileFault = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
};

/** Why it is not a regular file (a folder, a device, a pipe or a socket); undefined if it is one. */
export const kindFault = (stat: Pick<Stats, 'isDirectory' | 'isFile'>): string | undefined =>
  stat.isDirectory() ? 'it is a directory' : stat.isFile() ? undefined : 'it is not a regular file';

/** Why there is no regular file at a path; undefined if there is one. */
export function noFile(path: string): string | undefined {
  try {
    return kindFault(statSync(path));
  } catch (error) {
    return fileFault(error);
  }
}

/** Something that is not a regular file; the message says what. */
export class NoRegularFile extends Error {}

/**
 * Opens a regular file without waiting: opening a pipe without a writer would never return.
 * @param flags of `fs.constants`
 * @throws NoRegularFile for a folder, a device, a pipe or a socket, before a byte is read or written; and the file
 *   system's error
 */
export function openRegular(path: string, flags: number): { handle: number; stat: Stats } {
  let handle: number;
  try {
    handle = openSync(path, flags | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ENXIO' || code === 'EISDIR' ? new NoRegularFile(fileFault(error)) : error;
  }
  const stat = fstatSync(handle);
  const kind = kindFault(stat);
  if (!kind) return { handle, stat };
  closeSync(handle);
  throw new NoRegularFile(kind);
}

/** Heap that reading a document needs. Empirical: 44 MiB in all for a problem of 11 MiB. */
const [PROGRAM, HEAP_PER_BYTE] = [10 * MEGABYTE, 3.5];

/** The content, up to `most` bytes; undefined if there are more: the file may grow while it is read. */
function bytesOf(handle: number, size: number, most: number): Buffer | undefined {
  // One byte more than its size shows whether it grew.
  let bytes = Buffer.alloc(size + 1);
  let length = 0;
  for (;;) {
    const read = readSync(handle, bytes, length, bytes.length - length, null);
    length += read;
    if (length > most) return undefined;
    if (read === 0) return bytes.subarray(0, length);
    if (length === bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length)]);
  }
}

/** The bytes of a regular file of at most `most`, read without waiting; undefined if it cannot be read, with the reason in `faults`. */
export function readBytes(
  file: string,
  most: number,
  faults: Faults,
  before: (size: number) => void = () => {},
): Buffer | undefined {
  let handle: number | undefined;
  const refuse = (why: string): undefined => void faults.add(why);
  try {
    const opened = openRegular(file, constants.O_RDONLY);
    handle = opened.handle;
    const { stat } = opened;
    const large = (size: number) =>
      refuse(`expected at most ${sizeText(most)}, got a file of ${size > most ? sizeText(size) : 'more'}`);
    if (stat.size > most) return large(stat.size);
    before(stat.size);
    return bytesOf(handle, stat.size, most) ?? large(0);
  } catch (error) {
    if (error instanceof NeedsHeap) throw error;
    return refuse(fileFault(error));
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/**
 * The text of a regular file of at most `most` bytes in UTF-8, with or without a byte order mark. Undefined if it cannot
 * be read; the reason is added to `faults`. Devices, pipes and sockets are refused before they are read.
 * @throws NeedsHeap if there is too little memory to read it as JSON
 */
export function readText(file: string, most: number, faults: Faults): string | undefined {
  const need = (size: number) => needHeap(PROGRAM + HEAP_PER_BYTE * size, `a file of ${sizeText(size)}`);
  const bytes = readBytes(file, most, faults, need);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    faults.add('expected text in UTF-8, got other bytes');
    return undefined;
  }
}
