/** The paper's Figure 2, drawn from training: where the attention of a class lies at four moments. */
import * as Plot from '@observablehq/plot';
import { colour } from './palette.ts';
import type { ScanAndSnapData } from './scanAndSnap.ts';
import { type Drawing, madeBy } from './svg.ts';

const STAGES = ['(a) start', '(b) common lose', '(c) frequent gain', '(d) nearly frozen'] as const;

/** One bar a token: at the start, at the onset t0, ten times later, and at the end. */
export function stagesDrawing({ moments, tokens, onset, command }: ScanAndSnapData, width = 700): Drawing {
  const near = (t: number) =>
    moments.reduce((a, b) => (Math.abs(Math.log(b.t / t)) < Math.abs(Math.log(a.t / t)) ? b : a));
  const end = moments[moments.length - 1];
  const shown = [moments[0], near(onset), near(10 * onset), end];
  const bars = shown.flatMap(({ attention }, s) =>
    attention.map((share, i) => ({
      stage: STAGES[s],
      token: i,
      share: 100 * share,
      common: tokens[i].common,
    })),
  );
  const narrow = width < 500;
  const facet = narrow ? 'fy' : 'fx';
  const times = new Map<string, number>(shown.map(({ t }, s) => [STAGES[s], t]));
  const first = tokens.findIndex(({ common }) => !common);
  const middle = first + Math.floor((tokens.length - first) / 2);
  const below = { frameAnchor: 'bottom', dy: 14 } as const;
  const top = Math.max(...bars.map(({ share }) => share));
  return {
    panels: [
      {
        width,
        height: narrow ? 650 : 250,
        marginLeft: 42,
        marginRight: 8,
        marginTop: narrow ? 28 : 34,
        marginBottom: 34,
        x: { axis: null, domain: tokens.map((_, i) => i), padding: 0.15 },
        y: { label: '↑ share of attention, %', domain: [0, 1.25 * top], ticks: 4, grid: true },
        fx: { axis: null, padding: 0.06 },
        fy: { axis: null, padding: 0.3 },
        marks: [
          Plot.barY(bars, {
            x: 'token',
            y: 'share',
            [facet]: 'stage',
            fill: (b: (typeof bars)[number]) => colour(b.common ? 'ochre' : 'blue'),
            title: (b: (typeof bars)[number]) =>
              `${b.common ? 'common' : 'distinct'} token ${b.token}: ${b.share.toFixed(1)} %`,
          }),
          Plot.ruleY([0], { stroke: colour('ink') }),
          ...(
            [
              [(name) => name, { frameAnchor: 'top', dy: narrow ? 2 : -12, fontWeight: 600 }],
              [
                (name) => `t = ${times.get(name)!.toLocaleString('en-US')}`,
                { frameAnchor: 'top', dy: narrow ? 18 : 6 },
              ],
              [() => 'common', { x: () => Math.floor(first / 2), ...below, fill: colour('ochre') }],
              [() => 'distinct', { x: () => middle, ...below, fill: colour('blue') }],
            ] as [(name: string) => string, Plot.TextOptions][]
          ).map(([text, options]) =>
            Plot.text(STAGES, { [facet]: (name: string) => name, text, ...options }),
          ),
        ],
      },
    ],
    title: 'The stages of attention (the paper’s Figure 2)',
    caption: `A bar is a contextual token of one class of the small published problem, distinct ones by rising P(l|n); its height is its share c_l of the attention, in percent, under expected gradient ascent (etaY = etaZ = 1). By (b), the onset t0 = ${onset.toFixed(1)} of the snap, common tokens have begun to lose; by (c) the frequent distinct tokens have gained; (d) is ${Math.round(end.t / shown[2].t).toLocaleString('en-US')} times later, and little has changed. The rare distinct tokens do not vanish, and no token takes everything.${madeBy(command)}`,
  };
}
