/** The paper's Figure 3: the growth factor of the dominant token, for several learning rates of the decoder. */
import * as Plot from '@observablehq/plot';
import { DASHES, endNames, HUES } from './lineEnds.ts';
import { colour } from './palette.ts';
import { type Drawing, madeBy, type Panel } from './svg.ts';

/** What `fixtures/figures/figure3.json` holds. */
export interface GrowthData {
  readonly schema: 1;
  readonly figure: string;
  readonly command: string;
  readonly protocol: string;
  readonly classes: number;
  readonly vocabulary: number;
  readonly etaZ: number;
  /** f_n.f_n' of two classes at the start. */
  readonly overlap: number;
  readonly times: readonly number[];
  /** chi at each time; t0' = K ln(M)/etaY, t0 = 2 (1 + w1) K ln(M)/etaY, and chi there. */
  readonly curves: readonly {
    readonly etaY: number;
    readonly scanEnd: number;
    readonly onset: number;
    readonly chiAtOnset: number;
    readonly chi: readonly number[];
  }[];
  /** The most that exp(2 B) can be at the last time of the slowest curve, in four readings of B. */
  readonly limits: {
    readonly time: number;
    readonly etaY: number;
    readonly fourGamma: number;
    readonly printed: number;
    readonly startMended: number;
    readonly mended: number;
    readonly insideAssumption2: number;
  };
}

/** chi(t), with a dotted line at each t0. */
function linear({ times, curves }: GrowthData, width: number): Panel {
  const height = 300;
  const [marginTop, marginBottom] = [28, 40];
  const points = curves.map(({ chi }) => times.map((t, i) => ({ t, chi: chi[i] })));
  const most = Math.max(...curves.flatMap(({ chi }) => chi));
  const last = times[times.length - 1];
  const ends = curves.map(({ etaY, chi }, i) => ({
    ...{ x: last, y: chi[chi.length - 1], text: `etaY = ${etaY}`, hue: HUES[i] },
  }));
  return {
    width,
    height,
    marginTop,
    marginBottom,
    marginLeft: 46,
    marginRight: 76,
    x: { label: 'time t, steps →', labelAnchor: 'center', domain: [0, last], ticks: 6 },
    y: { label: '↑ growth factor chi', domain: [1, most], grid: true, ticks: 5 },
    marks: [
      ...curves.flatMap(({ onset }, i) => [
        Plot.ruleX([onset], { stroke: colour(HUES[i]), strokeDasharray: '1 4', strokeWidth: 2 }),
        Plot.line(points[i], {
          x: 't',
          y: 'chi',
          stroke: colour(HUES[i]),
          strokeWidth: 2,
          strokeDasharray: DASHES[i],
        }),
      ]),
      ...endNames(ends, { height: height - marginTop - marginBottom, most, least: 1 }),
    ],
  };
}

/** The speed of ln chi against ln t, with the phases of one curve marked. */
function phases({ times, curves }: GrowthData, chosen: number, width: number): Panel {
  const { chi, scanEnd, onset, etaY } = curves[chosen];
  const speed = times.slice(1).map((t, i) => ({
    t: Math.sqrt(t * times[i]),
    rate: Math.log(chi[i + 1] / chi[i]) / Math.log(t / times[i]),
  }));
  const [first, last] = [speed[0].t, speed[speed.length - 1].t];
  const narrow = width < 500;
  const word = { frameAnchor: 'top', dy: -8, fontStyle: 'italic' } as const;
  return {
    width,
    height: 224,
    marginTop: 54,
    marginBottom: 42,
    marginLeft: 46,
    marginRight: narrow ? 24 : 76,
    x: {
      type: 'log',
      label: `time t, steps (etaY = ${etaY}) →`,
      labelAnchor: 'center',
      domain: [first, last],
      ticks: [1, 10, 100],
      tickFormat: String,
    },
    y: { label: '↑ d ln chi / d ln t', grid: true, ticks: 4, zero: true },
    marks: [
      Plot.areaY(speed, { x: 't', y: 'rate', fill: colour(HUES[chosen]), fillOpacity: 0.18 }),
      Plot.lineY(speed, { x: 't', y: 'rate', stroke: colour(HUES[chosen]), strokeWidth: 2 }),
      Plot.ruleX([scanEnd, onset], { stroke: colour('ink'), strokeDasharray: '1 4', strokeWidth: 2 }),
      Plot.text([first], { ...word, x: (t) => t, text: () => 'scan', textAnchor: 'start', dx: 12 }),
      Plot.text([last], { ...word, x: (t) => t, text: () => 'snap', textAnchor: 'end', dx: -12 }),
      Plot.text([scanEnd], { x: (t) => t, frameAnchor: 'top', dy: -8, textAnchor: 'end', text: () => "t0'" }),
      Plot.text([onset], { x: (t) => t, frameAnchor: 'top', dy: -8, textAnchor: 'start', text: () => 't0' }),
    ],
  };
}

/** @param chosen which curve's phases are shown below */
export function growthDrawing(data: GrowthData, chosen = 1, width = 700): Drawing {
  return {
    panels: [linear(data, width), phases(data, chosen, width)],
    title: 'Growth of the dominant token (the paper’s Figure 3)',
    caption: `Above: chi(t) = exp(2 z(t)) of the most frequent distinct token of a class in the two-timescale rung; dotted lines: t0 = 2 (1 + w1) K ln(M)/etaY (from the left: etaY = ${[
      ...data.curves,
    ]
      .reverse()
      .map(({ etaY }) => etaY)
      .join(
        ', ',
      )}). As the paper says, a faster decoder snaps earlier and ends lower. Below, for one curve: how fast ln chi moves against ln t. Nearly all of the growth is over when the scan ends, t0' = K ln(M)/etaY; past t0 it fades without ever reaching 0. The paper's axis goes to 600, ours does not: the paper says neither P(l|n) nor C0. ${data.protocol}${madeBy(data.command)}`,
  };
}
