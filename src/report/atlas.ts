/** The atlas in words and numbers. */
import type { Cell } from '../atlas/cells.ts';
import { type Atlas, keyOf, slicesOf, worldsTrained } from '../atlas/document.ts';
import { jointLimits } from '../atlas/plan.ts';
import { nameOf, RATIOS, type Slice, settingOf } from '../atlas/settings.ts';
import { count, limits } from './format.ts';

/** The cell of a claim at one place of a slice; a shard does not have them all. */
export function cellFinder(atlas: Atlas) {
  const byKey = new Map(atlas.cells.map((cell) => [keyOf(cell), cell]));
  return (claim: Cell['claim'], row: Slice['rows'][number], ratio: number): Cell | undefined =>
    byKey.get(keyOf({ claim, setting: nameOf(settingOf(row, ratio)) }));
}

/** Limits of the worlds in which a claim holds, from those of the worlds that violate it. */
export const holding = ({ low, high }: { low: number; high: number }): { low: number; high: number } => ({
  low: 1 - high,
  high: 1 - low,
});

/** The same, true of all cells of the atlas at once. */
export const jointly = (atlas: Atlas, cell: Cell): { low: number; high: number } =>
  holding(jointLimits(cell, atlas.cells.length));

/** `1e-2`, `1`, `1e4`. */
export const ratioText = (x: number): string =>
  x === 1 ? '1' : x === 10 ? '10' : x.toExponential(0).replace('+', '');

const LABEL = 10;
const COLUMN = 13;

/** A block per claim and slice: limits of the fraction of worlds in which the claim holds, true of all cells at once. */
export function atlasTable(atlas: Atlas): string {
  const find = cellFinder(atlas);
  const lines: string[] = [];
  for (const claim of atlas.claims) {
    lines.push(
      '',
      `${claim}: holds in this part of the worlds (exact limits, ${100 * atlas.confidence} % for all cells at once)`,
    );
    for (const slice of slicesOf(atlas.slices)) {
      const head = RATIOS.map((x) => ratioText(x).padStart(COLUMN)).join('');
      lines.push('', `  ${slice.axis}`, `  ${'etaY/etaZ'.padEnd(LABEL)}${head}`);
      for (const row of slice.rows) {
        const cells = RATIOS.map((x) => {
          const cell = find(claim, row, x);
          return (cell ? limits(jointly(atlas, cell)) : '').padStart(COLUMN);
        });
        lines.push(`  ${row.label.padEnd(LABEL)}${cells.join('')}`);
      }
    }
  }
  const trained = worldsTrained(atlas);
  const wide = atlas.cells.filter(({ low, high }) => !(high - low < atlas.width)).length;
  lines.push(
    '',
    `${count(atlas.cells.length, 'cell')}, ${count(trained, 'world')} trained, seed ${atlas.seed}; ${wide === 0 ? 'the limits of each cell alone are' : `the limits of ${count(wide, 'cell')} alone are not`} narrower than ${atlas.width}.`,
  );
  return lines.slice(1).join('\n');
}
