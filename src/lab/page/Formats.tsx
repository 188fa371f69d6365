/** Numeric formats side by side: each trains in a worker of its own, and follows the main training. */
import { useState } from 'preact/hooks';
import { colour } from '../../report/pictures/palette.ts';
import { agreement, digitsOfFormat, falseSnap } from '../compare.ts';
import { DECIMAL_DIGITS, PLAIN_FORMATS } from '../permalink.ts';
import type { Format } from '../protocol.ts';
import { numberFault } from '../setupFaults.ts';
import type { LabController } from './controller.ts';
import { type ChartLine, LineChart } from './LineChart.tsx';
import { onDrawing } from './memo.ts';
import { NumberField } from './NumberField.tsx';
import { PictureFrame } from './PictureFrame.tsx';
import type { Runner } from './runner.ts';
import { Scroll } from './Scroll.tsx';
import { numberText, type Scale, stepScale, stepText } from './scales.ts';
import { FORMAT_WORDS, formatLabel, formatWords } from './words.ts';

const HUES = ['blue', 'orange', 'green', 'purple', 'ochre', 'grey'] as const;
/** Frames hold doubles, which tell 16 digits apart. */
const DIGITS_SCALE: Scale = { low: 0, high: 16, log: false, shifted: false, ticks: [0, 4, 8, 12, 16] };
/** Pixels of the longest name of a format at the end of its line. */
const LABEL_ROOM = 92;
const DIGITS_RULE = { range: DECIMAL_DIGITS, whole: true };

/** The training that the others are measured by: that of the most digits. */
const mostPrecise = (runners: readonly Runner[]): Runner =>
  runners.reduce((best, one) =>
    one.failure === null && digitsOfFormat(one.format) > digitsOfFormat(best.format) ? one : best,
  );

interface Compared {
  readonly runner: Runner;
  readonly hue: string;
  /** Null for the most precise itself. */
  readonly agrees: ReturnType<typeof agreement> | null;
  readonly snapped: number | null;
}

function compared(runners: readonly Runner[]): Compared[] {
  const best = mostPrecise(runners);
  return runners.map((runner, i): Compared => {
    const hue = colour(HUES[i % HUES.length]);
    if (runner === best) return { runner, hue, agrees: null, snapped: null };
    const [own, precise] = [runner.course.frames(), best.course.frames()];
    return {
      runner,
      hue,
      agrees: agreement(own, precise),
      snapped: falseSnap(own, precise, runner.format),
    };
  });
}

const perStep = ({ seconds, steps }: Runner): string =>
  steps === 0
    ? '–'
    : seconds / steps >= 1e-3
      ? `${numberText((1e3 * seconds) / steps)} ms`
      : `${numberText((1e6 * seconds) / steps)} µs`;

const parted = (agrees: Compared['agrees']): string => {
  if (agrees === null) return 'the measure of the others';
  if (agrees.digits.length === 0) return '–';
  return agrees.partedAt === null ? 'not so far' : `step ${stepText(agrees.partedAt)}`;
};

function Row({ one, onRemove }: { readonly one: Compared; readonly onRemove: (() => void) | null }) {
  const { runner, agrees, snapped } = one;
  const last = agrees?.digits.at(-1);
  const name = formatWords(runner.format);
  return (
    <tr>
      <th scope="row">
        <svg width="14" height="10" aria-hidden="true">
          <rect width="14" height="10" rx="2" fill={one.hue} />
        </svg>{' '}
        {name}
      </th>
      {runner.failure === null ? (
        <>
          <td class="number">{stepText(runner.step)}</td>
          <td class="number">{perStep(runner)}</td>
          <td class="number">
            {last ? (last.digits >= 16 ? '16 or more' : numberText(last.digits, 3)) : '–'}
          </td>
          <td>{parted(agrees)}</td>
          <td>
            {agrees === null ? (
              '–'
            ) : snapped === null ? (
              'no'
            ) : (
              <strong class="wrong">✗ since step {stepText(snapped)}</strong>
            )}
          </td>
        </>
      ) : (
        <td colSpan={5} class="wrong">
          {runner.failure}
        </td>
      )}
      <td>
        {onRemove && (
          <button type="button" class="quiet" aria-label={`Remove ${name}`} onClick={onRemove}>
            Remove
          </button>
        )}
      </td>
    </tr>
  );
}

