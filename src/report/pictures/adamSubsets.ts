/** The paper's Figure 5: attention under Adam at several rates, and the distinct tokens it ends on. */
import * as Plot from '@observablehq/plot';
import { heatPanel, largestShare, type StepRows, shadeLegend } from './heatMap.ts';
import { HUES } from './lineEnds.ts';
import { colour } from './palette.ts';
import { type Drawing, madeBy, type Panel } from './svg.ts';

interface Range {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** What `fixtures/figures/figure5.json` holds. */
export interface SubsetData {
  readonly schema: 1;
  readonly figure: string;
  readonly command: string;
  readonly protocol: string;
  readonly common: number;
  /** The step of the row that the paper calls "Final", at which everything below is read; a later one. */
  readonly final: number;
  readonly later: number;
  readonly seeds: number;
  /** Of P(l|n) over the distinct tokens, nats. */
  readonly entropyAtStart: number;
  readonly runs: readonly { readonly name: string; readonly rows: StepRows }[];
  readonly ends: readonly {
    readonly eta: number;
    /**
     * Means over seeds: of attention, on distinct tokens; rank correlation of shares and of logits with frequency; entropy of the
     * shares, nats; what moves until `later`.
     */
    readonly distinctShare: number;
    readonly spearman: number;
    readonly spearmanOfLogits: number;
    readonly entropy: number;
    readonly movedLater: number;
    /** Per seed: shares among the distinct tokens, rarest first, and the ranks (1: rarest) of the three largest. */
    readonly shares: readonly (readonly number[])[];
    readonly topThree: readonly (readonly number[])[];
  }[];
  /** How many of the k distinct tokens with most attention coincide. */
  readonly coincidences: readonly {
    readonly k: number;
    readonly byChance: number;
    readonly betweenRates: readonly (Range & { readonly rates: readonly number[] })[];
    readonly betweenSeeds: readonly (Range & { readonly eta: number })[];
    readonly withMostFrequent: readonly (Range & { readonly eta: number })[];
  }[];
}

/** Final shares of the distinct tokens, a thin line a seed. */
function endsPanel({ ends, final }: SubsetData, width: number): Panel {
  const most = Math.max(...ends.flatMap(({ shares }) => shares.flat()));
  const points = ends.flatMap(({ shares }, i) =>
    shares.flatMap((own, seed) => own.map((share, l) => ({ i, seed, rank: l + 1, share: 100 * share }))),
  );
  const mean = ends.map(({ shares, eta }, i) => ({
    eta,
    hue: HUES[i],
    points: shares[0].map((_, l) => ({
      rank: l + 1,
      share: (100 * shares.reduce((sum, own) => sum + own[l], 0)) / shares.length,
    })),
  }));
  const ranks = shareRanks(ends[0].shares[0].length);
  return {
    width,
    height: 250,
    marginLeft: 46,
    marginRight: 14,
    marginTop: 46,
    marginBottom: 40,
    x: {
      label: 'distinct token, by frequency (10: most frequent) →',
      labelAnchor: 'center',
      domain: [0.7, ranks.length + 0.3],
      ticks: ranks,
      tickFormat: String,
    },
    y: { label: `↑ share at step ${final}, % of distinct`, grid: true, domain: [0, 105 * most], ticks: 5 },
    marks: [
      Plot.line(points, {
        x: 'rank',
        y: 'share',
        z: (p: (typeof points)[number]) => `${p.i} ${p.seed}`,
        stroke: (p: (typeof points)[number]) => colour(HUES[p.i]),
        strokeOpacity: 0.35,
      }),
      ...mean.flatMap(({ points, hue, eta }, i) => [
        Plot.line(points, { x: 'rank', y: 'share', stroke: colour(hue), strokeWidth: 2.5 }),
        Plot.dot(points, {
          x: 'rank',
          y: 'share',
          symbol: (['circle', 'square', 'triangle'] as const)[i],
          fill: colour(hue),
          stroke: colour('ground'),
          r: 4.5,
        }),
        Plot.text([`${'●■▲'[i]} eta = ${eta}`], {
          frameAnchor: 'top-left',
          textAnchor: 'start',
          dx: 8 + i * 92,
          dy: -12,
          fill: colour(hue),
        }),
      ]),
    ],
  };
}

const shareRanks = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

export function subsetDrawing(data: SubsetData, width = 700): Drawing {
  const { runs, common, final, protocol, command, seeds } = data;
  const most = largestShare(runs);
  return {
    panels: [
      heatPanel(runs, { across: width < 500 ? 1 : runs.length, width, common, most, final }),
      shadeLegend(width, most),
      endsPanel(data, width),
    ],
    title: 'Adam at three learning rates (the paper’s Figure 5)',
    caption: `Above: attention of class 1, rows and shades as in Figure 4, and step 1,000. Below: how attention at step ${final} is divided among the distinct tokens; a thin line is a seed (${seeds} for each rate), a thick one their mean. As the paper says, different rates favour different tokens: rare ones at eta = 0.1, middle ones at 0.5, the most frequent ones at 1. Seeds differ much less. Against P(l|n), the start, rare tokens gain most at every rate. ${protocol}${madeBy(command)}`,
  };
}
