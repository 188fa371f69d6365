/** Heat maps of attention over training: rows are steps, columns tokens, the shade is the token's share. */
import * as Plot from '@observablehq/plot';
import { colour, onShade, ramp } from './palette.ts';
import { type Drawing, madeBy, type Panel, textWidth } from './svg.ts';

/** Attention of one class over its tokens after each of some steps. */
export type StepRows = readonly { readonly step: number; readonly attention: readonly number[] }[];

interface Spread {
  readonly mean: number;
  readonly std: number;
}

/** What `fixtures/figures/figure4.json` holds. */
export interface AttentionData {
  readonly schema: 1;
  readonly figure: string;
  readonly command: string;
  readonly protocol: string;
  /** How many of the tokens, the first ones, are common. */
  readonly common: number;
  /** The step of the row that the paper calls "Final". */
  readonly final: number;
  readonly seeds: number;
  readonly runs: readonly { readonly name: string; readonly classes: readonly StepRows[] }[];
  /** Of the row `final`, over seeds, averaged over classes. */
  readonly summary: readonly {
    readonly etaY: number;
    readonly entropyOverDistinct: Spread;
    readonly commonShare: Spread;
    readonly topShare: Spread;
    readonly movedAfter10: Spread;
    readonly movedAfter48: Spread;
  }[];
  /** The authors' log beside our seeds, for the first run. */
  readonly losses: readonly {
    readonly iteration: number;
    readonly published: number;
    readonly low: number;
    readonly mean: number;
    readonly high: number;
  }[];
}

const SHADES = 8;

/** What a shade stands for, from nothing to `most`. */
export function shadeLegend(width: number, most: number): Panel {
  const steps = Array.from({ length: SHADES }, (_, i) => i);
  return {
    width: Math.min(width, LEFT + 320),
    height: 40,
    marginLeft: LEFT,
    marginTop: 4,
    marginBottom: 12,
    marginRight: 4,
    x: { axis: null, domain: steps, padding: 0.05 },
    marks: [
      Plot.cell(steps, { x: (i: number) => i, fill: (i: number) => ramp('shade', (i + 0.5) / SHADES) }),
      Plot.text(steps, {
        x: (i: number) => i,
        text: (i: number) => `${((100 * most * (i + 0.5)) / SHADES).toFixed(0)} %`,
        fill: (i: number) => onShade((i + 0.5) / SHADES),
        fontSize: 11.5,
      }),
    ],
  };
}

interface Cell {
  readonly x: string;
  readonly y: string;
  /** In [0, 1]. */
  readonly shade: number;
}

/** The cells as one path a shade: a rectangle each would make the picture five times as large. */
const shaded =
  (cells: readonly Cell[]): Plot.RenderFunction =>
  (_, scales, __, ___, { document }) => {
    const [x, y] = [scales.x!, scales.y!] as unknown as ((value: string) => number)[];
    const [w, h] = [scales.x!, scales.y!].map((scale) =>
      (scale as unknown as { bandwidth(): number }).bandwidth(),
    );
    const round = (value: number) => String(Math.round(10 * value) / 10);
    const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    group.setAttribute('aria-label', 'cells');
    for (let i = 0; i < SHADES; i++) {
      const own = cells.filter(({ shade }) => Math.min(SHADES - 1, Math.floor(SHADES * shade)) === i);
      if (own.length === 0) continue;
      const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
      path.setAttribute('fill', ramp('shade', (i + 0.5) / SHADES));
      path.setAttribute(
        'd',
        own.map((c) => `M${round(x(c.x))},${round(y(c.y))}h${round(w)}v${round(h)}h${round(-w)}z`).join(''),
      );
      group.append(path);
    }
    return group;
  };

interface Grid {
  readonly name: string;
  readonly rows: StepRows;
}

const LEFT = 16 + textWidth('48 = Final');
/** Empty columns and rows between grids. */
const [BESIDE, BELOW] = [1, 3];

/**
 * Grids of the same steps and tokens, `across` in a row, named above.
 * @param most the share that has the darkest shade, @param final the step that the paper calls "Final"
 */
