/**
 * The one reader of JSON files from outside: kind and size of the file, UTF-8, JSON, shape and sense, in this order, and
 * every fault of the first of them that has any (shape and sense together).
 */
import type * as z from 'zod';
import { type Checked, Faults } from './badInput.ts';
import { readText } from './file.ts';
import { parseJson } from './json.ts';
import { checkShape, type ShapeFault } from './shape.ts';

/** A kind of document. */
export interface DocumentKind<T extends z.ZodType = z.ZodType> {
  /** Most bytes of a file. */
  readonly most: number;
  readonly schema: T;
  /** Faults that the shape does not tell; it is shown anything, and passes over what has not the shape. */
  readonly across?: (json: unknown) => Iterable<ShapeFault>;
}

/** The value in a JSON file of at most `most` bytes. */
export function readJson(file: string, most: number): Checked<unknown> {
  const faults = new Faults();
  const text = readText(file, most, faults);
  const value = text === undefined ? undefined : parseJson(text, faults);
  return faults.count > 0 ? { faults } : { value };
}

/** The document in a file, or every fault, each without the file's name. */
export function readDocument<T extends z.ZodType>(file: string, kind: DocumentKind<T>): Checked<z.output<T>> {
  const read = readJson(file, kind.most);
  return 'faults' in read ? read : checkShape(kind.schema, read.value, kind);
}

/** The faults with the name of what has them before each. */
export const labelled = ({ faults }: { faults: Faults }, label: string): { faults: Faults } => {
  const told = new Faults();
  told.addAll(faults, `${label}: `);
  return { faults: told };
};
