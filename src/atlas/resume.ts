/** Finished cells read back from the file of an interrupted run. */
import { existsSync, statSync } from 'node:fs';
import { BadInput, Faults } from '../io/badInput.ts';
import { readText } from '../io/file.ts';
import { parseJson } from '../io/json.ts';
import { checkShape } from '../io/shape.ts';
import { cut, LIMITS } from '../io/text.ts';
import type { Cell } from './cells.ts';
import { cellFault, cellShape, keyOf, type Scope, settingsOfPart } from './document.ts';
import { nameOf } from './settings.ts';

/** Most bytes of the file: a hundred times what the cells of a whole run have. */
const MOST_BYTES = 2 ** 24;

/** Another run's cells are in the file. */
export class OtherRun extends Error {}

/** A line as a cell of this part and width that was not there before; its faults are added. */
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
  if (!open.delete(keyOf(cell))) faults.add(`expected a cell of this run, once, got ${keyOf(cell)}`);
  return cell;
}

/**
 * The cells in a file that begins with `head`, and how many of its bytes are whole. A last line without its end is what
 * a run that was killed was writing: it is dropped, and its cells are decided again.
 * @throws OtherRun when it begins otherwise, BadInput when a line is damaged: the cells after it are not thrown away unasked
 */
export function readCells(
  file: string,
  head: string,
  { claims, slices, width, shard }: Scope & { readonly shard: string | null },
): { cells: Cell[]; length: number } {
  const faults = new Faults();
  const text = existsSync(file) ? readText(file, MOST_BYTES, faults) : '';
  const whole = text?.slice(0, text.lastIndexOf('\n') + 1) ?? '';
  const [first, ...lines] = whole.split('\n').slice(0, -1);
  if (first !== undefined && first !== head)
    throw new OtherRun(
      `${file} holds the cells of another run or program (${cut(first, LIMITS.name)}), this one is ${head}`,
    );
  const open = new Set(
    settingsOfPart(slices, shard).flatMap((s) => claims.map((claim) => keyOf({ claim, setting: nameOf(s) }))),
  );
  const cells = lines.flatMap((line, i) => {
    const own = new Faults();
    const cell = cellOf(line, width, open, own);
    faults.addAll(own, `line ${i + 2}: `);
    return cell ?? [];
  });
  if (faults.count > 0)
    throw new BadInput([
      `${file} keeps the finished cells of a run and is damaged: mend it, or delete it to begin anew`,
      ...faults.told.map((fault) => `${file}: ${fault}`),
    ]);
  if (first === undefined) return { cells, length: 0 };
  // From the end: a byte order mark at the beginning is none of the text.
  return { cells, length: statSync(file).size - Buffer.byteLength(text?.slice(whole.length) ?? '') };
}
