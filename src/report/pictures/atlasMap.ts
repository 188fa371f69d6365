import * as Plot from '@observablehq/plot';
import type { Cell } from '../../atlas/cells.ts';
import { type Atlas, slicesOf } from '../../atlas/document.ts';
import { BASE, type ClaimId, nameOf, RATIOS, type Slice, settingOf, sliceIds } from '../../atlas/settings.ts';
import { cellFinder, holding, ratioText } from '../atlas.ts';
import { HEADLINES } from '../headlines.ts';
import { colour, ramp } from './palette.ts';
import { type Drawing, type Panel, standAlone } from './svg.ts';

/** At this width a picture needs no scaling on a page of 400 px: the text stays as large as it is drawn. */
const WIDTH = 360;
const LABEL = 74;
const ROW = 26;
const HEAD = 46;

/** Limits in whole percent, rounded outward: `91–99`, `≤6`, `≥94`. */
export function shortLimits({ low, high }: { low: number; high: number }): string {
  // The small term keeps a double just beside a whole number from being rounded past it.
  const [a, b] = [Math.floor(100 * low + 1e-9), Math.ceil(100 * high - 1e-9)];
  if (a <= 0 && b >= 100) return '?';
  return a <= 0 ? `≤${b}` : b >= 100 ? `≥${a}` : `${a}–${b}`;
}

export interface Place {
  readonly x: string;
  readonly y: string;
  readonly text: string;
  /** The middle of the limits. */
  readonly share: number;
  readonly open: boolean;
}

export const columns = RATIOS.map(ratioText);

/** Blue to orange, readable without a sense of red and green. */
export const fillOf = (p: Place): string => (p.open ? colour('undecided') : ramp('diverging', p.share));

function panel(title: string, rows: readonly string[], places: readonly Place[], last: boolean): Panel {
  const foot = last ? 34 : 4;
  const cell = { x: 'x', y: 'y' } as const;
  return {
    width: WIDTH,
    height: HEAD + rows.length * ROW + foot,
    marginLeft: LABEL,
    marginRight: 0,
    marginTop: HEAD,
    marginBottom: foot,
    x: { axis: 'top', domain: columns, label: null, tickSize: 0, padding: 0.04 },
    y: { domain: [...rows], label: null, tickSize: 0, tickPadding: 4, padding: 0.06 },
    marks: [
      Plot.text([title], {
        frameAnchor: 'top-left',
        dx: -LABEL,
        dy: -HEAD + 6,
        textAnchor: 'start',
        fontWeight: 600,
        fontSize: 13,
      }),
      Plot.cell(places, {
        ...cell,
        fill: fillOf,
      }),
      Plot.text(places, { ...cell, text: 'text', fontSize: 12.5 }),
      ...(last
        ? [Plot.text(['etaY/etaZ'], { frameAnchor: 'bottom', dy: 22, fontStyle: 'italic', fontSize: 12.5 })]
        : []),
    ],
  };
}

export const placeOf = (cell: Cell, x: number, y: string, width: number): Place => ({
  x: ratioText(x),
  y,
  text: shortLimits(holding(cell)),
  share: 1 - (cell.low + cell.high) / 2,
  open: !(cell.high - cell.low < width),
});

/** What is checked of each claim in a training run. */
const CHECKED: Record<ClaimId, string> = {
  discriminative: 'every distinct token gains and every common token loses',
  frequency: 'of two distinct tokens of a class the more frequent one gains more',
  sparsification: 'the entropy of attention over the distinct tokens of each class falls',
  snap: 'over every doubling of the time no logit moves further than the clock of the decoder allows, and some logits move',
};

const reading = (atlas: Atlas) =>
  `Numbers: exact ${100 * atlas.confidence} % limits of each cell alone, in percent, of the ${atlas.problem ? 'trainings' : 'random worlds'} in which this holds; blue: it holds, orange: it does not. Columns: how much faster the decoder learns than attention.`;
const baseText = ({ problem }: Atlas) =>
  problem
    ? `Around one problem, K = ${problem.classes.length}, M = ${problem.vocabulary}. Base: infinitely long sequences, zero start, etaY from 0.5 to 1, trained to four times the onset t0 of the snap.`
    : `Base: one common token, K = ${BASE.classes}, M = ${BASE.vocabulary}, infinitely long sequences, zero start, etaY from 0.5 to 1, trained to four times the onset t0 of the snap.`;
const command = (atlas: Atlas) => {
  const all = sliceIds(atlas.problem).length;
  const part = atlas.slices.length < all ? ` --slices ${atlas.slices.join(' ')}` : '';
  const around = atlas.problem ? ' --problem <file>' : '';
  return `Made by: snapcheck atlas${around}${part} --seed ${atlas.seed} --width ${atlas.width}`;
};

/** What the picture of all claims says. */
export const captionOf = (atlas: Atlas): string =>
  `The four claims in ordinary training. ${reading(atlas)} ${baseText(atlas)} ${command(atlas)}`;

/** One claim over all slices. */
function claimMap(atlas: Atlas, claim: ClaimId): Drawing {
  const find = cellFinder(atlas);
  const chosen = slicesOf(atlas.slices);
  const panels = chosen.map((slice: Slice, i) =>
    panel(
      slice.axis,
      slice.rows.map(({ label }) => label),
      slice.rows.flatMap((row) =>
        RATIOS.flatMap((x) => {
          const cell = find(claim, row, x);
          return cell ? [placeOf(cell, x, row.label, atlas.width)] : [];
        }),
      ),
      i === chosen.length - 1,
    ),
  );
  return {
    panels,
    title: HEADLINES[claim].title,
    caption: `Checked in training, at steps a tenth of the time apart (whole run: over the net displacement): ${CHECKED[claim]}. ${reading(atlas)} ${baseText(atlas)} ${command(atlas)}`,
  };
}

/** All claims at the base setting. */
function overview(atlas: Atlas): Drawing {
  const base = new Map(atlas.cells.map((cell) => [`${cell.claim} ${cell.setting}`, cell]));
  const row = { label: 'base', change: {} };
  const places = atlas.claims.flatMap((claim) =>
    RATIOS.flatMap((x) => {
      const cell = base.get(`${claim} ${nameOf(settingOf(row, x, atlas.problem))}`);
      return cell ? [placeOf(cell, x, HEADLINES[claim].label, atlas.width)] : [];
    }),
  );
  const names = atlas.claims.map((claim) => HEADLINES[claim].label);
  return {
    panels: [panel('', names, places, true)],
    title: atlas.problem ? 'The four claims around one problem' : 'The theory needs a much faster decoder',
    caption: captionOf(atlas),
  };
}

interface AtlasDrawing {
  readonly file: string;
  readonly alt: string;
  readonly drawing: Drawing;
}

/** A heat map a claim, and before them one of all claims at the base where a slice crosses it. */
export function atlasDrawings(atlas: Atlas): AtlasDrawing[] {
  const drawings = atlas.claims.map((claim) => ({
    file: `atlas-${claim}.svg`,
    alt: HEADLINES[claim].title,
    drawing: claimMap(atlas, claim),
  }));
  const crosses = atlas.slices.some((id) => ['commons', 'classes', 'vocabulary', 'momentum'].includes(id));
  if (!crosses) return drawings;
  const all = { file: 'atlas.svg', alt: 'Where the four claims hold in training', drawing: overview(atlas) };
  return [all, ...drawings];
}

/** The same as files. */
export const atlasPictures = (atlas: Atlas) =>
  atlasDrawings(atlas).map(({ file, alt, drawing }) => ({ file, alt, svg: standAlone(drawing) }));
