/** The course of a recorded run: a small picture a class, of attention, effective number of tokens, entropy and growth. */
import * as Plot from '@observablehq/plot';
import type { ClassCourse } from '../../runs/course.ts';
import type { Figure } from './figures.ts';
import { HUES } from './lineEnds.ts';
import { type Colour, colour } from './palette.ts';
import type { Drawing } from './svg.ts';

export interface RunPicture {
  readonly steps: readonly number[];
  /** The classes that are shown, in order. */
  readonly classes: readonly ClassCourse[];
  /** Onset of the snap in steps; null where the theory gives none. */
  readonly onset: number | null;
  /** What is shown of how much, for every caption. */
  readonly note: string;
}

interface Line {
  readonly name: string;
  readonly hue: Colour;
  readonly dash: string;
  readonly values: readonly (number | null)[];
}

interface Look {
  readonly title: string;
  readonly caption: string;
  readonly y: string;
  /** The axis begins at 0, or is logarithmic where values span a decade; otherwise as the values are. */
  readonly from?: 'zero' | 'log';
  readonly lines: (one: ClassCourse) => readonly Line[];
}

const [WIDE, NARROW] = [620, 336];
/** Height of one small picture. */
const HIGH = 132;
/** A step axis of more steps is logarithmic beyond 1. */
const LINEAR = 200;
/** Tokens of a class with lines of their own. */
const MOST_TOKENS = 12;

const DASH: Record<'distinct' | 'common', string> = { distinct: '', common: '5 3' };

const titleOf = ({ next, query }: ClassCourse, width: number): string =>
  `${width === WIDE ? 'next ' : ''}${next}, query ${query}`;

/** Room above the lines for names, as a part of the height. */
const HEADROOM = 0.45;

/** The scale of all small pictures together. */
function scaleOf({ y, from }: Look, values: readonly number[]): Plot.ScaleOptions {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!(low <= high)) return { label: y, domain: [0, 1] };
  if (from === 'log' && high > 10 * low)
    return { label: `${y} (logarithmic)`, type: 'log', domain: [low, high * (high / low) ** HEADROOM] };
  const bottom = from === 'zero' ? 0 : low;
  // Where nothing moves, the axis still needs a height.
  const height = Math.max(high - bottom, 1e-3 * Math.abs(high), Number.MIN_VALUE);
  return { label: y, domain: [bottom, bottom + (1 + HEADROOM) * height] };
}

/** Small pictures side by side, `across` of them in a row. */
function multiples({ steps, classes, onset, note }: RunPicture, look: Look, width: number): Drawing {
  const across = Math.min(classes.length, width === WIDE ? 3 : 2);
  const rows = Math.ceil(classes.length / across);
  const last = steps[steps.length - 1];
  const at = (i: number) => ({ fx: i % across, fy: Math.floor(i / across) });
  const points = classes.flatMap((one, i) =>
    look
      .lines(one)
      .flatMap(({ name, hue, dash, values }, k) =>
        values.flatMap((value, s) =>
          value !== null && Number.isFinite(value)
            ? [{ ...at(i), name, hue, dash, key: `${i} ${k}`, step: steps[s], value }]
            : [],
        ),
      ),
  );
  const dashes = [...new Set(points.map(({ dash }) => dash))];
  const ends = classes.flatMap((one, i) =>
    look
      .lines(one)
      .filter(({ name }) => name !== '')
      .map(({ name, hue, values }, k) => ({ ...at(i), k, name, hue, value: values[values.length - 1] })),
  );
  const marked = onset !== null && onset <= last;
  const heads = classes.map((one, i) => ({ ...at(i), text: titleOf(one, width) }));
  return {
    panels: [
      {
        width,
        height: rows * HIGH + 80,
        marginLeft: 44,
        marginRight: 18,
        marginTop: 42,
        marginBottom: 38,
        fx: {
          axis: null,
          padding: width === WIDE ? 0.12 : 0.26,
          domain: Array.from({ length: across }, (_, i) => i),
        },
        fy: { axis: null, padding: 0.2, domain: Array.from({ length: rows }, (_, i) => i) },
        x: {
          ...(last > LINEAR ? { type: 'symlog' as const, constant: 1 } : {}),
          domain: [0, Math.max(1, last)],
          ticks:
            last > LINEAR
              ? [0, ...Array.from({ length: Math.floor(Math.log10(last)) + 1 }, (_, k) => 10 ** k)]
              : 3,
          tickFormat: (x: number) => (x >= 1e4 ? x.toExponential(0).replace('+', '') : String(x)),
          label: 'training step →',
          labelAnchor: 'center',
        },
        y: {
          grid: true,
          ticks: 4,
          ...scaleOf(
            look,
            points.map(({ value }) => value),
          ),
        },
        marks: [
          Plot.frame({ stroke: colour('line') }),
          ...(marked
            ? [
                Plot.ruleX([onset], { stroke: colour('ink'), strokeDasharray: '2 2' }),
                Plot.text(heads.slice(0, 1), {
                  fx: 'fx',
                  fy: 'fy',
                  x: () => onset,
                  frameAnchor: 'bottom',
                  text: () => 't0',
                  textAnchor: 'start',
                  dx: 3,
                  dy: -5,
                  fontSize: 11,
                }),
              ]
            : []),
          ...dashes.map((dash) =>
            Plot.line(
              points.filter((p) => p.dash === dash),
              {
                ...{ fx: 'fx', fy: 'fy', x: 'step', y: 'value', z: 'key', strokeWidth: 1.6 },
                stroke: (p: (typeof points)[number]) => colour(p.hue),
                ...(dash !== '' && { strokeDasharray: dash }),
              },
            ),
          ),
          Plot.text(heads, {
            ...{ fx: 'fx', fy: 'fy', text: 'text', frameAnchor: 'top-left', dy: -12 },
            ...{ textAnchor: 'start', fontSize: 11.5, fontWeight: 600 },
          }),
          ...ends.map((end) =>
            Plot.text([end], {
              ...{ fx: 'fx', fy: 'fy', text: 'name', frameAnchor: 'top-right', fontSize: 11 },
              ...{ textAnchor: 'end', dx: -4, dy: 8 + 13 * end.k, fill: colour(end.hue) },
              ...{ stroke: colour('ground'), strokeWidth: 3 },
            }),
          ),
        ],
      },
    ],
    title: look.title,
    caption: `${look.caption}${marked ? ' Dotted: the onset t0 of the snap.' : ''} ${note}`,
  };
}

