/** What `snapcheck bench` found, on a terminal. */
import type { BenchDocument } from '../bench/document.ts';
import { frontierGrid, type Grid, populationGrid, scalingGrid, trainingGrid } from './benchGrids.ts';
import type { Paint } from './colour.ts';
import { count, duration, wrap } from './format.ts';
import { keepsText, stillText } from './recommend.ts';

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
  const texts = best.map(({ backend, worst, seconds }) => keepsText(backend, worst, seconds));
  const beaten = ran.filter((one) => !best.includes(one)).map(({ backend }) => backend);
  return [
    ...wrap(`Which precision? ${texts.join('; ')}.`, width),
    ...(beaten.length > 0 ? wrap(`Beaten in both digits and speed: ${beaten.join(', ')}.`, width) : []),
  ];
}

/**
 * The report on a terminal of `width` columns; in the end, the choice of a backend.
 * @param ofKernels whether it is of kernels, which get sequences that are drawn already
 */
export function benchText(document: BenchDocument, width: number, paint: Paint, ofKernels = false): string {
  const { machine, backends, training, population, scaling } = document;
  const lines: string[] = [];
  /** One empty line after what there is. */
  const gap = () => {
    if (lines.length > 0 && lines.at(-1) !== '') lines.push('');
  };
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
  const ran = backends.filter(({ digits }) => digits.length > 0);
  if (ran.length > 0 && ran.every(({ attentionMoves }) => attentionMoves === false))
    lines.push(...wrap(stillText('in this problem'), width, '  '));
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
  gap();
  section(
    'Published training',
    `Steps a second: batch 128, T = 128, momentum 0.9, sampling ${ofKernels ? 'left out' : 'included'}; ×: times the authors' program (100, 18 and 1 steps/s).`,
    trainingGrid(document),
  );
  section('Many worlds at once', 'Population descent, M = 34, K = 2.', populationGrid(document));
  section(
    'Growth of the time of a step',
    'time ~ quantity^exponent, by least squares on the logarithms, ± its standard error.',
    scalingGrid(document),
  );
  for (const text of fixedTexts(document)) lines.push(...wrap(text, width, '  '));
  gap();
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
