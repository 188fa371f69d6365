/** How the time of a step grows, one quantity at a time. */
import * as Plot from '@observablehq/plot';
import type { BenchDocument, ScalingCurve } from '../../bench/document.ts';
import { count } from '../format.ts';
import { dashOf, decadeRange, logTicks, lookColour, secondsText } from './backends.ts';
import { spread } from './labels.ts';
import { colour } from './palette.ts';
import { type Drawing, type Panel, SIZE, standAlone, textWidth } from './svg.ts';

const MEANING: Record<ScalingCurve['variable'], string> = {
  M: 'size of the vocabulary, M',
  K: 'number of classes, K',
  T: 'length of a sequence, T',
  worlds: 'worlds trained at once',
};

/** Least height of a panel; room for the names at the ends of its curves. */
const HEIGHT = 244;
const NAME = SIZE * 1.25;
const MARGINS = { marginLeft: 58, marginTop: 44, marginBottom: 44 };

/** `1,000`, `1e6`. */
const countText = (n: number): string =>
  n < 1e5 ? n.toLocaleString('en-US') : n.toExponential(0).replace('+', '');

const exponentText = ({ exponent: { value, standardError } }: ScalingCurve): string =>
  `${value.toFixed(2)} ± ${standardError.toFixed(2)}`;

/** The curves of one quantity, each with its exponent at its end. */
function panel(variable: ScalingCurve['variable'], curves: readonly ScalingCurve[], width: number): Panel {
  const points = curves.flatMap(({ backend, points }) =>
    points.map(({ at, seconds }) => ({ backend, at, ...seconds })),
  );
  const ats = points.map(({ at }) => at);
  const x: [number, number] = [Math.min(...ats), Math.max(...ats)];
  const y = decadeRange(points.flatMap(({ low, high }) => [low, high]));
  const height = Math.max(HEIGHT, MARGINS.marginTop + MARGINS.marginBottom + curves.length * NAME);
  const bottom = height - MARGINS.marginBottom;
  const yOf = (seconds: number) =>
    bottom - ((bottom - MARGINS.marginTop) * Math.log(seconds / y[0])) / Math.log(y[1] / y[0]);
  const ends = curves.map((curve) => curve.points.reduce((a, b) => (b.at > a.at ? b : a)));
  const natural = ends.map(({ seconds }) => yOf(seconds.median));
  const placed = spread(natural, NAME, MARGINS.marginTop, bottom);
  const at = { x: 'at', y: 'median', z: 'backend' } as const;
  type P = (typeof points)[number];
  const stroke = (p: P) => lookColour(p.backend);
  const narrow = width < 500;
  // A narrow picture has no room for the standard errors.
  const names = curves.map((curve) =>
    narrow
      ? `${curve.backend} ${curve.exponent.value.toFixed(2)}`
      : `${curve.backend} ${exponentText(curve)}`,
  );
  return {
    width,
    height,
    ...MARGINS,
    marginRight: 10 + Math.max(...names.map((name) => textWidth(name))),
    x: {
      type: 'log',
      domain: x,
      label: `${MEANING[variable]} →`,
      labelAnchor: 'center',
      ticks: logTicks(x, narrow ? 4 : 7),
      tickFormat: countText,
      grid: true,
    },
    y: {
      type: 'log',
      domain: y,
      label: '↑ time of one step',
      ticks: logTicks(y, 5),
      tickFormat: secondsText,
      grid: true,
    },
    marks: [
      ...curves.map(({ backend }) =>
        Plot.line(
          points.filter((p) => p.backend === backend),
          { ...at, stroke, strokeWidth: 2, strokeDasharray: dashOf(backend) },
        ),
      ),
      Plot.ruleX(points, { x: 'at', y1: 'low', y2: 'high', stroke }),
      Plot.dot(points, {
        x: 'at',
        y: 'median',
        r: 3,
        stroke,
        fill: (p: P) => (p.timerLimited ? colour('ground') : lookColour(p.backend)),
        title: (p: P) => `${p.backend}: ${secondsText(p.median)} a step at ${countText(p.at)}`,
      }),
      ...curves.map((curve, i) =>
        Plot.text([ends[i]], {
          x: 'at',
          y: (end: (typeof ends)[number]) => end.seconds.median,
          text: () => names[i],
          textAnchor: 'start',
          dx: 8,
          dy: placed[i] - natural[i],
          fill: lookColour(curve.backend),
        }),
      ),
    ],
  };
}

const VARIABLES = Object.keys(MEANING) as ScalingCurve['variable'][];

/** A panel for each quantity that was varied; undefined when none was. */
export function scalingDrawing(
  { scaling, machine, made, command }: BenchDocument,
  width = 700,
): Drawing | undefined {
  const varied = VARIABLES.filter((variable) => scaling.some((curve) => curve.variable === variable));
  if (varied.length === 0) return undefined;
  const of = (variable: ScalingCurve['variable']) => scaling.filter((curve) => curve.variable === variable);
  const fixed = varied.map(
    (variable) => `with ${variable}: ${[...new Set(of(variable).map((curve) => curve.fixed))].join(' / ')}`,
  );
  return {
    panels: varied.map((variable) => panel(variable, of(variable), width)),
    title: 'How the time of a step grows',
    caption: `Median time of one step, both axes logarithmic; behind each name the exponent of the fitted power law${width < 500 ? '' : ' and its standard error'}: 0 is flat, 1 grows in proportion. Bars: quartiles. Fixed ${fixed.join('; ')}. Machine: ${machine.cpu}, ${count(machine.cores, 'core')}; ${made.slice(0, 10)}. Made by: ${command}`,
  };
}

/** @throws Error when the run varied nothing */
export function scaling(document: BenchDocument): string {
  const drawing = scalingDrawing(document);
  if (!drawing) throw new Error('expected a bench with scaling curves, got one without');
  return standAlone(drawing);
}
