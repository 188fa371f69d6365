/** What `snapcheck bench` found, as tables of texts. */

import type { BackendRow, BenchDocument, Timing } from '../bench/document.ts';
import { grouped } from './format.ts';
import { NOTHING } from './symbols.ts';

const UNITS = [
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
] as const;

/** Three significant digits with a unit: `2.71 µs`, `12.0 ms`. */
export function timeText(seconds: number): string {
  const [unit, name] = UNITS.find(([size]) => seconds >= size) ?? UNITS[UNITS.length - 1];
  // Never 1.00e+3: what rounds up to a thousand is the next unit's.
  const value = Number((seconds / unit).toPrecision(3));
  if (value >= 1000) return timeText(value * unit);
  return `${value.toPrecision(3)} ${name}`;
}

/** Three significant digits: `553`, `0.0412`, `51,200`. */
const number = (x: number): string =>
  x >= 1000 ? Number(x.toPrecision(3)).toLocaleString('en-US') : x.toPrecision(3);

const bytesText = (bytes: number | null): string =>
  bytes === null
    ? NOTHING
    : bytes < 1024 * 1024
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

/** Quartiles; `*` where the clock is too coarse to tell. */
const spread = ({ low, high, timerLimited }: Timing): string =>
  `${timeText(low)} – ${timeText(high)}${timerLimited ? '*' : ''}`;

export const digitText = (x: number | null): string => (x === null ? 'NaN' : x.toFixed(1));

/** A table as lists of cells, the first row its head; columns whose head is in `left` are aligned there. */
export interface Grid {
  readonly cells: readonly (readonly string[])[];
  readonly left: ReadonlySet<string>;
}

const grid = (left: readonly string[], ...cells: string[][]): Grid => ({ cells, left: new Set(left) });

/** Looks that some row has, in steps. */
const looksOf = ({ backends }: BenchDocument): number[] =>
  [...new Set(backends.flatMap(({ digits }) => digits.map(({ steps }) => steps)))].sort((a, b) => a - b);

/** Backends that ran: worst digits over the worlds (and their median after the last look), time and memory of a step. */
export function frontierGrid(document: BenchDocument): Grid {
  const looks = looksOf(document);
  const ran = document.backends.filter(({ skipped }) => skipped === undefined);
  const found = (row: BackendRow, steps: number) => row.digits.find((d) => d.steps === steps);
  return grid(
    ['backend'],
    ['backend', ...looks.map((n) => `after ${n}`), 'median', 'time a step', 'quartiles', 'memory'],
    ...ran.map((row) => [
      row.backend,
      ...looks.map((n) => {
        const digits = found(row, n);
        return digits ? digitText(digits.worst) : NOTHING;
      }),
      row.digits.length > 0 ? digitText(row.digits[row.digits.length - 1].median) : NOTHING,
      row.secondsPerStep ? timeText(row.secondsPerStep.median) : NOTHING,
      row.secondsPerStep ? spread(row.secondsPerStep) : NOTHING,
      bytesText(row.memory),
    ]),
  );
}

/** A line a problem and start: steps a second by backend, and how many times the authors' program that is. */
export function trainingGrid({ training }: BenchDocument): Grid {
  const backends = [...new Set(training.map(({ backend }) => backend))];
  const places = [...new Map(training.map((row) => [`${row.vocabulary} ${row.init}`, row])).values()].sort(
    (a, b) => (a.init === b.init ? a.vocabulary - b.vocabulary : a.init === 'zero' ? -1 : 1),
  );
  return grid(
    ['start'],
    ['M', 'K', 'start', ...backends.flatMap((id) => [id, '×'])],
    ...places.map((place) => [
      String(place.vocabulary),
      String(place.classes),
      place.init,
      ...backends.flatMap((id) => {
        const row = training.find(
          (r) => r.backend === id && r.vocabulary === place.vocabulary && r.init === place.init,
        );
        if (!row) return [NOTHING, NOTHING];
        const rate = number(1 / row.secondsPerStep.median) + (row.secondsPerStep.timerLimited ? '*' : '');
        return [rate, row.multiple === null ? NOTHING : number(row.multiple)];
      }),
    ]),
  );
}

export const populationGrid = ({ population }: BenchDocument): Grid =>
  grid(
    ['backend'],
    ['backend', 'worlds', 'time a step', 'quartiles', 'world-steps/s'],
    ...population.map(({ backend, worlds, secondsPerStep, worldStepsPerSecond }) => [
      backend,
      grouped(worlds),
      timeText(secondsPerStep.median),
      spread(secondsPerStep),
      number(worldStepsPerSecond),
    ]),
  );

export const scalingGrid = ({ scaling }: BenchDocument): Grid =>
  grid(
    ['in', 'backend'],
    ['in', 'backend', 'from', 'to', 'exponent', '±'],
    ...scaling.map(({ backend, variable, points, exponent }) => [
      variable,
      backend,
      grouped(points[0].at),
      grouped(points[points.length - 1].at),
      exponent.value.toFixed(2),
      exponent.standardError.toFixed(2),
    ]),
  );
