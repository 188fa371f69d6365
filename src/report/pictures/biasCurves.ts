/** The paper's Figure 9: B(t) at a fixed ratio of the rates, and B(t0). */
import * as Plot from '@observablehq/plot';
import { DASHES, endNames, HUES } from './lineEnds.ts';
import { colour } from './palette.ts';
import { type Drawing, madeBy, type Panel } from './svg.ts';

/** What `fixtures/figures/figure9.json` holds. */
export interface BiasData {
  readonly schema: 1;
  readonly figure: string;
  readonly command: string;
  readonly protocol: string;
  readonly panels: readonly {
    /** etaY/etaZ. */
    readonly nu: number;
    readonly vocabulary: number;
    readonly end: number;
    readonly curves: readonly {
      readonly etaZ: number;
      readonly etaY: number;
      readonly onset: number;
      readonly atOnset: number;
      /** B(t) at t = end (i/(n-1))^2, i = 0 .. n-1. */
      readonly values: readonly number[];
    }[];
  }[];
}

function panel({ nu, vocabulary, end, curves }: BiasData['panels'][number], width: number): Panel {
  const [height, marginTop, marginBottom] = [256, 46, 40];
  const most = Math.max(...curves.flatMap(({ values }) => values));
  const ends = curves.map(({ etaZ, values }, i) => ({
    ...{ x: end, y: values[values.length - 1], text: `etaZ = ${etaZ}`, hue: HUES[i] },
  }));
  return {
    width,
    height,
    marginTop,
    marginBottom,
    marginLeft: 46,
    marginRight: 78,
    x: { label: 'time t, steps →', labelAnchor: 'center', domain: [0, end], ticks: 6 },
    y: { label: '↑ B(t)', grid: true, domain: [0, most], ticks: 5 },
    marks: [
      Plot.text([`nu = etaY/etaZ = ${nu}, M = ${vocabulary.toLocaleString('en-US')}`], {
        frameAnchor: 'top',
        dy: -14,
        fontWeight: 600,
      }),
      ...curves.flatMap(({ values, onset, atOnset }, i) => [
        Plot.ruleX([onset], { stroke: colour(HUES[i]), strokeDasharray: '1 4', strokeWidth: 1.5 }),
        Plot.line(
          values.map((B, i) => ({ t: end * (i / (values.length - 1)) ** 2, B })),
          { x: 't', y: 'B', stroke: colour(HUES[i]), strokeWidth: 2, strokeDasharray: DASHES[i] },
        ),
        Plot.dot([{ onset, atOnset }], {
          x: 'onset',
          y: 'atOnset',
          r: 5,
          fill: colour(HUES[i]),
          stroke: colour('ground'),
        }),
      ]),
      ...endNames(ends, { height: height - marginTop - marginBottom, most, least: 0 }),
    ],
  };
}

export function biasDrawing({ panels, protocol, command }: BiasData, width = 700): Drawing {
  return {
    panels: panels.map((one) => panel(one, width)),
    title: 'B(t) at a fixed ratio of the rates (the paper’s Figure 9)',
    caption: `Dotted: t0; dots: B(t0). With nu fixed, B(t0) is the same at every etaZ (${panels.map(({ curves }) => curves[0].atOnset.toFixed(3)).join(' and ')}), so that what differs arises after t0, as the paper says. ${protocol}${madeBy(command)}`,
  };
}
