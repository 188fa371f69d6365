import * as Plot from '@observablehq/plot';
import type { Row, Verdict } from '../../verify/result.ts';
import { controlFailed, headlinesFirst, verdictExpected } from '../format.ts';
import { svg } from './svg.ts';

const FILL: Record<Verdict, string> = { holds: '#cfe8d5', violated: '#f6d3a8', undecided: '#dddddd' };

/** From what is trained to what is most idealised; a rung not listed comes last. */
const LADDER = ['sgd', 'population', 'flow', 'modified', 'frozen', 'two-timescale', 'single-ct', 'algebra'];
const place = (rung: string) => (LADDER.indexOf(rung) + LADDER.length + 1) % (LADDER.length + 1);

/** Claim x rung: the verdict as colour and word, with its worlds; a red frame marks what was not expected. */
export function verdictMap(rows: readonly Row[], command: string): string {
  const claims = [...new Set(headlinesFirst(rows).map((row) => row.claim))];
  const rungs = [...new Set(rows.map((row) => row.rung))].sort((a, b) => place(a) - place(b));
  const seen = (row: Row) =>
    row.verdict === 'violated' ? `in ${row.violated} of ${row.worlds}` : `in ${row.held} of ${row.worlds}`;
  const headline = new Set(rows.filter((row) => row.headline).map((row) => row.claim));
  const marginLeft = 30 + 8 * Math.max(...claims.map((claim) => claim.length));
  const cell = { x: 'rung', y: 'claim' } as const;
  return svg(
    [
      {
        width: marginLeft + 20 + Math.max(3, rungs.length) * 150,
        height: 50 + claims.length * 46,
        marginLeft,
        marginTop: 40,
        marginBottom: 10,
        x: { axis: 'top', domain: rungs, label: null, tickSize: 0, padding: 0.04 },
        y: {
          domain: claims,
          label: null,
          tickSize: 0,
          padding: 0.08,
          tickFormat: (c) => (headline.has(c) ? `★ ${c}` : c),
        },
        marks: [
          Plot.cell(rows, { ...cell, fill: (row: Row) => FILL[row.verdict], rx: 3 }),
          Plot.cell(rows, {
            ...cell,
            filter: (row: Row) => !verdictExpected(row) || !controlFailed(row),
            fill: 'none',
            stroke: '#c00000',
            strokeWidth: 2.5,
            rx: 3,
          }),
          Plot.text(rows, { ...cell, text: 'verdict', dy: -8, fontWeight: 600 }),
          Plot.text(rows, { ...cell, text: seen, dy: 9, fill: '#444' }),
        ],
      },
    ],
    {
      title: 'What holds on which rung',
      caption: `Every statement asked of every rung of the ladder it can be asked of, from training itself (left) to the paper's idealised dynamics (right). Green: holds; orange: violated; grey: undecided; below it the number of random worlds in which that was seen. ★: what the paper is known for. A red frame: not the expected verdict, or a control that found no violation. Made by: ${command}`,
    },
  );
}
