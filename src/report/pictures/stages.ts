/** The paper's Figure 2, drawn from training: where the attention of a class lies at four moments. */
import * as Plot from '@observablehq/plot';
import { colour } from './palette.ts';
import type { ScanAndSnapData } from './scanAndSnap.ts';
import type { Drawing } from './svg.ts';

const STAGES = ['(a) start', '(b) common lose', '(c) snap', '(d) frozen'] as const;

/** One bar a token at the start, halfway to the onset t0, some time past it, and at the end. */
export function stagesDrawing({ moments, tokens, onset, command }: ScanAndSnapData, width = 700): Drawing {
  const near = (t: number) =>
    moments.reduce((a, b) => (Math.abs(Math.log(b.t / t)) < Math.abs(Math.log(a.t / t)) ? b : a));
  const end = moments[moments.length - 1];
  const shown = [moments[0], near(onset / 2), near(4 * onset), end];
  const bars = shown.flatMap(({ t, attention }, s) =>
    attention.map((share, i) => ({
      stage: `${STAGES[s]}, t = ${t.toLocaleString('en-US')}`,
      token: i,
      share: 100 * share,
      common: tokens[i].common,
    })),
  );
  const narrow = width < 500;
  const facet = narrow ? 'fy' : 'fx';
  const names = [...new Set(bars.map(({ stage }) => stage))];
  const first = tokens.findIndex(({ common }) => !common);
  const top = Math.max(...bars.map(({ share }) => share));
  return {
    panels: [
      {
        width,
        height: narrow ? 520 : 250,
        marginLeft: 42,
        marginRight: 8,
        marginTop: narrow ? 22 : 34,
        marginBottom: 34,
        x: { axis: null, domain: tokens.map((_, i) => i), padding: 0.15 },
        y: { label: '↑ share of attention, %', domain: [0, 1.25 * top], ticks: 4, grid: true },
        fx: { axis: null, padding: 0.06 },
        fy: { axis: null, padding: 0.08 },
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
          Plot.text(names, {
            [facet]: (name: string) => name,
            text: (name: string) => name,
            frameAnchor: 'top',
            dy: narrow ? 2 : -12,
            fontWeight: 600,
          }),
          Plot.text(names, {
            [facet]: (name: string) => name,
            text: () => 'common',
            x: () => Math.floor(first / 2),
            frameAnchor: 'bottom',
            dy: 14,
            fill: colour('ochre'),
          }),
          Plot.text(names, {
            [facet]: (name: string) => name,
            text: () => 'distinct',
            x: () => first + Math.floor((tokens.length - first) / 2),
            frameAnchor: 'bottom',
            dy: 14,
            fill: colour('blue'),
          }),
        ],
      },
    ],
    title: 'The stages of attention (the paper’s Figure 2)',
    caption: `A bar is a contextual token of one class of the small published problem, distinct ones by rising P(l|n); its height is its share c_l of the attention, in percent, under expected gradient ascent (etaY = etaZ = 1). From (a) to (b) common tokens lose; by (c), past the onset t0 = ${onset.toFixed(1)} of the snap, the frequent distinct tokens have gained; (d) looks the same although it is ${Math.round(end.t / shown[2].t).toLocaleString('en-US')} times later. The rare distinct tokens do not vanish, and no token takes everything. Made by: ${command}`,
  };
}
