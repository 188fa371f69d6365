/**
 * The only reader of JSON files from outside. It checks kind and size of the file, UTF-8, JSON, then shape and sense
 * together; it reports every fault of the first check that fails.
 */
import type * as z from 'zod';
import { type Checked, Faults } from './badInput.ts';
import { readText } from './file.ts';
import { parseJson } from './json.ts';
import { checkShape, type ShapeFault } from './shape.ts';

/** A kind of document. */
interface DocumentKind<T extends z.ZodType = z.ZodType> {
  /** Most bytes of a file. */
  readonly most: number;
  readonly schema: T;
  /** Faults of sense. Its argument may be anything; what does not have the shape is skipped. */
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

/** The faults, each with `label` before it. */
export const labelled = ({ faults }: { faults: Faults }, label: string): { faults: Faults } => {
  const all = new Faults();
  all.addAll(faults, `${label}: `);
  return { faults: all };
};
