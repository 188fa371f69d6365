/** The paper's Figure 4, drawn from training: attention over training at two ratios of the learning rates. */
import * as Plot from '@observablehq/plot';
import { colour, onShade, ramp } from './palette.ts';
import { type Drawing, madeBy, type Panel, textWidth } from './svg.ts';

interface HeatMapData {
  /** `etaY = etaZ = 1`: c_n of one class over its tokens after each of some steps. */
  readonly runs: readonly {
    readonly name: string;
    readonly rows: readonly { readonly step: number; readonly attention: readonly number[] }[];
  }[];
  /** How many of the tokens, the first ones, are common. */
  readonly common: number;
  readonly protocol: string;
  readonly command?: string;
}

const CELLS = 8;

/** What a shade stands for, from nothing to `most`. */
function shadeLegend(width: number, left: number, most: number, text: (x: number) => string): Panel {
  const steps = Array.from({ length: CELLS }, (_, i) => i);
  return {
    width: Math.min(width, left + 320),
    height: 40,
    marginLeft: left,
    marginTop: 4,
    marginBottom: 12,
    marginRight: 4,
    x: { axis: null, domain: steps, padding: 0.05 },
    marks: [
      Plot.cell(steps, { x: (i: number) => i, fill: (i: number) => ramp('shade', (i + 0.5) / CELLS) }),
      Plot.text(steps, {
        x: (i: number) => i,
        text: (i: number) => text((most * (i + 0.5)) / CELLS),
        fill: (i: number) => onShade((i + 0.5) / CELLS),
        fontSize: 11.5,
      }),
    ],
  };
}

export function heatMapDrawing({ runs, common, protocol, command }: HeatMapData, width = 700): Drawing {
  const cells = runs.flatMap(({ name, rows }) =>
    rows.flatMap(({ step, attention }) =>
      attention.map((share, token) => ({ name, step: step.toLocaleString('en-US'), token, share })),
    ),
  );
  const most = Math.max(...cells.map(({ share }) => share));
  const narrow = width < 500;
  const facet = narrow ? 'fy' : 'fx';
  const tokens = runs[0].rows[0].attention.length;
  const steps = [...new Set(cells.map(({ step }) => step))];
  type C = (typeof cells)[number];
  const label = (text: string, from: number, to: number, name: 'ochre' | 'blue') =>
    Plot.text(runs, {
      [facet]: 'name',
      x: () => Math.floor((from + to) / 2),
      text: () => text,
      frameAnchor: 'bottom',
      dy: 14,
      fill: colour(name),
    });
  const marginLeft = 14 + textWidth('1,000');
  return {
    panels: [
      {
        width,
        height: narrow ? 480 : 270,
        marginLeft,
        marginRight: 4,
        marginTop: 30,
        marginBottom: 30,
        x: { axis: null, domain: Array.from({ length: tokens }, (_, i) => i), padding: 0.06 },
        y: { domain: steps, label: '↓ training step', labelAnchor: 'top', tickSize: 0, padding: 0.06 },
        fx: { axis: null, padding: 0.05 },
        fy: { axis: null, padding: 0.16 },
        marks: [
          Plot.cell(cells, {
            x: 'token',
            y: 'step',
            [facet]: 'name',
            fill: (c: C) => ramp('shade', c.share / most),
            title: (c: C) => `token ${c.token}, step ${c.step}: ${(100 * c.share).toFixed(1)} %`,
          }),
          Plot.text(runs, { [facet]: 'name', text: 'name', frameAnchor: 'top', dy: -12, fontWeight: 600 }),
          label('common', 0, common, 'ochre'),
          label('distinct, by P(l|n)', common, tokens, 'blue'),
        ],
      },
      shadeLegend(width, marginLeft, most, (x) => `${(100 * x).toFixed(0)} %`),
    ],
    title: 'Attention in training at two ratios (the paper’s Figure 4)',
    caption: `A column is a token of one class, a row a training step, the shade the token's share c_l of the attention (key below). Attention leaves the common tokens and concentrates on the frequent distinct ones, then stays; with the faster decoder it stays sooner and denser, as the paper says. ${protocol}${madeBy(command)}`,
  };
}
