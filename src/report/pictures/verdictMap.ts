import * as Plot from '@observablehq/plot';
import { isOtherModel } from '../../ladder/tree.ts';
import { controlled, type Row, type Verdict } from '../../verify/result.ts';
import { headlinesFirst, verdictExpected } from '../format.ts';
import { rungOrder } from '../rungOrder.ts';
import { HEADLINE, marked, VERDICTS } from '../symbols.ts';
import { type Colour, colour } from './palette.ts';
import { type Drawing, madeBy, type Panel, standAlone, textWidth } from './svg.ts';

const FILL: Record<Verdict, Colour> = { holds: 'holds', violated: 'violated', undecided: 'undecided' };

interface MapOptions {
  /** The width of a tile, in pixels: it decides whether there is room for a word and for counts. */
  readonly tile?: number;
  /** The command that made the rows, for a picture in a file of its own. */
  readonly command?: string;
  /** Where the tile of a row leads to, on a page. */
  readonly link?: (row: Row) => string;
}

/** Claim x rung, at the left of a panel that is at least `least` wide. */
function tiles(rows: readonly Row[], { tile = 150, link }: MapOptions, least = 0): Panel {
  const claims = [...new Set(headlinesFirst(rows).map((row) => row.claim))];
  const rungs = [...new Set(rows.map(({ rung }) => rung))].sort(rungOrder);
  const counts = tile >= 140;
  const words = tile >= 80;
  const seen = (row: Row) =>
    row.verdict === 'violated' ? `in ${row.violated} of ${row.worlds}` : `in ${row.held} of ${row.worlds}`;
  const headline = new Set(rows.filter((row) => row.headline).map((row) => row.claim));
  const name = (claim: string) => (headline.has(claim) ? `${HEADLINE} ${claim}` : claim);
  const marginLeft = (words ? 12 : 4) + Math.max(...claims.map((claim) => textWidth(name(claim))));
  const marginTop = words ? 40 : 14 + Math.max(...rungs.map((rung) => textWidth(rung)));
  const full = marginLeft + Math.max(3, rungs.length) * tile;
  const width = Math.max(least, full + (counts ? 20 : 4));
  const cell = { x: 'rung', y: 'claim' } as const;
  // What lies on a tile leaves the click to it.
  const above = { pointerEvents: 'none' } as const;
  return {
    width,
    height: marginTop + 10 + claims.length * (counts ? 46 : 24),
    marginLeft,
    marginTop,
    marginBottom: 10,
    marginRight: width - full,
    x: {
      axis: 'top',
      domain: rungs,
      label: null,
      tickSize: 0,
      padding: 0.04,
      ...(words ? {} : { tickRotate: -90 }),
    },
    y: { domain: claims, label: null, tickSize: 0, tickPadding: 4, padding: 0.08, tickFormat: name },
    marks: [
      Plot.cell(rows, {
        ...cell,
        fill: (row: Row) => colour(FILL[row.verdict]),
        rx: 3,
        ...(link ? { href: link } : {}),
        title: (row: Row) =>
          `${row.claim} on ${row.rung}: ${VERDICTS[row.verdict].word}, ${row.decided}, ${seen(row)}`,
      }),
      Plot.cell(rows, {
        ...cell,
        ...above,
        filter: (row: Row) => !verdictExpected(row) || !controlled(row),
        fill: 'none',
        stroke: colour('alarm'),
        strokeWidth: 2.5,
        rx: 3,
      }),
      Plot.text(rows, {
        ...cell,
        ...above,
        text: ({ verdict }: Row) => (words ? marked(VERDICTS[verdict]) : VERDICTS[verdict].symbol),
        dy: counts ? -8 : 0,
        fontWeight: 600,
      }),
      ...(counts ? [Plot.text(rows, { ...cell, ...above, text: seen, dy: 9, fill: colour('ink') })] : []),
    ],
  };
}

/**
 * Claim x rung, for the rungs of the paper and below for those of other models: the verdict as colour and word or symbol, with its
 * worlds; a red frame marks what was not expected.
 */
export function verdictDrawing(rows: readonly Row[], options: MapOptions = {}): Drawing {
  const { tile = 150, command, link } = options;
  const counts = tile >= 140;
  const [others, own] = [true, false].map((other) => rows.filter(({ rung }) => isOtherModel(rung) === other));
  const parts = [own, others].filter((part) => part.length > 0);
  const width = Math.max(...parts.map((part) => tiles(part, options).width));
  return {
    panels: parts.map((part) => tiles(part, options, width)),
    title: 'What holds on which rung',
    caption: `Each statement on each rung on which it can be checked, from training itself (left) to the idealised dynamics of the paper (right); below, on the rungs of other models. Green: ${marked(VERDICTS.holds)}; orange: ${marked(VERDICTS.violated)}; grey: ${marked(VERDICTS.undecided)}.${counts ? ' Below: in how many random worlds.' : ''} ${HEADLINE}: what the paper is known for. A red frame: not as expected, the verdict or a control.${link ? ' A tile leads to its row.' : ''}${madeBy(command)}`,
  };
}

export const verdictMap = (rows: readonly Row[], command: string): string =>
  standAlone(verdictDrawing(rows, { command }));