export function heatPanel(
  grids: readonly Grid[],
  {
    across,
    width,
    common,
    most,
    final,
  }: { across: number; width: number; common: number; most: number; final: number },
): Panel {
  const [{ rows }] = grids;
  const tokens = rows[0].attention.length;
  const down = Math.ceil(grids.length / across);
  const key = (kind: string, at: number, i: number) => `${kind}${at}:${i}`;
  const axis = (count: number, size: number, gap: number, kind: string, label = '') =>
    Array.from({ length: count }, (_, g) => [
      ...Array.from({ length: size }, (_, i) => key(kind, g, i)),
      ...(g < count - 1 ? Array.from({ length: gap }, (_, i) => key(`${label}gap`, g, i)) : []),
    ]).flat();
  const place = grids.map((grid, g) => ({ ...grid, column: g % across, row: Math.floor(g / across) }));
  const cells = place.flatMap(({ rows, column, row }) =>
    rows.flatMap(({ attention }, i) =>
      attention.map((share, token) => ({
        ...{ x: key('x', column, token), y: key('y', row, i), shade: share / most },
      })),
    ),
  );
  const stepOf = new Map(
    place.flatMap(({ row }) =>
      rows.map(({ step }, i) => [
        key('y', row, i),
        step === final ? `${step} = Final` : step.toLocaleString('en-US'),
      ]),
    ),
  );
  const word = (text: string, from: number, to: number, name: 'ochre' | 'blue') =>
    Plot.text(
      Array.from({ length: across }, (_, column) => key('x', column, Math.floor((from + to) / 2))),
      { x: (x: string) => x, text: () => text, frameAnchor: 'bottom', dy: 14, fill: colour(name) },
    );
  const yDomain = axis(down, rows.length, BELOW, 'y', 'y');
  return {
    width,
    height: 30 + 34 + yDomain.length * 15,
    marginLeft: LEFT,
    marginRight: 4,
    marginTop: 34,
    marginBottom: 30,
    x: { type: 'band', axis: null, domain: axis(across, tokens, BESIDE, 'x', 'x'), padding: 0.06 },
    y: {
      type: 'band',
      domain: yDomain,
      ticks: [...stepOf.keys()],
      tickFormat: (y: string) => stepOf.get(y) ?? '',
      label: '↓ training step',
      labelAnchor: 'top',
      labelOffset: LEFT - 4,
      tickSize: 0,
      padding: 0.06,
    },
    marks: [
      shaded(cells),
      Plot.text(place, {
        x: (g: (typeof place)[number]) => key('x', g.column, Math.floor(tokens / 2)),
        y: (g: (typeof place)[number]) => key('y', g.row, 0),
        text: 'name',
        dy: -16,
        fontWeight: 600,
      }),
      word('common', 0, common, 'ochre'),
      word(across > 2 ? 'distinct' : 'distinct, by P(l|n)', common, tokens, 'blue'),
    ],
  };
}

/** The largest share in a grid. */
export const largestShare = (grids: readonly { readonly rows: StepRows }[]): number =>
  Math.max(...grids.flatMap(({ rows }) => rows.flatMap(({ attention }) => attention)));

/** The paper's Figure 4: both classes at two ratios of the learning rates. */
export function attentionDrawing(data: AttentionData, width = 700): Drawing {
  const { runs, common, final, protocol, command } = data;
  const narrow = width < 500;
  const grids = [0, 1].flatMap((n) =>
    runs.map(({ name, classes }) => ({ name: `${name}, class ${n + 1}`, rows: classes[n] })),
  );
  const most = largestShare(grids);
  return {
    panels: [
      heatPanel(grids, { across: narrow ? 1 : 2, width, common, most, final }),
      shadeLegend(width, most),
    ],
    title: 'Attention in training at two ratios (the paper’s Figure 4)',
    caption: `A column is a token of one class, a row a training step, the shade the token's share c_l of the attention (key below). The rows are the published ones, and step 1,000. Attention leaves the common tokens and concentrates on the frequent distinct ones, then stays; with the faster decoder it stays sooner and denser, as the paper says. ${protocol}${madeBy(command)}`,
  };
}
