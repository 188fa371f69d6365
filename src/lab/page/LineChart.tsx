/** Curves over steps: solid lines of the training, dashed ones of the theory. */
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { FONT } from '../../report/pictures/font.ts';
import { colour } from '../../report/pictures/palette.ts';
import { fractionOn, type Scale, tickText } from './scales.ts';
import { usePlace } from './usePlace.ts';

export interface ChartLine {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [step: number, value: number | null])[];
  readonly width?: number;
  readonly dashed?: boolean;
  /** What marks its end: distinct tokens a disc, common ones a square. */
  readonly end?: 'disc' | 'square';
  /** Written at its end. */
  readonly label?: string;
}

interface Chart {
  /** What the picture shows, for those who do not see it. */
  readonly title: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly lines: readonly ChartLine[];
  /** Vertical lines, as the onset of the snap. */
  readonly at?: readonly { readonly step: number; readonly label: string }[];
  readonly height?: number;
  /** Pixels for the labels at the ends of lines. */
  readonly room?: number;
  /** Whether it is drawn again and again: then only while it is near what is seen. */
  readonly moving: boolean;
}

/** Most points of a line: more cannot be seen. */
const MOST_POINTS = 600;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 46, 16, 30];
const LABEL_GAP = 13;

/** A tenth of a pixel. */
const px = (x: number): string => String(Math.round(10 * x) / 10);

/** Pixels of steps as text: the lines of a chart have the same steps, whose logarithms cost most of a drawing. */
function columns(x: (step: number) => number): (step: number) => string {
  const known = new Map<number, string>();
  return (step) => {
    let text = known.get(step);
    if (text === undefined) {
      text = px(x(step));
      known.set(step, text);
    }
    return text;
  };
}

/** The points as an SVG path; a value that is null or not finite breaks it. */
function pathOf(
  points: ChartLine['points'],
  x: (step: number) => string,
  y: (value: number) => number,
): string {
  const every = Math.max(1, Math.ceil(points.length / MOST_POINTS));
  const parts: string[] = [];
  let pen = 'M';
  for (let i = 0; i < points.length; i++) {
    if (i % every !== 0 && i !== points.length - 1) continue;
    const [step, value] = points[i];
    if (value === null || !Number.isFinite(value)) pen = 'M';
    else {
      parts.push(pen, x(step), ' ', px(y(value)));
      pen = 'L';
    }
  }
  return parts.join('');
}

/** Labels moved apart, in their order. */
function apart(ys: readonly number[], low: number, high: number): number[] {
  const order = ys.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  for (const [k, one] of order.entries()) one.y = Math.max(one.y, k === 0 ? low : order[k - 1].y + LABEL_GAP);
  for (let k = order.length - 1; k >= 0; k--)
    order[k].y = Math.min(order[k].y, k === order.length - 1 ? high : order[k + 1].y - LABEL_GAP);
  const moved = [...ys];
  for (const { y, i } of order) moved[i] = y;
  return moved;
}

export function LineChart({ title, x, y, lines, at = [], height = 190, room = RIGHT, moving }: Chart) {
  const { ref, width, near } = usePlace<HTMLDivElement>(360);
  const last = useRef<JSX.Element | null>(null);
  if (moving && !near && last.current) return last.current;
  const [right, bottom] = [width - room, height - BOTTOM];
  const across = (step: number) => LEFT + (right - LEFT) * fractionOn(x, step);
  const py = (value: number) =>
    bottom - (bottom - TOP) * Math.max(-0.02, Math.min(1.02, fractionOn(y, value)));
  const column = columns(across);
  const ends = lines.map(({ points }) =>
    points.findLast(([, value]) => value !== null && Number.isFinite(value)),
  );
  const labelled = lines.flatMap((line, i) =>
    line.label !== undefined && ends[i] ? [{ line, step: ends[i][0], y: py(ends[i][1]!) }] : [],
  );
  const labelY = apart(
    labelled.map((one) => one.y),
    TOP + 4,
    bottom,
  );
  const shownAt = at.filter(({ step }) => step >= x.low && step <= x.high);
  last.current = (
    <div ref={ref} class="picture">
      <svg
        xmlns="http://www.w3.org/2000/svg"
        role="img"
        aria-label={title}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        font-family={FONT}
        font-size="11"
      >
        {y.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={LEFT}
              x2={right}
              y1={py(tick)}
              y2={py(tick)}
              stroke={colour('line')}
              stroke-width="0.6"
            />
            <text x={LEFT - 6} y={py(tick) + 4} text-anchor="end" fill={colour('muted')}>
              {tickText(tick)}
            </text>
          </g>
        ))}
        {x.ticks.map((tick) => (
          <g key={tick}>
            <line x1={across(tick)} x2={across(tick)} y1={bottom} y2={bottom + 4} stroke={colour('muted')} />
            <text x={across(tick)} y={bottom + 16} text-anchor="middle" fill={colour('muted')}>
              {tickText(tick)}
            </text>
          </g>
        ))}
        <text x={width - 2} y={bottom + 16} text-anchor="end" fill={colour('muted')}>
          step
        </text>
        {shownAt.map(({ step, label }) => {
          const left = across(step) > (LEFT + right) / 2;
          return (
            <g key={label}>
              <line
                x1={across(step)}
                x2={across(step)}
                y1={TOP - 8}
                y2={bottom}
                stroke={colour('ink')}
                stroke-dasharray="1 3"
              />
              <text
                x={across(step) + (left ? -4 : 4)}
                y={TOP - 4}
                text-anchor={left ? 'end' : 'start'}
                fill={colour('ink')}
              >
                {label}
              </text>
            </g>
          );
        })}
        {lines.map((line) => (
          <path
            key={`${line.name}${line.dashed ? ' theory' : ''}`}
            d={pathOf(line.points, column, py)}
            fill="none"
            stroke={line.colour}
            stroke-width={line.width ?? 2}
            stroke-dasharray={line.dashed ? '4 3' : undefined}
            stroke-linejoin="round"
          />
        ))}
        {lines.map((line, i) => {
          const end = ends[i];
          if (!line.end || !end) return null;
          const [cx, cy] = [across(end[0]), py(end[1]!)];
          return line.end === 'disc' ? (
            <circle key={line.name} cx={cx} cy={cy} r="2.6" fill={line.colour} />
          ) : (
            <rect
              key={line.name}
              x={cx - 2.4}
              y={cy - 2.4}
              width="4.8"
              height="4.8"
              fill={colour('ground')}
              stroke={line.colour}
            />
          );
        })}
        {labelled.map(({ line, step }, i) => (
          <text
            key={line.name}
            x={across(step) + 6}
            y={labelY[i] + 4}
            fill={line.colour}
            stroke={colour('ground')}
            stroke-width="3"
            paint-order="stroke"
          >
            {line.label}
          </text>
        ))}
      </svg>
    </div>
  );
  return last.current;
}
