/** What `snapcheck bench` found: on a terminal, and as the README shows it. */
import type { BackendRow, BenchDocument, Timing } from '../bench/document.ts';
import type { Paint } from './colour.ts';
import { count, duration, wrap } from './format.ts';

const NOTHING = '–';
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
const whole = (n: number): string => n.toLocaleString('en-US');

const bytesText = (bytes: number | null): string =>
  bytes === null
    ? NOTHING
    : bytes < 1024 * 1024
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

/** Quartiles; `*` where the clock is too coarse to tell. */
const spread = ({ low, high, timerLimited }: Timing): string =>
  `${timeText(low)} – ${timeText(high)}${timerLimited ? '*' : ''}`;

const digitText = (x: number | null): string => (x === null ? 'NaN' : x.toFixed(1));

/** A table as lists of cells, the first row its head; columns whose head is in `left` are aligned there. */
interface Grid {
  readonly cells: readonly (readonly string[])[];
  readonly left: ReadonlySet<string>;
}

const grid = (left: readonly string[], ...cells: string[][]): Grid => ({ cells, left: new Set(left) });

/** Looks that some row has, in steps. */
const looksOf = ({ backends }: BenchDocument): number[] =>
  [...new Set(backends.flatMap(({ digits }) => digits.map(({ steps }) => steps)))].sort((a, b) => a - b);

