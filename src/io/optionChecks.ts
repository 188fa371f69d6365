/** Checks of option values, for the library and for the command line: faults are collected, and reported together. */
import { BadInput, Faults } from './badInput.ts';
import { cameText, shown } from './place.ts';
import { inRange, type Range, rangeText } from './range.ts';
import { suggestion } from './suggest.ts';

const matrixText = (matrix: unknown): string => {
  if (!Array.isArray(matrix) || !matrix.every(Array.isArray)) return cameText(matrix);
  const widths = [...new Set(matrix.map((row) => row.length))];
  return `${matrix.length} rows of ${widths.length === 1 ? widths[0] : 'different lengths'}`;
};

/** An option that was left out (undefined) passes every check but `required`. */
export class OptionChecks {
  readonly faults = new Faults();

  fault(text: string): void {
    this.faults.add(text);
  }

  checkInteger(name: string, value: unknown, range: Range): void {
    if (value !== undefined && !(Number.isInteger(value) && inRange(value, range)))
      this.fault(`${name}: expected an integer ${rangeText(range)}, got ${cameText(value)}`);
  }

  checkNumber(name: string, value: unknown, range: Range): void {
    if (value !== undefined && !inRange(value, range))
      this.fault(`${name}: expected a number ${rangeText(range)}, got ${cameText(value)}`);
  }

  checkChoice(name: string, value: unknown, known: readonly string[]): void {
    if (value === undefined || known.includes(value as string)) return;
    const near = typeof value === 'string' ? suggestion(value, known) : '';
    this.fault(`${name}: expected ${known.join(' or ')}, got ${cameText(value)}${near}`);
  }

  /** Whether the value is a list of texts, or was left out; anything else is a fault. */
  checkTexts(name: string, value: unknown): value is readonly string[] | undefined {
    if (value === undefined) return true;
    const texts = Array.isArray(value) && value.every((text) => typeof text === 'string');
    if (!texts) this.fault(`${name}: expected a list of texts, got ${cameText(value)}`);
    return texts;
  }

  /** A matrix of numbers, rows x columns. */
  checkMatrix(name: string, matrix: unknown, rows: number, columns: number): void {
    const isRow = (row: unknown) =>
      Array.isArray(row) && row.length === columns && row.every((x) => typeof x === 'number');
    if (matrix !== undefined && !(Array.isArray(matrix) && matrix.length === rows && matrix.every(isRow)))
      this.fault(`${name}: expected ${rows} rows of ${columns} numbers, got ${matrixText(matrix)}`);
  }

  /** Values that may not be left out, by their names. */
  required(values: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(values))
      if (value === undefined) this.fault(`${name}: expected a value, got nothing`);
  }

  /** Names that must be among those `known`; `what` they are goes before one that is not. */
  names(what: string, named: readonly string[] | undefined, known: readonly string[]): void {
    for (const id of named ?? [])
      if (!known.includes(id))
        this.fault(`${what} ${shown(id)}${suggestion(id, known) || `; there are ${known.join(', ')}`}`);
  }

  /** @throws BadInput with every fault so far */
  refuse(): void {
    if (this.faults.count > 0) throw new BadInput(this.faults);
  }
}
