/** The atlas in words and numbers. */
import type { Cell } from '../atlas/cells.ts';
import { type Atlas, keyOf, slicesOf } from '../atlas/document.ts';
import { nameOf, RATIOS, type Slice, settingOf } from '../atlas/settings.ts';
import { count, limits } from './format.ts';

/** The cell of a claim at one place of a slice; a shard does not have them all. */
export function cellFinder(atlas: Atlas) {
  const byKey = new Map(atlas.cells.map((cell) => [keyOf(cell), cell]));
  return (claim: Cell['claim'], row: Slice['rows'][number], ratio: number): Cell | undefined =>
    byKey.get(keyOf({ claim, setting: nameOf(settingOf(row, ratio)) }));
}

/** Of worlds in which the claim holds. */
export const holding = ({ low, high }: Cell): { low: number; high: number } => ({
  low: 1 - high,
  high: 1 - low,
});

/** `1e-2`, `1`, `1e4`. */
export const ratioText = (x: number): string =>
  x === 1 ? '1' : x === 10 ? '10' : x.toExponential(0).replace('+', '');

const LABEL = 10;
const COLUMN = 13;

/** A block per claim and slice: the 99 % limits of the fraction of worlds in which the claim holds. */
export function atlasTable(atlas: Atlas): string {
  const find = cellFinder(atlas);
  const lines: string[] = [];
  for (const claim of atlas.claims) {
    lines.push('', `${claim}: holds in this part of the worlds (exact ${100 * atlas.confidence} % limits)`);
    for (const slice of slicesOf(atlas.slices)) {
      const head = RATIOS.map((x) => ratioText(x).padStart(COLUMN)).join('');
      lines.push('', `  ${slice.axis}`, `  ${'etaY/etaZ'.padEnd(LABEL)}${head}`);
      for (const row of slice.rows) {
        const cells = RATIOS.map((x) => {
          const cell = find(claim, row, x);
          return (cell ? limits(holding(cell)) : '').padStart(COLUMN);
        });
        lines.push(`  ${row.label.padEnd(LABEL)}${cells.join('')}`);
      }
    }
  }
  const worlds = new Map<string, number>();
  for (const cell of atlas.cells)
    worlds.set(cell.setting, Math.max(worlds.get(cell.setting) ?? 0, cell.worlds));
  const trained = [...worlds.values()].reduce((a, b) => a + b, 0);
  const wide = atlas.cells.filter(({ low, high }) => !(high - low < atlas.width)).length;
  lines.push(
    '',
    `${count(atlas.cells.length, 'cell')}, ${count(trained, 'world')} trained, seed ${atlas.seed}; ${wide === 0 ? 'all limits are' : `${count(wide, 'cell')} not`} narrower than ${atlas.width}.`,
  );
  return lines.slice(1).join('\n');
}