/** The tokens of a class with most attention at the start or at the end, in their order. */
function drawn({ states }: ClassCourse): number[] {
  const [first, last] = [states[0].attention, states[states.length - 1].attention];
  return first
    .map((_, i) => i)
    .sort((i, j) => Math.max(first[j], last[j]) - Math.max(first[i], last[i]))
    .slice(0, MOST_TOKENS)
    .sort((i, j) => i - j);
}

/** Lines of a class's tokens; the two with most attention at the end have names. */
function tokenLines(one: ClassCourse): Line[] {
  const { states, tokens, distinct } = one;
  const end = states[states.length - 1].attention;
  const shown = drawn(one);
  const named = [...shown].sort((i, j) => end[j] - end[i]).slice(0, 2);
  let next = 0;
  const lines = shown.map((i): Line & { i: number } => ({
    i,
    name: named.includes(i) ? `${distinct[i] ? '—' : '- -'} token ${tokens[i]}` : '',
    hue: distinct[i] ? HUES[next++ % HUES.length] : 'grey',
    dash: DASH[distinct[i] ? 'distinct' : 'common'],
    values: states.map(({ attention }) => 100 * attention[i]),
  }));
  return [...lines].sort((a, b) => end[b.i] - end[a.i]);
}

const looks: Readonly<Record<string, Look>> = {
  attention: {
    title: 'Attention of each class over its tokens',
    caption: `Solid: distinct tokens; grey and dashed: common ones. Of a class the ${MOST_TOKENS} tokens with most attention at the start or the end; the two with most at the end are named.`,
    y: '↑ share of attention, %',
    from: 'zero',
    lines: tokenLines,
  },
  effective: {
    title: 'Effective number of tokens',
    caption:
      '1/Σc² of attention c: the number of tokens if attention were equal. Solid: over the distinct tokens, normalised; dashed: over all.',
    y: '↑ tokens',
    from: 'zero',
    lines: ({ states }) => [
      {
        ...{ name: '— distinct', hue: 'blue', dash: '' },
        values: states.map((state) => state.effectiveDistinct),
      },
      { name: '- - all', hue: 'orange', dash: '5 3', values: states.map((state) => state.effective) },
    ],
  },
  entropy: {
    title: 'Entropy of attention over distinct tokens',
    caption: 'In nats, of attention normalised over the distinct tokens of the class.',
    y: '↑ entropy, nats',
    lines: ({ states }) => [
      { name: '', hue: 'blue', dash: '', values: states.map(({ entropy }) => entropy) },
    ],
  },
  growth: {
    title: 'Growth of the leading distinct token',
    caption: 'χ = exp(2 (z - z(0))) of the distinct token that has most attention at the start (Theorem 3).',
    y: '↑ χ',
    from: 'log',
    lines: ({ states, dominant }) => [
      {
        ...{ name: dominant === null ? 'none' : `token ${dominant}`, hue: 'purple', dash: '' },
        values: states.map(({ chi }) => chi),
      },
    ],
  },
};

/** The pictures of a run, each for a wide and a narrow page. */
export const runFigures = (picture: RunPicture): Figure[] =>
  Object.entries(looks).map(([id, look]) => ({
    id,
    wide: multiples(picture, look, WIDE),
    narrow: multiples(picture, look, NARROW),
  }));
