/** The paper's Figure 6: entropy of attention against the ratio of the learning rates, published and reproduced. */
import * as Plot from '@observablehq/plot';
import { HUES } from './lineEnds.ts';
import { colour } from './palette.ts';
import { type Drawing, madeBy, type Panel } from './svg.ts';

interface Spread {
  readonly mean: number;
  readonly std: number;
  readonly size: number;
}

/** What `fixtures/figures/figure6.json` holds. */
export interface EntropyData {
  readonly schema: 1;
  readonly figure: string;
  readonly command: string;
  readonly protocol: string;
  readonly firstSeed: number;
  readonly seeds: number;
  /** Family-wise level of the tests, rows that agree, rows, and sqrt(mean z^2). */
  readonly level: number;
  readonly agree: number;
  readonly rows: number;
  readonly rmsZ: number;
  readonly table: readonly {
    readonly queryTokens: number;
    readonly nextTokens: number;
    readonly etaZ: number;
    readonly ratio: number;
    readonly published: Spread;
    readonly ours: Spread;
    /** The difference in standard errors, and the p-value of Welch's test with the rounding of the table. */
    readonly z: number;
    readonly pValue: number;
  }[];
}

const SYMBOLS = ['circle', 'square', 'triangle', 'diamond'] as const;
/** Published points stand a little left of ours. */
const APART = 1.045;

function facets({ table }: EntropyData, width: number): Panel {
  const narrow = width < 500;
  const sizes = [...new Set(table.map(({ queryTokens }) => queryTokens))];
  const rates = [...new Set(table.map(({ etaZ }) => etaZ))];
  const ratios = [...new Set(table.map(({ ratio }) => ratio))];
  const across = narrow ? 1 : 2;
  const cell = (queryTokens: number) => {
    const i = sizes.indexOf(queryTokens);
    return { fx: i % across, fy: Math.floor(i / across) };
  };
  const points = table.flatMap((row) => [
    { ...row, ...row.published, ...cell(row.queryTokens), x: row.ratio / APART, own: false },
    { ...row, ...row.ours, ...cell(row.queryTokens), x: row.ratio * APART, own: true },
  ]);
  type P = (typeof points)[number];
  const facet = { fx: 'fx', fy: 'fy' } as const;
  const hue = ({ etaZ }: { etaZ: number }) => colour(HUES[rates.indexOf(etaZ)]);
  const titles = sizes.map((queryTokens) => {
    const next = table.find((row) => row.queryTokens === queryTokens)!.nextTokens;
    return {
      ...cell(queryTokens),
      text: `${queryTokens} query token${queryTokens > 1 ? 's' : ''}, ${next} next`,
    };
  });
  const bottom = Math.min(...points.map((p) => p.mean - p.std));
  const top = Math.max(...points.map((p) => p.mean + p.std));
  const rows = Math.ceil(sizes.length / across);
  return {
    width,
    height: 66 + rows * (narrow ? 180 : 210),
    marginTop: 58,
    marginBottom: 42,
    marginLeft: 46,
    marginRight: 8,
    x: {
      type: 'log',
      domain: [Math.min(...ratios) / 1.13, Math.max(...ratios) * 1.13],
      ticks: ratios,
      tickFormat: (x: number) => String(x),
      label: 'etaY/etaZ →',
      labelAnchor: 'center',
    },
    y: { label: '↑ entropy over distinct tokens, nats', grid: true, domain: [bottom, top], ticks: 5 },
    fx: { axis: null, padding: 0.06 },
    fy: { axis: null, padding: 0.16 },
    marks: [
      Plot.line(
        points.filter((p) => p.own),
        { ...facet, x: 'x', y: 'mean', z: 'etaZ', stroke: hue, strokeOpacity: 0.6 },
      ),
      Plot.ruleX(points, {
        ...facet,
        x: 'x',
        y1: (p: P) => p.mean - p.std,
        y2: (p: P) => p.mean + p.std,
        stroke: hue,
      }),
      Plot.dot(points, {
        ...facet,
        x: 'x',
        y: 'mean',
        r: 3.5,
        symbol: (p: P) => SYMBOLS[rates.indexOf(p.etaZ)],
        stroke: hue,
        fill: (p: P) => (p.own ? hue(p) : colour('ground')),
      }),
      Plot.text(titles, { ...facet, text: 'text', frameAnchor: 'top', dy: -10, fontWeight: 600 }),
    ],
  };
}

/** Which mark is which rate, above the facets. */
function key({ table }: EntropyData, width: number): Panel {
  const rates = [...new Set(table.map(({ etaZ }) => etaZ))];
  return {
    width,
    height: 24,
    margin: 0,
    x: { axis: null, domain: [0, width] },
    y: { axis: null, domain: [0, 1] },
    marks: rates.flatMap((rate, i) => {
      const left = 52 + i * (width < 500 ? 78 : 100);
      return [
        Plot.dot([left], {
          ...{ x: (x: number) => x, y: () => 0.5, r: 4, symbol: SYMBOLS[i], fill: colour(HUES[i]) },
        }),
        Plot.text([left], {
          x: (x: number) => x,
          y: () => 0.5,
          text: () => (width < 500 ? `${i === 0 ? 'etaZ ' : ''}${rate}` : `etaZ = ${rate}`),
          textAnchor: 'start',
          dx: 8,
          fill: colour(HUES[i]),
        }),
      ];
    }),
  };
}

export function entropyDrawing(data: EntropyData, width = 700): Drawing {
  const { seeds, agree, rows, level, protocol, command } = data;
  return {
    panels: [key(data, width), facets(data, width)],
    title: 'Sparsity against the learning rates (the paper’s Figure 6)',
    caption: `Average entropy, in nats, of the final attention over the distinct tokens of a class (ln 10 = 2.30: all alike). Hollow: published; filled, with lines: trained again; bars: one standard deviation over ${seeds} seeds. A larger etaZ gives sparser attention, a larger etaY/etaZ denser from about 2 on. ${agree} of ${rows} settings agree (Welch's test, Holm at ${level}). ${protocol}${madeBy(command)}`,
  };
}
