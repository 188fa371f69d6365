import * as Plot from '@observablehq/plot';
import { controlled, type Row, type Verdict } from '../../verify/result.ts';
import { headlinesFirst, verdictExpected } from '../format.ts';
import { type Colour, colour } from './palette.ts';
import { type Drawing, standAlone, textWidth } from './svg.ts';

const FILL: Record<Verdict, Colour> = { holds: 'holds', violated: 'violated', undecided: 'undecided' };
/** Where a tile has no room for a word. */
const MARK: Record<Verdict, string> = { holds: '✓', violated: '✗', undecided: '?' };

/** From what is trained to what is most idealised; a rung not listed comes last. */
const LADDER = ['sgd', 'population', 'flow', 'modified', 'frozen', 'two-timescale', 'single-ct', 'algebra'];
const place = (rung: string) => (LADDER.indexOf(rung) + LADDER.length + 1) % (LADDER.length + 1);

/** Claim x rung: the verdict as colour and word or mark, with its worlds; a red frame marks what was not expected. */
export function verdictDrawing(rows: readonly Row[], command: string, tile = 150): Drawing {
  const claims = [...new Set(headlinesFirst(rows).map((row) => row.claim))];
  const rungs = [...new Set(rows.map((row) => row.rung))].sort((a, b) => place(a) - place(b));
  const counts = tile >= 140;
  const words = tile >= 80;
  const seen = (row: Row) =>
    row.verdict === 'violated' ? `in ${row.violated} of ${row.worlds}` : `in ${row.held} of ${row.worlds}`;
  const headline = new Set(rows.filter((row) => row.headline).map((row) => row.claim));
  const name = (claim: string) => (headline.has(claim) ? `★ ${claim}` : claim);
  const marginLeft = (words ? 12 : 4) + Math.max(...claims.map((claim) => textWidth(name(claim))));
  const marginTop = words ? 40 : 14 + Math.max(...rungs.map((rung) => textWidth(rung)));
  const cell = { x: 'rung', y: 'claim' } as const;
  return {
    panels: [
      {
        width: marginLeft + (counts ? 20 : 4) + Math.max(3, rungs.length) * tile,
        height: marginTop + 10 + claims.length * (counts ? 46 : 24),
        marginLeft,
        marginTop,
        marginBottom: 10,
        marginRight: counts ? 20 : 4,
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
            title: (row: Row) => `${row.claim} on ${row.rung}: ${row.verdict}, ${row.decided}, ${seen(row)}`,
          }),
          Plot.cell(rows, {
            ...cell,
            filter: (row: Row) => !verdictExpected(row) || !controlled(row),
            fill: 'none',
            stroke: colour('alarm'),
            strokeWidth: 2.5,
            rx: 3,
          }),
          Plot.text(rows, {
            ...cell,
            text: (row: Row) =>
              counts ? row.verdict : words ? `${MARK[row.verdict]} ${row.verdict}` : MARK[row.verdict],
            dy: counts ? -8 : 0,
            fontWeight: 600,
          }),
          ...(counts ? [Plot.text(rows, { ...cell, text: seen, dy: 9, fill: colour('ink') })] : []),
        ],
      },
    ],
    title: 'What holds on which rung',
    caption: `Every statement asked of every rung of the ladder it can be asked of, from training itself (left) to the paper's idealised dynamics (right). ${counts ? 'Green: holds; orange: violated; grey: undecided; below it the number of random worlds in which that was seen.' : '✓ and green: holds; ✗ and orange: violated; ? and grey: undecided.'} ★: what the paper is known for. A red frame: not the expected verdict, or a control that did not come out as it must. Made by: ${command}`,
  };
}

export const verdictMap = (rows: readonly Row[], command: string): string =>
  standAlone(verdictDrawing(rows, command));
