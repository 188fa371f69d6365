/** The paper's Figures 11 and 12: recall of distinct tokens against the threshold. */
import * as Plot from '@observablehq/plot';
import { DASHES, HUES } from './lineEnds.ts';
import { colour } from './palette.ts';
import { type Drawing, madeBy, type Panel } from './svg.ts';

/** What `fixtures/figures/figure11.json` holds. */
export interface RecallData {
  readonly schema: 1;
  readonly figure: string;
  readonly command: string;
  readonly protocol: string;
  readonly seeds: number;
  /** Times M. */
  readonly thresholds: readonly number[];
  readonly curves: readonly {
    readonly queryTokens: number;
    readonly nextTokens: number;
    readonly vocabulary: number;
    readonly etaZ: number;
    readonly ratio: number;
    /** At each threshold. */
    readonly recall: readonly number[];
  }[];
}

/** Which number tells the columns of the grid apart, and which the lines in it. */
type Way = 'ratio' | 'etaZ';
const NAMES = { ratio: 'etaY/etaZ', etaZ: 'etaZ' } as const;

function grid({ thresholds, curves }: RecallData, lines: Way, width: number): Panel {
  const narrow = width < 500;
  const columns: Way = lines === 'ratio' ? 'etaZ' : 'ratio';
  const values = (way: Way) => [...new Set(curves.map((curve) => curve[way]))];
  const sizes = [...new Set(curves.map(({ queryTokens }) => queryTokens))];
  const facet = { fx: 'column', fy: 'size' } as const;
  const points = curves.flatMap((curve) =>
    curve.recall.map((recall, k) => ({
      ...{ column: curve[columns], size: curve.queryTokens, line: curve[lines], x: thresholds[k], recall },
    })),
  );
  const [first, last] = [thresholds[0], thresholds[thresholds.length - 1]];
  const heads = values(columns).map((column) => ({ column, size: sizes[0] }));
  const corners = sizes.map((size) => {
    const { nextTokens, vocabulary } = curves.find(({ queryTokens }) => queryTokens === size)!;
    return {
      size,
      column: values(columns)[0],
      text: narrow ? `M = ${vocabulary}` : `${size}/${nextTokens}, M = ${vocabulary}`,
    };
  });
  return {
    width,
    height: 78 + sizes.length * (narrow ? 112 : 130),
    marginTop: 36,
    marginBottom: 42,
    marginLeft: 40,
    marginRight: 8,
    x: {
      label: 'threshold times M →',
      labelAnchor: 'center',
      domain: [first, last],
      ticks: [1, 1.2],
      tickFormat: String,
    },
    y: { label: null, grid: true, domain: [0, 1], ticks: [0, 0.5, 1], tickFormat: String },
    fx: { axis: null, domain: values(columns), padding: 0.1 },
    fy: { axis: null, domain: sizes, padding: 0.12 },
    marks: [
      Plot.frame({ stroke: colour('line') }),
      ...values(lines).map((value, i) =>
        Plot.line(
          points.filter(({ line }) => line === value),
          {
            ...facet,
            ...{ x: 'x', y: 'recall', stroke: colour(HUES[i]), strokeWidth: 1.8, strokeDasharray: DASHES[i] },
          },
        ),
      ),
      Plot.text(heads, {
        ...facet,
        text: ({ column }: { column: number }) =>
          `${narrow && columns === 'ratio' ? 'ratio' : NAMES[columns]} = ${column}`,
        frameAnchor: 'top',
        dy: -14,
        fontWeight: 600,
      }),
      Plot.text(corners, {
        ...facet,
        text: 'text',
        frameAnchor: 'bottom-left',
        textAnchor: 'start',
        dx: 4,
        dy: -8,
        fill: colour('muted'),
      }),
    ],
  };
}

/** Which line is which, above the grid. */
function key({ curves }: RecallData, lines: Way, width: number): Panel {
  const values = [...new Set(curves.map((curve) => curve[lines]))];
  const from = width < 500 ? 4 : 40;
  const step = (width - from) / values.length;
  return {
    width,
    height: 24,
    margin: 0,
    x: { axis: null, domain: [0, width] },
    y: { axis: null, domain: [0, 1] },
    marks: values.flatMap((value, i) => {
      const left = from + i * step;
      return [
        Plot.link([left], {
          ...{ x1: (x: number) => x, x2: (x: number) => x + 24, y: () => 0.5 },
          ...{ stroke: colour(HUES[i]), strokeWidth: 2, strokeDasharray: DASHES[i] },
        }),
        Plot.text([left], {
          ...{ x: (x: number) => x + 29, y: () => 0.5, textAnchor: 'start', fill: colour(HUES[i]) },
          text: () =>
            width < 500 && i > 0
              ? String(value)
              : `${width < 500 && lines === 'ratio' ? 'ratio' : NAMES[lines]} ${value}`,
        }),
      ];
    }),
  };
}

export function recallDrawing(data: RecallData, lines: Way, width = 700): Drawing {
  const [number, other] = lines === 'ratio' ? [11, 12] : [12, 11];
  const says =
    lines === 'ratio'
      ? 'A smaller ratio etaY/etaZ gives a flatter line'
      : 'A larger etaZ gives a flatter line';
  return {
    panels: [key(data, lines, width), grid(data, lines, width)],
    title: `Recall against the threshold, by ${lines === 'ratio' ? 'ratio' : 'etaZ'} (the paper’s Figure ${number})`,
    caption: `Recall of distinct tokens at thresholds around 1/M. Rows: query and next tokens (${[...new Set(data.curves.map(({ queryTokens, nextTokens }) => `${queryTokens}/${nextTokens}`))].join(', ')}). ${says}: few tokens hold high attention, and a threshold loses less. ${number === 11 ? `${data.protocol} ` : ''}Same runs as Figure ${other}.${madeBy(data.command)}`,
  };
}
