/** The curves of the selected class: attention, effective number of tokens, entropy, growth; and the loss. */

import { colour } from '../../report/pictures/palette.ts';
import type { ClassState } from '../../runs/course.ts';
import type { Frame, LabClass, TheoryPoint } from '../protocol.ts';
import type { LabWorld } from '../worlds.ts';
import { Figure } from './Figure.tsx';
import { type ChartLine, LineChart } from './LineChart.tsx';
import { memo } from './memo.ts';
import { linearScale, powerScale, stepScale, stepText } from './scales.ts';
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
}

type Points = ChartLine['points'];
type Read = (state: ClassState) => number | null;

/** Distinct tokens with a label and a theory's curve of their own: more lie on one another. */
const MOST_LABELS = 3;

const largest = (points: Points): number =>
  points.reduce((most, [, v]) => (v !== null && Number.isFinite(v) && v > most ? v : most), 0);
const least = (points: Points): number =>
  points.reduce((low, [, v]) => (v !== null && v > 0 && v < low ? v : low), Number.POSITIVE_INFINITY);

export const Charts = memo(function Charts(props: Curves) {
  const { frames, index, one, world, theory, why, onset, logTime, most, about } = props;
  const last = frames[frames.length - 1].step;
  const x = stepScale(last, logTime);
  const foretold = theory?.filter(({ step }) => step <= x.high);
  const read = (of: Read): Points => frames.map(({ step, classes }) => [step, of(classes[index])]);
  const curve = (of: Read): Points => (foretold ?? []).map(({ step, classes }) => [step, of(classes[index])]);
  const at = onset === null ? [] : [{ step: onset, label: `t₀ = ${stepText(Math.round(onset))}` }];
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
  return (
    <div class="charts">
      <Figure
        id="attention"
        title={`Attention over time, ${name}`}
        says={`Thick with a disc: distinct tokens, from gold (frequent) to blue (rare). Thin with a square: common ones. ${dashes}`}
        about={about}
      >
        <LineChart
          title={`Attention of ${name} by step`}
          x={x}
          y={linearScale(0, most)}
          lines={attention}
          at={at}
          height={250}
        />
      </Figure>
      <Figure
        id="effective"
        title="Effective number of tokens"
        says={`1/Σc²: how many tokens share attention, if they shared it equally. Blue: the distinct ones among themselves. ${dashes}`}
        about={about}
      >
        <LineChart
          title={`Effective number of tokens of ${name} by step`}
          x={x}
          y={zero(effective)}
          lines={effective}
          at={at}
        />
      </Figure>
      <Figure
        id="entropy"
        title="Entropy over distinct tokens"
        says={`In nats; it falls while attention narrows to a few. ${dashes}`}
        about={about}
      >
        <LineChart
          title={`Entropy over the distinct tokens of ${name} by step, nats`}
          x={x}
          y={zero(entropy)}
          lines={entropy}
          at={at}
        />
      </Figure>
      <Figure
        id="growth"
        title={dominant === null ? 'Growth χ of the dominant token' : `Growth χ of ${dominant}`}
        says={`χ = exp(2(z − z(0))) of the distinct token that leads at the start. At t₀ the theory's scan ends and the snap begins. ${dashes}`}
        about={about}
      >
        <LineChart
          title={`Growth of the dominant token of ${name} by step`}
          x={x}
          y={powerScale(Math.min(1, least(all(chi))), Math.max(2, largest(all(chi))))}
          lines={chi}
          at={at}
        />
      </Figure>
      <Figure
        id="loss"
        title="Loss"
        says="Cross-entropy of the next token before each step, nats."
        about={about}
      >
        <LineChart title="Loss by step, nats" x={x} y={zero(loss)} lines={loss} at={at} />
      </Figure>
    </div>
  );
});
