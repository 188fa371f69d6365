/** The curves of the selected class: attention, effective number of tokens, entropy, growth; and the loss. */

import { colour } from '../../report/pictures/palette.ts';
import type { ClassState } from '../../runs/course.ts';
import type { Frame, LabClass, TheoryPoint } from '../protocol.ts';
import type { LabWorld } from '../worlds.ts';
import { type ChartLine, LineChart } from './LineChart.tsx';
import { onDrawing } from './memo.ts';
import { PictureFrame } from './PictureFrame.tsx';
import { linearScale, numberText, powerScale, type Scale, stepScale, stepText } from './scales.ts';
import { drawnTokens } from './tokens.ts';
import { classWords, tokenName, tokenWords } from './words.ts';

interface Curves {
  /** Counts their drawings: frames are added to, so that they stay the same list. */
  readonly drawing: number;
  readonly frames: readonly Frame[];
  readonly index: number;
  readonly one: LabClass;
  readonly world: LabWorld;
  readonly theory: readonly TheoryPoint[] | null;
  readonly why: string;
  readonly onset: number | null;
  readonly logTime: boolean;
  readonly most: number;
  readonly about: string;
  /** The id of the picture that comes first, at full width; the others keep their order. */
  readonly first: string | null;
  readonly moving: boolean;
}

interface Picture {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  /** For those who do not see it. */
  readonly shows: string;
  readonly lines: readonly ChartLine[];
  readonly y: Scale;
}

type Points = ChartLine['points'];
type Read = (state: ClassState) => number | null;

/** Distinct tokens with a label and a theory's curve of their own: more lie on one another. */
const MOST_LABELS = 3;

const largest = (points: Points): number =>
  points.reduce((most, [, v]) => (v !== null && Number.isFinite(v) && v > most ? v : most), 0);
const least = (points: Points): number =>
  points.reduce((low, [, v]) => (v !== null && v > 0 && v < low ? v : low), Number.POSITIVE_INFINITY);

export const Charts = onDrawing(function Charts(props: Curves) {
  const { frames, index, one, world, theory, why, onset, logTime, most, about, first, moving } = props;
  const last = frames[frames.length - 1].step;
  const x = stepScale(last, logTime);
  const foretold = theory?.filter(({ step }) => step <= x.high);
  const read = (of: Read): Points => frames.map(({ step, classes }) => [step, of(classes[index])]);
  const curve = (of: Read): Points => (foretold ?? []).map(({ step, classes }) => [step, of(classes[index])]);
  const at =
    onset === null
      ? []
      : [{ step: onset, label: `t₀ = ${onset < 100 ? numberText(onset, 2) : stepText(Math.round(onset))}` }];
  const pair = (name: string, of: Read, hue: string, label: string): ChartLine[] => [
    ...(foretold
      ? [{ name: `${name}, theory`, colour: hue, points: curve(of), width: 1.3, dashed: true }]
      : []),
    { name, colour: hue, points: read(of), label },
  ];
  const { tokens } = drawnTokens(one);
  const ranked = tokens
    .filter(({ distinct }) => distinct)
    .sort(
      (a, b) =>
        frames[frames.length - 1].classes[index].attention[b.place] -
        frames[frames.length - 1].classes[index].attention[a.place],
    );
  const labels = new Set(ranked.slice(0, MOST_LABELS).map(({ place }) => place));
  const attention = tokens.flatMap(({ place, token, distinct, colour: hue }): ChartLine[] => {
    const of: Read = (state) => state.attention[place];
    const line = {
      name: tokenWords(world, token),
      colour: hue,
      points: read(of),
      width: distinct ? 2 : 1,
      end: distinct ? ('disc' as const) : ('square' as const),
      ...(labels.has(place) ? { label: tokenName(world, token) } : {}),
    };
    if (!foretold || !labels.has(place)) return [line];
    return [{ name: line.name, colour: hue, points: curve(of), width: 1.3, dashed: true }, line];
  });
  const effective = [
    ...pair('distinct', (s) => s.effectiveDistinct, colour('blue'), 'distinct'),
    ...pair('all tokens', (s) => s.effective, colour('grey'), 'all'),
  ];
  const entropy = pair('entropy', (s) => s.entropy, colour('blue'), '');
  const chi = pair('growth', (s) => s.chi, colour('orange'), '');
  const loss: ChartLine[] = [
    { name: 'loss', colour: colour('purple'), points: frames.map(({ step, loss: value }) => [step, value]) },
  ];
  const all = (lines: readonly ChartLine[]): Points => lines.flatMap(({ points }) => points);
  const zero = (lines: readonly ChartLine[]) => linearScale(0, largest(all(lines)));
  const dashes = foretold
    ? 'Dashed: the two-timescale theory.'
    : why === ''
      ? ''
      : `No curve of the theory: ${why}.`;
  const name = classWords(world, one);
  const dominant = one.dominant === null ? null : tokenWords(world, one.dominant);
  const pictures: readonly Picture[] = [
    {
      ...{
        id: 'attention',
        title: `Attention over time, ${name}`,
        lines: attention,
        y: linearScale(0, Math.max(most, largest(all(attention)))),
      },
      says: `Thick with a disc: distinct tokens, from gold (frequent) to blue (rare). Thin with a square: common ones. ${dashes}`,
      shows: `Attention of ${name} by step`,
    },
    {
      ...{ id: 'effective', title: 'Effective number of tokens', lines: effective, y: zero(effective) },
      says: `1/Σc²: how many tokens share attention, if they shared it equally. Blue: the distinct ones among themselves. ${dashes}`,
      shows: `Effective number of tokens of ${name} by step`,
    },
    {
      ...{ id: 'entropy', title: 'Entropy over distinct tokens', lines: entropy, y: zero(entropy) },
      says: `In nats; it falls while attention narrows to a few. ${dashes}`,
      shows: `Entropy over the distinct tokens of ${name} by step, nats`,
    },
    {
      id: 'growth',
      title: dominant === null ? 'Growth χ of the dominant token' : `Growth χ of ${dominant}`,
      lines: chi,
      y: powerScale(Math.min(1, least(all(chi))), Math.max(2, largest(all(chi)))),
      says: `χ = exp(2(z − z(0))) of the distinct token that leads at the start. At t₀ the theory's scan ends and the snap begins. ${dashes}`,
      shows: `Growth of the dominant token of ${name} by step`,
    },
    {
      ...{ id: 'loss', title: 'Loss', lines: loss, y: zero(loss) },
      says: 'Cross-entropy of the next token before each step, nats.',
      shows: 'Loss by step, nats',
    },
  ];
  const wide = pictures.find(({ id }) => id === first) ?? pictures[0];
  return (
    <div class="charts">
      {[wide, ...pictures.filter((one) => one !== wide)].map((one) => (
        <div key={one.id} class={one === wide ? 'wide' : undefined}>
          <PictureFrame id={one.id} title={one.title} says={one.says} about={about}>
            <LineChart
              {...{ title: one.shows, x, y: one.y, lines: one.lines, at, moving }}
              height={one === wide ? 250 : undefined}
            />
          </PictureFrame>
        </div>
      ))}
    </div>
  );
});