/** Backends that ran: worst digits over the worlds (and their median after the last look), time and memory of a step. */
function frontierGrid(document: BenchDocument): Grid {
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
function trainingGrid({ training }: BenchDocument): Grid {
  const backends = [...new Set(training.map(({ backend }) => backend))];
  const places = [...new Map(training.map((row) => [`${row.vocabulary} ${row.init}`, row])).values()].sort(
    (a, b) => (a.init === b.init ? a.vocabulary - b.vocabulary : a.init === 'zero' ? -1 : 1),
  );
  return grid(
    ['start'],
    ['M', 'K', 'start', ...backends.flatMap((id) => [`${id}, steps/s`, '×'])],
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

const populationGrid = ({ population }: BenchDocument): Grid =>
  grid(
    ['backend'],
    ['backend', 'worlds', 'time a step', 'quartiles', 'world-steps/s'],
    ...population.map(({ backend, worlds, secondsPerStep, worldStepsPerSecond }) => [
      backend,
      whole(worlds),
      timeText(secondsPerStep.median),
      spread(secondsPerStep),
      number(worldStepsPerSecond),
    ]),
  );

const scalingGrid = ({ scaling }: BenchDocument): Grid =>
  grid(
    ['in', 'backend'],
    ['in', 'backend', 'from', 'to', 'exponent', '±'],
    ...scaling.map(({ backend, variable, points, exponent }) => [
      variable,
      backend,
      whole(points[0].at),
      whole(points[points.length - 1].at),
      exponent.value.toFixed(2),
      exponent.standardError.toFixed(2),
    ]),
  );

/** What stays fixed along each curve, said once for all backends that have it. */
function fixedTexts({ scaling }: BenchDocument): string[] {
  const told = new Map<string, string[]>();
  for (const { variable, fixed, backend } of scaling) {
    const text = `${variable}: ${fixed}`;
    told.set(text, [...(told.get(text) ?? []), backend]);
  }
  return [...told].map(([text, backends]) => `${text} (${backends.join(', ')})`);
}

const aligned = ({ cells, left }: Grid, paint: Paint): string[] => {
  const [head] = cells;
  const sizes = head.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  return cells.map((row, k) => {
    const line = row.map((text, i) => (left.has(head[i]) ? text.padEnd(sizes[i]) : text.padStart(sizes[i])));
    const text = `  ${line.join('  ')}`.trimEnd();
    return k === 0 ? paint(text, 'dim') : text;
  });
};

const markdown = ({ cells, left }: Grid): string => {
  const [head, ...rows] = cells;
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  return [line(head), line(head.map((name) => (left.has(name) ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
};

const limited = ({ backends, training, population }: BenchDocument): boolean =>
  [...backends, ...training, ...population].some(({ secondsPerStep }) => secondsPerStep?.timerLimited);

const TIMER_LIMITED = '* the quartiles lie within two ticks of the clock: their distance may be its doing';

/** Columns that go first where a table is wider than the terminal. */
const SPARE = ['quartiles', 'median', 'memory'];

/** The grid without as many columns of `SPARE` as it takes to fit. */
function fitted(whole: Grid, width: number): Grid {
  const size = ({ cells }: Grid) =>
    cells[0].reduce((sum, _, i) => sum + 2 + Math.max(...cells.map((row) => row[i].length)), 0);
  let kept = whole;
  for (const name of SPARE) {
    if (size(kept) <= width) break;
    const at = kept.cells[0].indexOf(name);
    if (at >= 0) kept = { ...kept, cells: kept.cells.map((row) => row.filter((_, i) => i !== at)) };
  }
  return kept;
}

/**
 * The choice of a backend in a few lines: those that no other one beats in worst digits after the last look and in time
 * at once, most digits first. An interval's digits are certified, so it is beaten by intervals alone.
 */
function choiceLines({ backends }: BenchDocument, width: number): string[] {
  const ran = backends.flatMap(({ backend, digits, secondsPerStep, contains }) => {
    const worst = digits.at(-1)?.worst;
    if (!secondsPerStep || worst === null || worst === undefined || worst <= 0) return [];
    return [{ backend, worst, seconds: secondsPerStep.median, certified: contains !== undefined }];
  });
  const best = ran
    .filter((one) =>
      ran.every(
        (other) =>
          other === one ||
          (one.certified && !other.certified) ||
          other.worst < one.worst ||
          other.seconds > one.seconds,
      ),
    )
    .sort((a, b) => b.worst - a.worst);
  if (best.length === 0) return [];
  const texts = best.map(
    ({ backend, worst, seconds }) => `${digitText(worst)} digits in ${timeText(seconds)} a step (${backend})`,
  );
  return wrap(`Not beaten in both digits and speed: ${texts.join(', ')}.`, width);
}

/** The report on a terminal of `width` columns; in the end, the choice of a backend. */
export function benchText(document: BenchDocument, width: number, paint: Paint): string {
  const { machine, backends, training, population, scaling } = document;
  const lines: string[] = [];
  const section = (title: string, said: string, body: Grid) => {
    if (body.cells.length < 2) return;
    lines.push(
      paint(title, 'bold'),
      ...wrap(said, width, '  '),
      '',
      ...aligned(fitted(body, width), paint),
      '',
    );
  };
  section(
    'Precision against speed',
    `${document.work} Digits: the worst over the worlds; the median over them after the last look.`,
    frontierGrid(document),
  );
  for (const { backend, note, contains, worlds, digits, skipped } of backends) {
    if (skipped !== undefined) lines.push(...wrap(`${backend}: skipped, ${skipped}`, width, '  '));
    if (note !== undefined) lines.push(...wrap(`${backend}: ${note}`, width, '  '));
    if (contains !== undefined)
      lines.push(
        `  ${backend}: ${contains ? 'every enclosure contains the reference' : paint('an enclosure misses the reference', 'red')}`,
      );
    if (worlds !== undefined && digits.length > 0 && worlds < Math.max(...backends.map((b) => b.worlds ?? 0)))
      lines.push(`  ${backend}: digits of ${count(worlds, 'world')} only, for its reference is slow`);
  }
  if (lines.length > 0) lines.push('');
  section(
    'Published training',
    "Batch 128, T = 128, momentum 0.9, sampling included; ×: times the authors' program (100, 18 and 1 steps/s).",
    trainingGrid(document),
  );
  section('Many worlds at once', 'Population descent, M = 34, K = 2.', populationGrid(document));
  section(
    'Growth of the time of a step',
    'time ~ quantity^exponent, by least squares on the logarithms, ± its standard error.',
    scalingGrid(document),
  );
  for (const text of fixedTexts(document)) lines.push(...wrap(text, width, '  '));
  if (scaling.length > 0) lines.push('');
  if (limited(document)) lines.push(...wrap(TIMER_LIMITED, width, '  '), '');
  const empty = [backends, training, population, scaling].every((rows) => rows.length === 0);
  if (empty) lines.push('No row was finished.', '');
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  lines.push(
    ...wrap(
      `${machine.cpu}, ${count(machine.cores, 'core')}, ${machine.memoryGiB} GiB, ${machine.platform}; ${versions.join(', ')}.`,
      width,
    ),
    ...choiceLines(document, width),
    `${document.interrupted ? 'Interrupted after' : 'Done in'} ${duration(document.seconds)}.`,
  );
  return lines.join('\n');
}

/** Generated blocks of the README, by name. */
export const benchBlocks = (document: BenchDocument): Record<string, string> => ({
  frontier: markdown(frontierGrid(document)),
  training: markdown(trainingGrid(document)),
});
