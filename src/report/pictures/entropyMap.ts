/** The paper's Figure 6: entropy of attention against the ratio of the learning rates, published and reproduced. */
import * as Plot from '@observablehq/plot';
import { spread } from './labels.ts';
import { colour } from './palette.ts';
import { type Drawing, type Panel, SIZE, textWidth } from './svg.ts';

interface Spread {
  readonly mean: number;
  readonly std: number;
}

/** What `fixtures/figure6-reproduction.json` holds. */
export interface EntropyData {
  readonly seeds: number;
  readonly level: number;
  readonly agree: number;
  readonly rows: number;
  readonly table: readonly {
    readonly queryTokens: number;
    readonly nextTokens: number;
    readonly etaZ: number;
    readonly ratio: number;
    readonly published: Spread;
    readonly ours: Spread;
  }[];
}

const HUES = ['blue', 'orange', 'green', 'purple'] as const;
/** Published points stand a little left of ours. */
const APART = 1.035;
/** Above the frame, and its height. */
const [TOP, DOWN] = [60, 190];

function panel(table: EntropyData['table'], title: string, width: number): Panel {
  const rates = [...new Set(table.map(({ etaZ }) => etaZ))];
  const points = table.flatMap(({ etaZ, ratio, published, ours }) => [
    { etaZ, ...published, x: ratio / APART, ours: false },
    { etaZ, ...ours, x: ratio * APART, ours: true },
  ]);
  type P = (typeof points)[number];
  const hue = ({ etaZ }: { etaZ: number }) => colour(HUES[rates.indexOf(etaZ) % HUES.length]);
  const at = { x: 'x', y: 'mean', stroke: hue } as const;
  const ratios = [...new Set(table.map(({ ratio }) => ratio))];
  const last = Math.max(...ratios);
  const bottom = Math.min(...points.map((p) => p.mean - p.std));
  const top = Math.max(...points.map((p) => p.mean + p.std));
  const ends = rates.map((rate) => points.find((p) => p.ours && p.etaZ === rate && p.x === last * APART)!);
  const natural = ends.map(({ mean }) => (DOWN * (top - mean)) / (top - bottom));
  const placed = spread(natural, SIZE * 1.2, 0, DOWN);
  const names = ends.map((end, i) =>
    Plot.text([end], {
      x: 'x',
      y: 'mean',
      text: () => `etaZ = ${end.etaZ}`,
      fill: hue(end),
      textAnchor: 'start',
      dx: 9,
      dy: placed[i] - natural[i],
    }),
  );
  return {
    width,
    height: TOP + DOWN + 42,
    marginTop: TOP,
    marginBottom: 42,
    marginLeft: 46,
    marginRight: 14 + textWidth('etaZ = 0.5'),
    x: {
      type: 'log',
      domain: [Math.min(...ratios) / 1.1, last * 1.1],
      ticks: ratios,
      tickFormat: (x: number) => String(x),
      label: 'etaY/etaZ →',
      labelAnchor: 'center',
    },
    y: { label: '↑ entropy over distinct tokens, nats', grid: true, domain: [bottom, top], ticks: 5 },
    marks: [
      Plot.text([title], { frameAnchor: 'top', dy: -14, fontWeight: 600 }),
      ...rates.map((rate) =>
        Plot.line(
          points.filter((p) => p.ours && p.etaZ === rate),
          { x: 'x', y: 'mean', stroke: hue({ etaZ: rate }), strokeOpacity: 0.6 },
        ),
      ),
      Plot.ruleX(points, { x: 'x', y1: (p: P) => p.mean - p.std, y2: (p: P) => p.mean + p.std, stroke: hue }),
      Plot.dot(points, {
        ...at,
        r: 4,
        symbol: (p: P) => (p.ours ? 'circle' : 'square'),
        fill: (p: P) => (p.ours ? hue(p) : colour('ground')),
        title: (p: P) =>
          `etaZ = ${p.etaZ}, ${p.ours ? 'ours' : 'published'}: ${p.mean.toFixed(3)} ± ${p.std.toFixed(3)}`,
      }),
      ...names,
    ],
  };
}

export function entropyDrawing({ table, seeds, agree, rows, level }: EntropyData, width = 700): Drawing {
  const sizes = [...new Set(table.map(({ queryTokens }) => queryTokens))];
  const of = (size: number) => table.filter(({ queryTokens }) => queryTokens === size);
  const title = (size: number) =>
    `${size} query token${size > 1 ? 's' : ''}, ${of(size)[0].nextTokens} next tokens`;
  return {
    panels: sizes.map((size) => panel(of(size), title(size), width)),
    title: 'Sparsity against the learning rates (the paper’s Figure 6)',
    caption: `Average entropy, in nats, of the final attention over the distinct tokens of a class (ln 10 = 2.30: all alike). Hollow squares: the published table, filled dots with lines: trained again; bars: one standard deviation over ${seeds} seeds. A larger etaZ gives sparser attention, a larger etaY/etaZ denser from about 2 on. ${agree} of ${rows} rows agree (Welch's test, Holm at ${level}). Read from fixtures/figure6.csv and figure6-reproduction.json. Made by: npx tsx fixtures/figure6.mjs`,
  };
}
