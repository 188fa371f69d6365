/** The atlas in words and numbers. */
import type { Cell } from '../atlas/cells.ts';

import { type Atlas, checkAtlas, keyOf, slicesOf, worldsTrained } from '../atlas/document.ts';
import { jointLimits } from '../atlas/plan.ts';
import { BASE, claimIds, nameOf, RATIOS, type Slice, settingOf, slices } from '../atlas/settings.ts';
import { BadInput } from '../io/badInput.ts';
import { count, limits, wrap } from './format.ts';
import { keptJson } from './pictures/kept.ts';

/** The cell of a claim at one place of a slice; a shard does not have them all. */
export function cellFinder(atlas: Atlas) {
  const byKey = new Map(atlas.cells.map((cell) => [keyOf(cell), cell]));
  return (claim: Cell['claim'], row: Slice['rows'][number], ratio: number): Cell | undefined =>
    byKey.get(keyOf({ claim, setting: nameOf(settingOf(row, ratio, atlas.problem)) }));
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
 * slice), the least limit of any claim at ratios of 100 and more, and the claims whose limits at ratio 1 do not lie below it. Its limits are true of all cells at once. undefined where the atlas lacks one of these cells, or is of one problem.
 */
export function trainingAnswer(atlas: Atlas): string | undefined {
  if (atlas.problem) return undefined;
  const find = cellFinder(atlas);
  const [base] = slices[0].rows;
  const at = (ratio: number) =>
    claimIds.map((claim) => {
      const cell = find(claim, base, ratio);
      return cell && jointly(atlas, cell);
    });
  const fast = RATIOS.filter((ratio) => ratio >= 100).flatMap(at);
  const equal = at(1);
  const all = [...fast, ...equal];
  if (!all.every((cell) => cell !== undefined)) return undefined;
  const low = Math.min(...fast.map((cell) => cell!.low));
  const same = claimIds.filter((_, i) => equal[i]!.high >= low);
  const at1 =
    same.length === claimIds.length
      ? ''
      : `; at equal rates ${same.length > 0 ? `only ${same.join(', ')}` : 'none'}`;
  return `Training (long sequences, one common token, M = ${BASE.vocabulary}): each holds in ${limits({ low, high: 1 })} of worlds if the decoder is 100 times faster${at1}.`;
}

/** The same of the atlas that ships with the package, and the command that makes it; undefined where that is missing or damaged. */
export function keptAnswer(): string | undefined {
  try {
    const atlas = keptJson('fixtures/atlas/atlas.json', checkAtlas);
    const answer = atlas && trainingAnswer(atlas);
    return answer && `${answer} See: atlas`;
  } catch (error) {
    if (error instanceof BadInput) return undefined;
    throw error;
  }
}

/** `1e-2`, `1`, `1e4`. */
export const ratioText = (x: number): string =>
  x === 1 ? '1' : x === 10 ? '10' : x.toExponential(0).replace('+', '');

/** What is random around one problem. */
const DRAWN =
  'One problem: etaY is drawn, and with a length T the sequences. With infinite T each training follows from etaY alone.';

/** Limits in whole percents, rounded outward, so that seven of them fit into 80 columns. */
function wholePercent({ low, high }: { low: number; high: number }): string {
  // The small terms keep a double beside a whole percent from being rounded past it.
  const [from, to] = [Math.floor(100 * low + 1e-9), Math.ceil(100 * high - 1e-9)];
  return from <= 0 && to < 100 ? `≤ ${to} %` : to >= 100 && from > 0 ? `≥ ${from} %` : `${from}–${to} %`;
}

/**
 * A block per claim and slice: limits of the fraction of worlds in which the claim holds, true of all cells at once;
 * in the end, where the whole map is there, when training follows the claims.
 */
export function atlasTable(atlas: Atlas, width = 100): string {
  const find = cellFinder(atlas);
  const text = (claim: Cell['claim'], row: Slice['rows'][number], ratio: number): string => {
    const cell = find(claim, row, ratio);
    return cell ? wholePercent(jointly(atlas, cell)) : '';
  };
  const chosen = slicesOf(atlas.slices);
  const rows = chosen.flatMap((slice) => slice.rows);
  const label = 'etaY/etaZ'.length;
  const column =
    2 +
    Math.max(
      ...atlas.claims.flatMap((claim) =>
        rows.flatMap((row) => RATIOS.map((ratio) => text(claim, row, ratio).length)),
      ),
    );
  const lines: string[] = [];
  for (const claim of atlas.claims) {
    lines.push(
      '',
      ...wrap(
        `${claim}: holds in this part of the ${atlas.problem ? 'trainings of the problem' : 'worlds'} (exact limits, ${100 * atlas.confidence} % for all cells at once)`,
        width,
      ),
    );
    for (const slice of chosen) {
      const head = RATIOS.map((x) => ratioText(x).padStart(column)).join('');
      lines.push('', `  ${slice.axis}`, `  ${'etaY/etaZ'.padEnd(label)}${head}`);
      for (const row of slice.rows) {
        const cells = RATIOS.map((x) => text(claim, row, x).padStart(column));
        lines.push(`  ${row.label.padEnd(label)}${cells.join('')}`);
      }
    }
  }
  const wide = atlas.cells.filter(({ low, high }) => !(high - low < atlas.width)).length;
  const answer = trainingAnswer(atlas);
  lines.push(
    '',
    ...(answer === undefined ? [] : [...wrap(answer, width), '']),
    ...(atlas.problem ? [...wrap(DRAWN, width), ''] : []),
    ...wrap(
      `${count(atlas.cells.length, 'cell')}, ${count(worldsTrained(atlas), atlas.problem ? 'training' : 'world')}${atlas.problem ? '' : ' trained'}, seed ${atlas.seed}; ${wide === 0 ? 'the limits of each cell alone are' : `the limits of ${count(wide, 'cell')} alone are not`} narrower than ${atlas.width}.`,
      width,
    ),
  );
  return lines.slice(1).join('\n');
}
