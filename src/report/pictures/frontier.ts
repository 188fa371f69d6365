/** Precision against speed: what every backend of a bench gets right, and what a step costs it. */
import * as Plot from '@observablehq/plot';
import type { BackendRow, BenchDocument, Timing } from '../../bench/document.ts';
import { count } from '../format.ts';
import { decadeRange, logTicks, lookColour, secondsText, symbolOf } from './backends.ts';
import { far, placeLabels, type Rectangle } from './labels.ts';
import { colour } from './palette.ts';
import { type Drawing, standAlone } from './svg.ts';

interface Spot {
  readonly backend: string;
  readonly seconds: Timing;
  /** Correct digits after the most steps, at worst and in the median world; nothing correct counts as 0. */
  readonly worst: number;
  readonly median: number;
}

const digitsShown = (x: number | null): number => Math.max(0, x ?? 0);

/** The backends that ran; digits after as many steps as were measured. */
function spots(rows: readonly BackendRow[]): Spot[] {
  return rows.flatMap(({ backend, digits, secondsPerStep }) => {
    if (!secondsPerStep || digits.length === 0) return [];
    const last = digits.reduce((a, b) => (b.steps > a.steps ? b : a));
    const [worst, median] = [digitsShown(last.worst), digitsShown(last.median)];
    return [{ backend, seconds: secondsPerStep, worst, median }];
  });
}

/** The spots that no other one beats in both digits and time, fastest first. */
function undominated(all: readonly Spot[]): Spot[] {
  const faster = [...all].sort((a, b) => a.seconds.median - b.seconds.median || b.worst - a.worst);
  let best = Number.NEGATIVE_INFINITY;
  return faster.filter(({ worst }) => {
    const better = worst > best;
    best = Math.max(best, worst);
    return better;
  });
}

/** Half the width of a line, in pixels. */
const LINE = 1.5;

/** What the stairs cover: from each spot across, then up to the next. */
const stairs = (
  edge: readonly Spot[],
  xOf: (t: number) => number,
  yOf: (digits: number) => number,
): Rectangle[] =>
  edge.slice(1).flatMap((spot, i) => {
    const [left, right] = [xOf(edge[i].seconds.median), xOf(spot.seconds.median)];
    const [bottom, top] = [yOf(edge[i].worst), yOf(spot.worst)];
    return [
      { left, right, top: bottom - LINE, bottom: bottom + LINE },
      { left: right - LINE, right: right + LINE, top, bottom },
    ];
  });

/** What the lines from the worst to the median world cover. */
const whiskers = (
  all: readonly Spot[],
  xOf: (t: number) => number,
  yOf: (digits: number) => number,
): Rectangle[] =>
  all.map(({ seconds, worst, median }) => ({
    left: xOf(seconds.median) - LINE,
    right: xOf(seconds.median) + LINE,
    top: yOf(median),
    bottom: yOf(worst),
  }));

const stepsOf = (rows: readonly BackendRow[]): number =>
  Math.max(0, ...rows.flatMap(({ digits }) => digits.map(({ steps }) => steps)));

const HEIGHT = 400;
/** Room for the names of what has no correct digit. */
const FLOOR = 16;
const MARGINS = { marginLeft: 46, marginRight: 26, marginTop: 34, marginBottom: 44 };

