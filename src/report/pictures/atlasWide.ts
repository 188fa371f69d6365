/** The whole atlas in one picture, as wide as a wide page: claims side by side, slices below one another. */
import * as Plot from '@observablehq/plot';
import { type Atlas, slicesOf } from '../../atlas/document.ts';
import { RATIOS, type Slice } from '../../atlas/settings.ts';
import { cellFinder } from '../atlas.ts';
import { HEADLINES } from '../headlines.ts';
import { captionOf, columns, fillOf, type Place, placeOf } from './atlasMap.ts';
import type { Drawing, Panel } from './svg.ts';

/** The page's inner width at 1400 px. */
const WIDTH = 1312;
const [LABEL, ROW, HEAD, CLAIMS] = [70, 24, 46, 30];

interface Faceted extends Place {
  readonly claim: string;
}

function panel(slice: Slice, claims: readonly string[], places: readonly Faceted[], first: boolean): Panel {
  const head = HEAD + (first ? CLAIMS : 0);
  const cell = { x: 'x', y: 'y', fx: 'claim' } as const;
  return {
    width: WIDTH,
    height: head + slice.rows.length * ROW + 4,
    marginLeft: LABEL,
    marginRight: 0,
    marginTop: head,
    marginBottom: 4,
    fx: { axis: null, domain: [...claims], padding: 0.04 },
    x: { axis: null, domain: columns, padding: 0.04 },
    y: {
      domain: slice.rows.map(({ label }) => label),
      label: null,
      tickSize: 0,
      tickPadding: 4,
      padding: 0.06,
    },
    marks: [
      Plot.axisX({ anchor: 'top', tickSize: 0, label: null, fontSize: 12 }),
      ...(first
        ? [
            Plot.text(claims, {
              fx: (claim: string) => claim,
              text: (claim: string) => claim,
              frameAnchor: 'top',
              dy: -head + 8,
              fontWeight: 600,
              fontSize: 12.5,
            }),
          ]
        : []),
      Plot.text(claims.slice(0, 1), {
        fx: (claim: string) => claim,
        text: () => `${slice.axis}; columns: etaY/etaZ`,
        frameAnchor: 'top-left',
        dx: -LABEL,
        dy: -HEAD + 12,
        textAnchor: 'start',
        fontWeight: 600,
        fontSize: 12.5,
      }),
      Plot.cell(places, { ...cell, fill: fillOf }),
      Plot.text(places, { ...cell, text: 'text', fontSize: 12 }),
    ],
  };
}

/** Every cell of the atlas. */
export function wideAtlasDrawing(atlas: Atlas): Drawing {
  const find = cellFinder(atlas);
  const claims = atlas.claims.map((claim) => HEADLINES[claim].title);
  const panels = slicesOf(atlas.slices).map((slice, i) => {
    const places = slice.rows.flatMap((row) =>
      atlas.claims.flatMap((claim, c) =>
        RATIOS.flatMap((x) => {
          const cell = find(claim, row, x);
          return cell ? [{ ...placeOf(cell, x, row.label, atlas.width), claim: claims[c] }] : [];
        }),
      ),
    );
    return panel(slice, claims, places, i === 0);
  });
  return { panels, title: 'The theory needs a much faster decoder', caption: captionOf(atlas) };
}
