/** The atlas in words and numbers. */
import type { Cell } from '../atlas/cells.ts';
import { atlasChecks } from '../atlas/checks.ts';
import { type Atlas, checkAtlas, keyOf, slicesOf, worldsTrained } from '../atlas/document.ts';
import { jointLimits } from '../atlas/plan.ts';
import { BASE, nameOf, RATIOS, type Slice, settingOf, slices } from '../atlas/settings.ts';
import { BadInput } from '../io/badInput.ts';
import { count, limits } from './format.ts';
import { keptJson } from './pictures/kept.ts';

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

/**
 * When training does what the four claims say, in a sentence: at long sequences and one common token (the base of every
 * slice), the least limit of any claim at ratios of 100 and more, and the largest one at ratio 1 of the claims that lie
 * below. Its limits are true of all cells at once. undefined where the atlas lacks one of these cells.
 */
export function trainingAnswer(atlas: Atlas): string | undefined {
  const find = cellFinder(atlas);
  const [base] = slices[0].rows;
  const at = (ratio: number) =>
    atlasChecks.map(({ claim }) => {
      const cell = find(claim, base, ratio);
      return cell && jointly(atlas, cell);
    });
  const fast = RATIOS.filter((ratio) => ratio >= 100).flatMap(at);
  const equal = at(1);
  const all = [...fast, ...equal];
  if (!all.every((cell) => cell !== undefined)) return undefined;
  const low = Math.min(...fast.map((cell) => cell!.low));
  const fewer = equal.map((cell) => cell!.high).filter((high) => high < low);
  const at1 =
    fewer.length > 0 ? `, ${fewer.length} in ${limits({ low: 0, high: Math.max(...fewer) })} at 1` : '';
  return `Training on long sequences with one common token (K = ${BASE.classes}, M = ${BASE.vocabulary}): each holds in ${limits({ low, high: 1 })} of worlds at etaY/etaZ >= 100${at1}. More: snapcheck atlas`;
}

/** The same of the atlas that ships with the package; undefined where that is missing or damaged. */
export function keptAnswer(): string | undefined {
  try {
    const atlas = keptJson('fixtures/atlas/atlas.json', checkAtlas);
    return atlas && trainingAnswer(atlas);
  } catch (error) {
    if (error instanceof BadInput) return undefined;
    throw error;
  }
}

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
