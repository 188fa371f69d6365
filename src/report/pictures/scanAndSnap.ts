import * as Plot from '@observablehq/plot';
import { colour, ramp } from './palette.ts';
import type { AttentionAtTime } from './populationRun.ts';
import { type Drawing, madeBy, type Panel, standAlone } from './svg.ts';

export interface ScanAndSnapData {
  readonly moments: readonly AttentionAtTime[];
  /** P(l|n) aligned with the attention of each moment, and whether the token occurs in several classes. */
  readonly tokens: readonly { readonly probability: number; readonly common: boolean }[];
  /** t0 = 2 K ln(M)/etaY, the leading order of the onset of the snap (Theorem 4). */
  readonly onset: number;
  /** The command that makes the data. */
  readonly command?: string;
}

const layout = (width: number) => ({ width, marginLeft: 46, marginRight: width < 500 ? 92 : 160 });

const percent = (x: number) => `${(100 * x).toFixed(1)} %`;

/** c_l of every token against time; distinct tokens coloured by P(l|n), common ones grey. */
function shares({ moments, tokens, onset }: ScanAndSnapData, width: number): Panel {
  const last = moments[moments.length - 1];
  const curves = tokens.flatMap((token, i) =>
    moments.map(({ t, attention }) => ({ ...token, i, t, share: 100 * attention[i] })),
  );
  const ends = curves.filter(({ t }) => t === last.t);
  const common = ends.filter((end) => end.common);
  const narrow = width < 500;
  const commonLabel = ({ probability }: { probability: number }) =>
    narrow ? `${common.length} common` : `P = ${percent(probability)}, ${common.length} common`;
  const most = Math.max(...tokens.map((token) => token.probability));
  const hue = ({ probability }: { probability: number }) => ramp('sequential', (0.999 * probability) / most);
  const label = { x: 't', y: 'share', textAnchor: 'start', dx: 6 } as const;
  return {
    ...layout(width),
    height: 380,
    marginBottom: 20,
    x: { type: 'log', label: null, domain: [moments[0].t, last.t], tickFormat: () => '' },
    y: { label: '↑ share of attention c_l, %', grid: true, zero: true, nice: true, ticks: 7 },
    marks: [
      Plot.ruleX([onset], { stroke: colour('ink'), strokeDasharray: '4 3' }),
      Plot.text([onset], {
        x: (t) => t,
        frameAnchor: 'top',
        text: (t) => (narrow ? `t0 = ${t.toFixed(1)}` : `onset t0 = 2 K ln(M)/etaY = ${t.toFixed(1)}`),
        textAnchor: 'start',
        dx: 6,
        dy: 7,
      }),
      Plot.line(curves, {
        x: 't',
        y: 'share',
        z: 'i',
        stroke: hue,
        filter: (p) => !p.common,
        strokeWidth: 2,
      }),
      Plot.line(curves, {
        x: 't',
        y: 'share',
        z: 'i',
        filter: (p) => p.common,
        stroke: colour('grey'),
        strokeWidth: 2,
      }),
      Plot.text(ends, {
        ...label,
        filter: (p) => !p.common,
        text: (p) => `P = ${percent(p.probability)}`,
        fill: hue,
      }),
      Plot.text(common.slice(0, 1), { ...label, text: commonLabel, fill: colour('muted') }),
    ],
  };
}

/** Half the sum of |dc_l/dt|: how much attention changes hands in one step. */
function movement({ moments, onset }: ScanAndSnapData, width: number): Panel {
  const speed = moments.slice(1).map(({ t, attention }, i) => {
    const before = moments[i];
    const moved = attention.reduce((sum, c, l) => sum + Math.abs(c - before.attention[l]), 0) / 2;
    return { t: Math.sqrt(t * before.t), speed: (100 * moved) / (t - before.t) };
  });
  const [first, last] = [moments[0].t, moments[moments.length - 1].t];
  const word = { frameAnchor: 'top', fontStyle: 'italic', fontSize: 15, dy: 8 } as const;
  return {
    ...layout(width),
    height: 170,
    marginTop: 34,
    marginBottom: 42,
    x: {
      type: 'log',
      label: 'training step t',
      labelAnchor: 'center',
      domain: [first, last],
      tickFormat: '~s',
    },
    y: { label: '↑ attention that changes hands in a step, %', grid: true, ticks: 4, zero: true },
    marks: [
      Plot.ruleX([onset], { stroke: colour('ink'), strokeDasharray: '4 3' }),
      Plot.areaY(speed, { x: 't', y: 'speed', fill: colour('blue'), fillOpacity: 0.2 }),
      Plot.lineY(speed, { x: 't', y: 'speed', stroke: colour('blue'), strokeWidth: 2 }),
      Plot.text([Math.sqrt(first * onset)], { ...word, x: (t) => t, text: () => 'scan' }),
      Plot.text([Math.sqrt(last * onset)], { ...word, x: (t) => t, text: () => 'snap' }),
    ],
  };
}

/** Scan and snap on one class: where attention lies over time, and how fast it moves. */
export function scanAndSnapDrawing(data: ScanAndSnapData, width = 760): Drawing {
  return {
    panels: [shares(data, width), movement(data, width)],
    title: 'Attention scans its tokens, then snaps',
    caption: `Above: the attention of one sequence class over its contextual tokens on the small published problem (zero start, etaY = etaZ = 1, no momentum, infinitely long sequences, time in steps of gradient ascent on a logarithmic axis). Coloured: distinct tokens by their probability P(l|n); grey: the common tokens, whose curves coincide. Frequent distinct tokens gain, rare ones hardly, common ones lose; no single token takes everything. Below: the total variation of attention per step, largest near t0; past it attention looks frozen although it never stops.${madeBy(data.command)}`,
  };
}

export const scanAndSnap = (data: ScanAndSnapData): string => standAlone(scanAndSnapDrawing(data));