/** `width` of the picture, in pixels. */
export function frontierDrawing(document: BenchDocument, width = 700): Drawing {
  const all = spots(document.backends);
  const edge = undominated(all);
  const domain = decadeRange(all.flatMap(({ seconds }) => [seconds.low, seconds.high]));
  const top = Math.max(5, ...all.map(({ median, worst }) => Math.max(median, worst))) * 1.06;
  const across = width - MARGINS.marginLeft - MARGINS.marginRight;
  const down = HEIGHT - MARGINS.marginTop - MARGINS.marginBottom;
  const xOf = (t: number) => (across * Math.log(t / domain[0])) / Math.log(domain[1] / domain[0]);
  const yOf = (digits: number) => (down - FLOOR) * (1 - digits / top);
  const points = all.map(({ backend, seconds, worst }) => ({
    x: xOf(seconds.median),
    y: yOf(worst),
    text: backend,
  }));
  const names = placeLabels(points, across, down, [...stairs(edge, xOf, yOf), ...whiskers(all, xOf, yOf)]);
  const at = { x: (s: Spot) => s.seconds.median, y: 'worst' } as const;
  const best = new Set(edge);
  // What another one beats in both is grey, so that the eye goes to the choice there is.
  const stroke = (s: Spot) => (best.has(s) ? lookColour(s.backend) : colour('grey'));
  const leaders = all.flatMap((spot, i) =>
    far(names[i])
      ? [
          {
            x1: spot.seconds.median,
            y1: spot.worst,
            x2: domain[0] * (domain[1] / domain[0]) ** ((points[i].x + names[i].dx / 2) / across),
            y2: top * (1 - (points[i].y + names[i].dy - 7 * Math.sign(names[i].dy)) / (down - FLOOR)),
          },
        ]
      : [],
  );
  const skipped = document.backends.filter(({ skipped }) => skipped !== undefined);
  const ran = all.length > 0;
  return {
    panels: [
      {
        width,
        height: HEIGHT,
        ...MARGINS,
        x: {
          type: 'log',
          domain: ran ? domain : [1e-6, 1],
          label: 'time of one step on one world →',
          labelAnchor: 'center',
          ticks: logTicks(ran ? domain : [1e-6, 1], width < 500 ? 5 : 9),
          tickFormat: secondsText,
          grid: true,
        },
        y: { domain: [0, top], insetBottom: FLOOR, label: '↑ correct decimal digits', grid: true },
        marks: [
          Plot.line(edge, { ...at, curve: 'step-after', stroke: colour('line'), strokeWidth: 2 }),
          Plot.ruleX(all, { x: at.x, y1: 'worst', y2: 'median', stroke, strokeOpacity: 0.6 }),
          Plot.ruleY(all, { y: 'worst', x1: (s) => s.seconds.low, x2: (s) => s.seconds.high, stroke }),
          Plot.link(leaders, { x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', stroke: colour('line') }),
          Plot.dot(all, {
            ...at,
            symbol: (s: Spot) => symbolOf(s.backend),
            stroke,
            fill: (s: Spot) => (s.seconds.timerLimited ? colour('ground') : stroke(s)),
            r: 5,
            title: (s: Spot) =>
              `${s.backend}: ${s.worst.toFixed(1)} digits at worst, ${secondsText(s.seconds.median)} a step`,
          }),
          ...all.map((spot, i) =>
            Plot.text([spot], {
              ...at,
              ...names[i],
              text: 'backend',
              fill: stroke(spot),
              ...(best.has(spot) ? { fontWeight: 600 } : {}),
              stroke: colour('ground'),
              strokeWidth: 4,
            }),
          ),
          ...(ran ? [] : [Plot.text(['no backend ran'], { frameAnchor: 'middle' })]),
        ],
      },
    ],
    title: 'What precision costs',
    caption: [
      `Correct decimal digits after ${count(stepsOf(document.backends), 'step')} against the time of one step; up is more exact, left is faster. In colour, joined by stairs: what no other backend beats in both; grey: what some other one beats in both.`,
      `Mark: the worst world and the median time; upward: to the median world; sideways: quartiles of the time${all.some(({ seconds }) => seconds.timerLimited) ? '; hollow: limited by the clock, not the work' : ''}.`,
      `Work: ${document.work.replace(/\.$/, '')}.`,
      ...(skipped.length > 0
        ? [`Not run: ${skipped.map(({ backend, skipped }) => `${backend} (${skipped})`).join(', ')}.`]
        : []),
      `Machine: ${document.machine.cpu}, ${count(document.machine.cores, 'core')}; ${document.made.slice(0, 10)}. Made by: ${document.command}`,
    ].join(' '),
  };
}

export const frontier = (document: BenchDocument): string => standAlone(frontierDrawing(document));
