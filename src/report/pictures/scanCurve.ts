/** The scan curve, with the two-timescale rung on it and plain training off it. */
import * as Plot from '@observablehq/plot';
import { colour } from './palette.ts';
import { type Drawing, madeBy, type Panel } from './svg.ts';
import type { Logit } from './trajectories.ts';

interface ScanCurveData {
  /** Distinct tokens of one class, by rising P: in two-timescale, and under the gradient flow at some times. */
  readonly onCurve: readonly Logit[];
  readonly flow: readonly { readonly time: number; readonly logits: readonly Logit[] }[];
  readonly problem: string;
  readonly command?: string;
}

/** tau of a token: (1 - exp(-2 z)) / P^2. */
const tauOf = ({ P, z }: Logit): number => -Math.expm1(-2 * z) / P ** 2;

interface Series {
  readonly name: string;
  readonly logits: readonly Logit[];
  readonly hue: 'blue' | 'orange' | 'green';
  readonly symbol: 'circle' | 'square' | 'triangle';
}

const seriesOf = ({ onCurve, flow }: ScanCurveData): Series[] => [
  { name: 'two-timescale', logits: onCurve, hue: 'blue', symbol: 'circle' },
  ...flow.map(({ time, logits }, i) => ({
    name: `flow, t = ${time.toLocaleString('en-US')}`,
    logits,
    hue: (['orange', 'green'] as const)[i % 2],
    symbol: (['square', 'triangle'] as const)[i % 2],
  })),
];

const LEFT = 46;

/** A point a token, marked by its run, with a text that shows when pointed at. */
const dots = <P extends { readonly hue: Series['hue'] }>(points: readonly P[], title: (p: P) => string) =>
  Plot.dot(points, {
    x: 'x',
    y: 'y',
    symbol: 'symbol',
    fill: (p: P) => colour(p.hue),
    stroke: colour('ground'),
    r: 4.5,
    title,
  });

/** Inferred tau of every token over that of the most frequent one. */
function inferred(series: readonly Series[], width: number): Panel {
  const points = series.flatMap(({ name, logits, hue, symbol }) => {
    const top = logits[logits.length - 1];
    return logits.map((logit) => ({ name, hue, symbol, x: logit.P / top.P, y: tauOf(logit) / tauOf(top) }));
  });
  const starts = points.filter((p) => points.find(({ name }) => name === p.name) === p);
  return {
    width,
    height: 270,
    marginLeft: LEFT,
    marginTop: 28,
    marginBottom: 42,
    marginRight: 20,
    x: { label: 'P(l|n), relative to the most frequent token →', labelAnchor: 'center', domain: [0, 1.02] },
    y: {
      label: '↑ tau inferred, relative',
      grid: true,
      domain: [0, 1.15 * Math.max(...points.map(({ y }) => y))],
      ticks: 5,
    },
    marks: [
      Plot.ruleY([1], { stroke: colour('ink'), strokeDasharray: '4 3' }),
      ...series.map(({ name, hue }) =>
        Plot.line(
          points.filter((p) => p.name === name),
          { x: 'x', y: 'y', stroke: colour(hue), strokeWidth: 2 },
        ),
      ),
      dots(points, (p) => `${p.name}: tau ${p.y.toFixed(2)} times that of the top token`),
      ...starts.map((start) =>
        Plot.text([start], {
          x: 'x',
          y: 'y',
          text: 'name',
          fill: colour(start.hue),
          textAnchor: 'start',
          dx: 4,
          dy: start.y > 1.001 ? -13 : 14,
        }),
      ),
    ],
  };
}

/** The scan curve in shares of the top token: p sqrt((1 - s)/(1 - s p^2)), s = tau P_1^2 (claim scan-curve). */
const curveAt = (s: number, p: number): number => p * Math.sqrt((1 - s) / (1 - s * p * p));

/** s of the two ends of the family that are drawn: proportional, and near the winner taking all. */
const ENDS = [0, 0.98];

/** Attention relative to the top token; behind the points of each series the curve through its top token. */
function family(series: readonly Series[], width: number): Panel {
  const grid = Array.from({ length: 61 }, (_, i) => i / 60);
  const along = (s: number) => grid.map((p) => ({ x: p, y: curveAt(s, p) }));
  const points = series.flatMap(({ name, logits, hue, symbol }) => {
    const top = logits[logits.length - 1];
    return logits.map(({ P, z }) => ({
      name,
      hue,
      symbol,
      x: P / top.P,
      y: (P / top.P) * Math.exp(z - top.z),
    }));
  });
  const word = { fill: colour('muted'), x: 'x', y: 'y', text: 'text' } as const;
  return {
    width,
    height: 304,
    marginLeft: LEFT,
    marginTop: 42,
    marginBottom: 42,
    marginRight: 20,
    x: { label: 'P(l|n), relative to the most frequent token →', labelAnchor: 'center', domain: [0, 1.02] },
    y: { label: '↑ attention c_l, relative', grid: true, domain: [0, 1.02], ticks: 5 },
    marks: [
      ...ENDS.map((s) =>
        Plot.line(along(s), { x: 'x', y: 'y', stroke: colour('grey'), strokeDasharray: '4 3' }),
      ),
      ...series.map(({ logits, hue }) => {
        const top = logits[logits.length - 1];
        return Plot.line(along(tauOf(top) * top.P ** 2), {
          x: 'x',
          y: 'y',
          stroke: colour(hue),
          strokeWidth: 1.5,
        });
      }),
      dots(points, (p) => `${p.name}: ${(100 * p.y).toFixed(0)} % of the top token's attention`),
      Plot.text([{ x: 0.6, y: 0.6, text: 'proportional, tau = 0' }], {
        ...word,
        textAnchor: 'end',
        dx: -4,
        dy: -8,
      }),
      Plot.text([{ x: 0.55, y: curveAt(ENDS[1], 0.55), text: `tau P₁² = ${ENDS[1]}` }], {
        ...word,
        textAnchor: 'start',
        dy: 14,
      }),
    ],
  };
}

export function scanCurveDrawing(data: ScanCurveData, width = 700): Drawing {
  const series = seriesOf(data);
  return {
    panels: [inferred(series, width), family(series, width)],
    title: 'The scan curve, and how training leaves it',
    caption: `From a zero start the two-timescale rung keeps 1 - exp(-2 z_l) = tau P(l|n)² with one tau for all distinct tokens of a class, so attention over them is P/sqrt(1 - tau P²). Above: the tau that each token's logit implies, relative to the most frequent token's: flat where the curve is kept (two-timescale); plain gradient flow (etaY = etaZ = 1) lets rare tokens run ahead. Below: attention relative to the top token, with the curve through the top token of each series: two-timescale lies on its curve, late flow above it. Dashed: two ends of the family, from proportional towards winner-takes-all. ${data.problem}${madeBy(data.command)}`,
  };
}
