/** The paper's Figure 8: the discrete clock h* and the continuous h. */
import * as Plot from '@observablehq/plot';
import { endNames, HUES } from './lineEnds.ts';
import { colour } from './palette.ts';
import { type Drawing, madeBy, type Panel } from './svg.ts';

/** What `fixtures/figures/figure8.json` holds. */
export interface ClockData {
  readonly schema: 1;
  readonly figure: string;
  readonly command: string;
  readonly protocol: string;
  readonly panels: readonly {
    readonly vocabulary: number;
    readonly steps: number;
    readonly curves: readonly {
      readonly etaY: number;
      /** h* - h in units of etaY/M, of which Lemma 7 allows two: the largest, its step, and the last. */
      readonly largestGap: number;
      readonly at: number;
      readonly lastGap: number;
      /** h*(s) for s = 0, 1, .. `steps`; h(t) at t = steps (i/(n-1))^2, i = 0 .. n-1. */
      readonly discrete: readonly number[];
      readonly smooth: readonly number[];
    }[];
  }[];
}

function panel({ vocabulary, steps, curves }: ClockData['panels'][number], width: number): Panel {
  const [height, marginTop, marginBottom] = [256, 46, 40];
  const most = Math.max(...curves.flatMap(({ discrete }) => discrete));
  const inSteps = (values: readonly number[]) => values.map((h, s) => ({ s, h }));
  const dense = (values: readonly number[]) =>
    values.map((h, i) => ({ s: steps * (i / (values.length - 1)) ** 2, h }));
  const ends = curves.map(({ etaY, discrete }, i) => ({
    ...{ x: steps, y: discrete[steps], text: `etaY = ${etaY}`, hue: HUES[i] },
  }));
  return {
    width,
    height,
    marginTop,
    marginBottom,
    marginLeft: 52,
    marginRight: 78,
    x: { label: 'step →', labelAnchor: 'center', domain: [0, steps], ticks: 8 },
    y: { label: '↑ h* (steps), h (smooth)', grid: true, domain: [0, most], ticks: 5 },
    marks: [
      Plot.text([`M = ${vocabulary}`], { frameAnchor: 'top', dy: -14, fontWeight: 600 }),
      ...curves.flatMap(({ discrete, smooth }, i) => [
        Plot.line(inSteps(discrete), {
          x: 's',
          y: 'h',
          curve: 'step-after',
          stroke: colour(HUES[i]),
          strokeOpacity: 0.55,
          strokeWidth: 1.2,
        }),
        Plot.line(dense(smooth), { x: 's', y: 'h', stroke: colour(HUES[i]), strokeWidth: 2 }),
      ]),
      ...endNames(ends, { height: height - marginTop - marginBottom, most, least: 0 }),
    ],
  };
}

export function clockDrawing({ panels, protocol, command }: ClockData, width = 700): Drawing {
  const gaps = panels.flatMap(({ curves }) => curves.map(({ largestGap }) => largestGap));
  return {
    panels: panels.map((one) => panel(one, width)),
    title: 'The clock of the decoder, in steps and smooth (the paper’s Figure 8)',
    caption: `h*(s), the clock of gradient descent, in steps, and h(t), the clock of its flow, smooth. Lemma 7 bounds the gap h* - h by 2 etaY/M; here it is at most ${Math.max(...gaps).toFixed(2)} etaY/M, and falls after that. ${protocol}${madeBy(command)}`,
  };
}
