/** Attention of one class as bars: common tokens hatched at the left, distinct ones solid at the right. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { FONT } from '../../report/pictures/font.ts';
import { colour } from '../../report/pictures/palette.ts';
import type { Frame, LabClass, TheoryPoint } from '../protocol.ts';
import type { LabWorld } from '../worlds.ts';
import { linearScale, tickText } from './scales.ts';
import { type DrawnToken, drawnTokens } from './tokens.ts';
import { usePlace } from './usePlace.ts';
import { tokenName } from './words.ts';

interface Attention {
  readonly index: number;
  readonly one: LabClass;
  readonly world: LabWorld;
  readonly frame: Frame;
  readonly start: Frame;
  /** Attention of the theory at this step; null where it has none. */
  readonly theory: TheoryPoint | null;
  /** The largest share so far, of all classes. */
  readonly most: number;
  /** Whether it is drawn again and again: then only while it is near what is seen. */
  readonly moving: boolean;
}

const HIGH = 132;
const [LEFT, TOP, GAP] = [34, 8, 14];
/** Advance of a label's average glyph at 11 px, on the wide side. */
const GLYPH = 6.6;

interface Places {
  readonly x: readonly number[];
  readonly wide: number;
  readonly turned: boolean;
  readonly bottom: number;
}

/** Where each bar stands; labels that are wider than their bar are turned. */
function placesOf(tokens: readonly DrawnToken[], labels: readonly string[], width: number): Places {
  const commons = tokens.filter(({ distinct }) => !distinct).length;
  const both = commons > 0 && commons < tokens.length;
  const slot = Math.min(56, (width - LEFT - 2 - (both ? GAP : 0)) / Math.max(1, tokens.length));
  const x = tokens.map((_, i) => LEFT + 2 + i * slot + (both && i >= commons ? GAP : 0));
  const longest = Math.max(0, ...labels.map((label) => label.length));
  const turned = longest * GLYPH > slot - 1;
  const room = turned ? Math.min(70, longest * GLYPH * 0.75 + 10) : 16;
  return { x, wide: Math.max(1.5, slot * 0.78), turned, bottom: TOP + HIGH + room };
}

export function Bars({ index, one, world, frame, start, theory, most, moving }: Attention) {
  const { ref, width, near } = usePlace<HTMLDivElement>(360);
  const last = useRef<JSX.Element | null>(null);
  const { tokens, left } = useMemo(() => drawnTokens(one), [one]);
  const labels = useMemo(() => tokens.map(({ token }) => tokenName(world, token)), [tokens, world]);
  const { x, wide, turned, bottom } = useMemo(() => placesOf(tokens, labels, width), [tokens, labels, width]);
  if (moving && !near && last.current) return last.current;
  const scale = linearScale(0, most, 3);
  const y = (share: number) => TOP + HIGH * (1 - share / scale.high);
  const hatch = `hatch-${index}`;
  const commons = tokens.filter(({ distinct }) => !distinct).length;
  const attention = frame.classes[index].attention;
  const begun = start.classes[index].attention;
  const foretold = theory?.classes[index].attention;
  const kind = (text: string, from: number, to: number) =>
    to > from ? (
      <text x={(x[from] + x[to - 1] + wide) / 2} y={bottom + 12} text-anchor="middle" fill={colour('muted')}>
        {text}
      </text>
    ) : null;
  last.current = (
    <div ref={ref} class="picture">
      <svg
        xmlns="http://www.w3.org/2000/svg"
        role="img"
        aria-label={`Attention of class ${index + 1} by token, at step ${frame.step}. The numbers are in the table “Numbers of this step”.`}
        width={width}
        height={bottom + 18}
        viewBox={`0 0 ${width} ${bottom + 18}`}
        font-family={FONT}
        font-size="11"
      >
        <defs>
          <pattern
            id={hatch}
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="5" height="5" fill={colour('ground')} />
            <rect width="2" height="5" fill={colour('grey')} />
          </pattern>
        </defs>
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={LEFT}
              x2={width}
              y1={y(tick)}
              y2={y(tick)}
              stroke={colour('line')}
              stroke-width={tick === 0 ? 1 : 0.6}
            />
            <text x={LEFT - 5} y={y(tick) + 4} text-anchor="end" fill={colour('muted')}>
              {tickText(tick)}
            </text>
          </g>
        ))}
        {tokens.map(({ place, token, distinct, colour: fill }, i) => {
          const [top, first] = [y(attention[place]), y(begun[place])];
          const at = x[i];
          return (
            <g key={token}>
              <rect
                x={at}
                y={top}
                width={wide}
                height={Math.max(0, TOP + HIGH - top)}
                fill={distinct ? fill : `url(#${hatch})`}
                stroke={fill}
                stroke-width="1"
              />
              <rect
                x={at - 1.5}
                y={first}
                width={wide + 3}
                height={Math.max(0, TOP + HIGH - first)}
                fill="none"
                stroke={colour('ink')}
                stroke-width="0.8"
                stroke-opacity="0.65"
              />
              {foretold && (
                <path
                  d={`M${at - 3} ${y(foretold[place])}h${wide + 6}`}
                  stroke={colour('ink')}
                  stroke-width="1.6"
                  stroke-dasharray="3 2"
                />
              )}
            </g>
          );
        })}
        {tokens.map(({ token }, i) => {
          const middle = x[i] + wide / 2;
          return (
            <text
              key={token}
              x={middle}
              y={TOP + HIGH + 13}
              text-anchor={turned ? 'end' : 'middle'}
              transform={turned ? `rotate(-45 ${middle} ${TOP + HIGH + 10})` : undefined}
              fill={colour('ink')}
            >
              {labels[i]}
            </text>
          );
        })}
        {kind('common', 0, commons)}
        {kind('distinct, frequent → rare', commons, tokens.length)}
      </svg>
      {left > 0 && (
        <p class="small muted">{left.toLocaleString('en-US')} rarer tokens of this class are not drawn.</p>
      )}
    </div>
  );
  return last.current;
}
