/** Reads the finished cells of an interrupted run from its file. */
import { existsSync, statSync } from 'node:fs';
import { BadInput, Faults } from '../io/badInput.ts';
import { readText } from '../io/file.ts';
import { parseJson } from '../io/json.ts';
import { checkShape } from '../io/shape.ts';
import { cut, LIMITS } from '../io/text.ts';
import type { Cell } from './cells.ts';
import { cellFault, cellShape, expectedCells, keyOf, type Scope } from './document.ts';

/** Most bytes of the file: a hundred times the size of all cells of a run. */
const MOST_BYTES = 2 ** 24;

/** The file holds the cells of another run. */
export class OtherRun extends Error {}

/** Parses a line as a cell of this part and width that has not occurred before. Adds its faults to `faults`. */
function cellOf(line: string, width: number, open: Set<string>, faults: Faults): Cell | undefined {
  const value = parseJson(line, faults);
  if (value === undefined) return undefined;
  const checked = checkShape(cellShape, value);
  if ('faults' in checked) {
    faults.addAll(checked.faults);
    return undefined;
  }
  const cell = checked.value;
  const fault = cellFault(cell, width);
  if (fault) faults.add(fault);
  if (!open.delete(keyOf(cell))) faults.add(`expected each cell of this run once, got ${keyOf(cell)}`);
  return cell;
}

/**
 * The cells in a file whose first line is `head`, and the number of bytes of its complete lines. An incomplete last
 * line was being written when the run was killed: it is dropped, and its cells are decided again.
 * @throws OtherRun if the first line differs, BadInput if a line is damaged (the file is kept, since later cells may
 * be intact)
 */
export function readCells(
  file: string,
  head: string,
  { shard, ...scope }: Scope & { readonly shard: string | null },
): { cells: Cell[]; length: number } {
  const faults = new Faults();
  const text = existsSync(file) ? readText(file, MOST_BYTES, faults) : '';
  const whole = text?.slice(0, text.lastIndexOf('\n') + 1) ?? '';
  const [first, ...lines] = whole.split('\n').slice(0, -1);
  if (first !== undefined && first !== head)
    throw new OtherRun(
      `${file} holds the cells of another run or program (${cut(first, LIMITS.name)}); this run is ${head}`,
    );
  const open = new Set(expectedCells(scope, shard));
  const cells = lines.flatMap((line, i) => {
    const own = new Faults();
    const cell = cellOf(line, scope.width, open, own);
    faults.addAll(own, `line ${i + 2}: `);
    return cell ?? [];
  });
  if (faults.count > 0)
    throw new BadInput([
      `${file} holds the finished cells of a run and is damaged: repair it, or delete it to start again`,
      ...faults.listed.map((fault) => `${file}: ${fault}`),
    ]);
  if (first === undefined) return { cells, length: 0 };
  // Counted from the end, because a byte order mark at the beginning is not part of the text.
  return { cells, length: statSync(file).size - Buffer.byteLength(text?.slice(whole.length) ?? '') };
}
