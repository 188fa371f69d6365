/** The answer of the kept atlas to: does the theory describe real training, and when? */
import type { Cell } from '../../atlas/cells.ts';
import type { Atlas } from '../../atlas/document.ts';
import { BASE, type ClaimId, RATIOS, slices } from '../../atlas/settings.ts';
import { population } from '../../ladder/population.ts';
import { sgd } from '../../ladder/sgd.ts';
import { cellFinder, jointly, ratioText } from '../atlas.ts';
import { shortLimits } from '../pictures/atlasMap.ts';
import { ramp } from '../pictures/palette.ts';
import { titleOf } from './headline.ts';
import { type Content, html, type Markup, raw } from './markup.ts';

/** A column of the answer: a ratio etaY/etaZ, at a row of a slice of the atlas. */
interface Place {
  readonly head: Content;
  readonly slice: string;
  readonly label: string;
  readonly ratio: number;
}

/** The length of the published sequences, and their batch. */
const SHORT = '128';
const FAST = 100;
const long = { slice: 'commons', label: '1' };
const places: readonly Place[] = [
  { ...long, head: '1', ratio: 1 },
  { ...long, head: '10', ratio: 10 },
  { ...long, head: String(FAST), ratio: FAST },
  {
    slice: 'batch',
    label: SHORT,
    head: html`${FAST}, short <span class="long">sequences</span><br class="long"> <span class="flag">(T = ${SHORT})</span>`,
    ratio: FAST,
  },
];

/** Percent of the worlds in which the claim held; 100 and 0 are for all and none. */
function percent({ worlds, violated }: Pick<Cell, 'worlds' | 'violated'>): string {
  const share = (100 * (worlds - violated)) / worlds;
  if (violated > 0 && share > 99) return '> 99';
  if (violated < worlds && share < 1) return '< 1';
  return String(Math.round(share));
}

/** One decimal, rounded outward; the small term keeps a double beside a tenth from being rounded past it. */
const atLeast = (lows: readonly number[]): string =>
  `at least ${Math.floor(1000 * Math.min(...lows) + 1e-9) / 10} %`;
const atMost = (highs: readonly number[]): string =>
  `at most ${Math.ceil(1000 * Math.max(...highs) - 1e-9) / 10} %`;

const rowOf = ({ slice, label }: Pick<Place, 'slice' | 'label'>) =>
  slices.find(({ id }) => id === slice)!.rows.find((row) => row.label === label)!;

/** The cells of the answer, a row a claim; undefined where the atlas lacks one. */
export function answerCells(atlas: Atlas): { claim: ClaimId; cells: Cell[] }[] | undefined {
  const find = cellFinder(atlas);
  const rows = atlas.claims.map((claim) => ({
    claim,
    cells: places.flatMap((place) => find(claim, rowOf(place), place.ratio) ?? []),
  }));
  return rows.length === 4 && rows.every(({ cells }) => cells.length === places.length) ? rows : undefined;
}

/**
 * Whether the answer has a cell of the claim on this rung: T = inf is the step with the expectation, a finite T is training
 * on samples.
 */
export function inAnswer(atlas: Atlas | undefined): (claim: string, rung: string) => boolean {
  const rows = atlas && answerCells(atlas);
  const rungs: string[] = places.map(({ label }) => (label === SHORT ? sgd.id : population.id));
  return (claim, rung) => rungs.includes(rung) && (rows?.some((row) => row.claim === claim) ?? false);
}

/** The answer in three sentences; their numbers are limits that hold for all cells of the atlas at once. */
function sentences(atlas: Atlas, rows: NonNullable<ReturnType<typeof answerCells>>): Markup {
  const [equal, , fast, short] = places.map((_, i) =>
    rows.map(({ claim, cells }) => ({ claim, ...jointly(atlas, cells[i]) })),
  );
  const others = equal.filter(({ claim }) => claim !== 'snap');
  const bias = short.filter(({ claim }) => claim === 'discriminative');
  return html`<p><strong>Yes, if the decoder learns ${FAST} times faster than attention, sequences are long, and classes share one common token</strong>: all four claims hold in ${atLeast(fast.map(({ low }) => low))} of worlds. <strong>At equal rates no</strong>: all but the <span class="long">bound on the </span>snap hold in ${atMost(others.map(({ high }) => high))}. <strong>With <span class="long">sequences of </span>${SHORT} tokens no</strong>: <span class="long">distinct tokens gain and common ones lose</span><span class="brief">the first holds</span> in ${atMost(bias.map(({ high }) => high))}.</p>`;
}

/** The largest vocabulary and ratio of the atlas. */
const LARGE = '1e6';
const FASTEST = RATIOS[RATIOS.length - 1];

/**
 * That a large vocabulary needs a larger ratio, where the limits say so: at FAST the first claim holds in fewer worlds than
 * with the base vocabulary, and in fewer than at the largest ratio. Empty where they do not, or the atlas lacks a cell.
 */
function largeVocabulary(atlas: Atlas): Markup {
  const find = cellFinder(atlas);
  const at = (place: Pick<Place, 'slice' | 'label'>, ratio: number) => {
    const cell = find('discriminative', rowOf(place), ratio);
    return cell && jointly(atlas, cell);
  };
  const large = { slice: 'vocabulary', label: LARGE };
  const [base, slow, quick] = [at(long, FAST), at(large, FAST), at(large, FASTEST)];
  if (!base || !slow || !quick || slow.high >= Math.min(base.low, quick.low)) return html``;
  return html` A larger vocabulary needs a larger ratio: with M = ${LARGE}, distinct tokens gain and common ones lose in ${shortLimits(slow)} % at ${FAST} and ${shortLimits(quick)} % at ${ratioText(FASTEST)}.`;
}

const shade = (atlas: Atlas, cell: Cell): Markup => {
  const share = 1 - cell.violated / cell.worlds;
  return html`<td style="background:${raw(ramp('diverging', Math.min(share, 1 - 1e-9)))}"><strong>${percent(cell)} %</strong><br><span class="small">${shortLimits(jointly(atlas, cell))}</span></td>`;
};

/** @param atlas undefined where this copy keeps none */
export function answer(atlas: Atlas | undefined): Markup {
  const rows = atlas && answerCells(atlas);
  const title = html`<h2>Does it describe real training, and when?</h2>`;
  if (!atlas || !rows)
    return html`${title}<p class="muted">This copy of Snapcheck keeps no whole atlas. <code>npx snapcheck atlas</code> makes one.</p>`;
  const heads = places.map(({ head }) => html`<th scope="col">${head}</th>`);
  const body = rows.map(
    ({ claim, cells }) =>
      html`<tr><th scope="row">${titleOf(claim)}</th>${cells.map((cell) => shade(atlas, cell))}</tr>`,
  );
  return html`${title}${sentences(atlas, rows)}
<table class="first"><thead><tr><th scope="col">decoder / attention <span class="long">learning </span>rate</th>${heads}</tr></thead><tbody>${body}</tbody></table>
<p class="small muted">Percent of random training runs in which the claim holds; below it, exact ${100 * atlas.confidence} % limits for all ${atlas.cells.length} cells of the <a href="#atlas">atlas</a> together. K = ${BASE.classes}, M = ${BASE.vocabulary}, one common token; T infinite, checked at every step, but for T = ${SHORT} (batch ${SHORT}, over the whole run).${largeVocabulary(atlas)}</p>`;
}