interface Panel {
  readonly lab: LabController;
  readonly formats: readonly Format[];
  readonly logTime: boolean;
  /** Counts drawings of the curves. */
  readonly drawing: number;
  readonly about: string;
}

export const Formats = onDrawing(function Formats({ lab, formats, logTime, about }: Panel) {
  const [digits, setDigits] = useState(30);
  const rows = compared([lab.main, ...lab.others.values()]);
  const choose = (format: Format, on: boolean) =>
    lab.change({
      formats: on ? [...new Set([...formats, format])] : formats.filter((one) => one !== format),
    });
  const lines = rows.flatMap(({ runner, hue, agrees, snapped }): ChartLine[] =>
    agrees === null
      ? []
      : [
          {
            name: formatWords(runner.format),
            colour: hue,
            points: agrees.digits.map((one) => [one.step, one.digits]),
            dashed: snapped !== null,
            label: formatLabel(runner.format),
          },
        ],
  );
  const at = rows.flatMap(({ runner, agrees, snapped }) => [
    ...(agrees?.partedAt == null ? [] : [{ step: agrees.partedAt, label: `${runner.format} parts` }]),
    ...(snapped === null ? [] : [{ step: snapped, label: `${runner.format}: false snap` }]),
  ]);
  return (
    <>
      <p class="prose">
        The same training in other arithmetic, each in a thread of its own. How many digits of attention agree
        with the most precise one, when do they part (by one percentage point), and does attention stand still
        where it should still move?
      </p>
      <fieldset class="formats">
        <legend>Formats beside float64</legend>
        {PLAIN_FORMATS.filter((format) => format !== 'float64').map((format) => (
          <label key={format} class="check">
            <input
              type="checkbox"
              checked={formats.includes(format)}
              onChange={(event) => choose(format, event.currentTarget.checked)}
            />
            <span>{FORMAT_WORDS[format]}</span>
          </label>
        ))}
        <span class="add-decimal">
          <NumberField
            label="Digits of a decimal"
            value={digits}
            parse={Number}
            fault={(x) => numberFault(x, DIGITS_RULE)}
            onCommit={setDigits}
          />
          <button type="button" onClick={() => choose(`decimal${digits}`, true)}>
            Add decimal
          </button>
        </span>
      </fieldset>
      <Scroll label="Formats compared">
        <table class="compared">
          <thead>
            <tr>
              <th scope="col">format</th>
              <th scope="col" class="number">
                step
              </th>
              <th scope="col" class="number">
                a step takes
              </th>
              <th scope="col" class="number">
                digits that agree
              </th>
              <th scope="col">parts</th>
              <th scope="col">false snap</th>
              <th scope="col">
                <span class="hidden">remove</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <Row
                key={one.runner.format}
                one={one}
                onRemove={one.runner === lab.main ? null : () => choose(one.runner.format, false)}
              />
            ))}
          </tbody>
        </table>
      </Scroll>
      {lines.length > 0 && (
        <PictureFrame
          id="digits"
          title="Digits of attention that agree with the most precise format"
          says="A dashed line: attention of this format stands still, although it should move (a false snap)."
          about={about}
        >
          <LineChart
            title="Digits that agree by step"
            x={stepScale(lab.main.step, logTime)}
            y={DIGITS_SCALE}
            lines={lines}
            at={at}
            moving={lab.playing}
            room={LABEL_ROOM}
          />
        </PictureFrame>
      )}
    </>
  );
});
