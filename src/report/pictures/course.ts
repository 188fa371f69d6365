/** The margin that fails in a counterexample, over the time of its world. */
import * as Plot from '@observablehq/plot';
import { rowsOf } from '../../verify/registry.ts';
import type { Counterexample } from '../../verify/result.ts';
import { short } from '../format.ts';
import { logTicks } from './backends.ts';
import { colour } from './palette.ts';
import type { Drawing } from './svg.ts';

interface MarginReading {
  readonly time: number;
  /** Relative to its scale; the least where several share a name and a time. */
  readonly value: number;
}

/** The readings in the order of time, or why there is no picture of them; null where the world has no time. */
export type MarginCourse =
  | { readonly readings: readonly MarginReading[] }
  | { readonly missing: string }
  | null;

/** Readings of one margin. More are thinned out: a picture of 300 px does not show them. */
const MOST = 300;

/** The check once more in float64 on the world of a counterexample; milliseconds for those that are kept. */
export function courseOf({ claim, rung, world, margin }: Counterexample): MarginCourse {
  const [row] = rowsOf([claim], [rung]);
  const course = row?.check.course;
  if (!course) return null;
  const least = new Map<number, number>();
  try {
    for (const { name, value, scale, time } of course(world))
      if (name === margin.name) least.set(time, Math.min(value / scale, least.get(time) ?? Infinity));
  } catch (error) {
    // A flow too stiff to be integrated to its end, for one: no picture keeps a report from being written.
    return { missing: `not drawn: ${error instanceof Error ? error.message : String(error)}` };
  }
  const readings = [...least].map(([time, value]) => ({ time, value }));
  if (readings.length < 2) return { missing: 'not drawn over time: it has a single reading' };
  const every = Math.ceil(readings.length / MOST);
  return {
    readings: readings.filter(
      ({ value }, i) => i % every === 0 || value === Math.min(...readings.map((r) => r.value)),
    ),
  };
}

const [WIDTH, HEIGHT] = [336, 172];

/** Four or so whole numbers. */
const steps = (first: number, last: number): number[] => {
  const every = Math.ceil((last - first) / 4);
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);
};

/** `0.01`, `1000`, `1e6`. */
const plain = (x: number): string =>
  Math.abs(x) >= 1e5 || (x !== 0 && Math.abs(x) < 1e-3)
    ? x.toExponential(0).replace('+', '')
    : String(Number(x.toPrecision(3)));

/** 0 and powers of ten on both sides of it, at most three on each, where they stand apart on the symlog axis. */
function decadesAround(values: readonly number[], constant: number): number[] {
  const side = (sign: 1 | -1) => {
    const most = Math.max(...values.map((x) => sign * x));
    const ticks: number[] = [];
    for (let k = Math.floor(Math.log10(most)); 10 ** k > 2 * constant && ticks.length < 3; k--)
      ticks.push(sign * 10 ** k);
    return most > 0 ? ticks : [];
  };
  return [...side(-1), 0, ...side(1)];
}

/** @param readings at least two; @param discrete whether time counts training steps */
export function courseDrawing(
  margin: string,
  readings: readonly MarginReading[],
  discrete: boolean,
): Drawing {
  const times = readings.map(({ time }) => time);
  const sizes = readings.map(({ value }) => Math.abs(value)).filter((size) => size > 0);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  // Both a margin near 1 and the small one that fails are to be seen.
  const constant = Math.min(...sizes, 1);
  const wide = Math.max(...sizes) > 20 * constant;
  const log = !discrete && last > 30 * first;
  const fails = readings.filter(({ value }) => value < 0);
  return {
    panels: [
      {
        width: WIDTH,
        height: HEIGHT,
        marginLeft: 58,
        marginRight: 22,
        marginTop: 26,
        marginBottom: 38,
        x: {
          ...(log ? { type: 'log' as const } : {}),
          domain: [first, last],
          ticks: discrete ? steps(first, last) : log ? logTicks([first, last], 5) : 4,
          tickFormat: plain,
          label: discrete ? 'training step →' : 'time t →',
          labelAnchor: 'center',
        },
        y: {
          ...(wide ? { type: 'symlog' as const, constant } : {}),
          nice: !wide,
          ticks: wide
            ? decadesAround(
                readings.map(({ value }) => value),
                constant,
              )
            : 4,
          tickFormat: plain,
          label: '↑ margin',
          grid: true,
        },
        marks: [
          Plot.ruleY([0], { stroke: colour('ink') }),
          Plot.line(readings, { x: 'time', y: 'value', stroke: colour('blue'), strokeWidth: 1.5 }),
          Plot.dot(fails, {
            x: 'time',
            y: 'value',
            r: 3.5,
            symbol: 'times',
            stroke: colour('alarm'),
            strokeWidth: 2,
            title: ({ time, value }: MarginReading) =>
              `${discrete ? 'step' : 't ='} ${short(time)}: ${short(value)}`,
          }),
        ],
      },
    ],
    title: `The margin of “${margin}” over time`,
    caption: `The margin of “${margin}”, relative to its scale, over the ${discrete ? 'training steps' : 'time'} of this world. Crosses: below 0, where the statement is false.${wide ? ' The axis is logarithmic on both sides of 0.' : ''}`,
  };
}
