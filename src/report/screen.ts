/**
 * The last screen of `verify`: what holds, in 23 lines of 80 columns where all is as expected, so that a terminal of 24
 * lines shows it whole above its prompt. What is not as expected is added in full.
 */
import { asExpected, controlled, type Result, type Row } from '../verify/result.ts';
import { closing, runText, verdictCounts } from './closing.ts';
import { type Paint, plain } from './colour.ts';
import { counterexamples } from './counterexamples.ts';
import { findingBlock, findingExpected, findingLine } from './findings.ts';
import {
  byClaim,
  certifiedFalse,
  count,
  cutShort,
  expectedText,
  grouped,
  limits,
  verdictExpected,
  wrap,
} from './format.ts';
import { firstRows, headlineTitle } from './headlines.ts';
import { rungOrder } from './rungOrder.ts';
import { expectation, marked, VERDICTS } from './symbols.ts';
import { table } from './table.ts';
import { undecidedBlock } from './undecided.ts';

export interface ScreenOptions {
  readonly width?: number;
  readonly paint?: Paint;
  /** What each claim says, by claim, for the rows that are not as expected. */
  readonly statements?: ReadonlyMap<string, string>;
  /** When training does what the claims say. */
  readonly training?: string;
}

/** More columns would only move what is flush right further from what it belongs to. */
const COLUMNS = 80;

/** `text`, and flush right the flags that show more of it. */
const withMore = (text: string, more: string, width: number): string[] =>
  text.length + 2 + more.length <= width
    ? [text.padEnd(width - more.length) + more]
    : [...wrap(text, width), more.padStart(width)];

/** In which worlds the statement holds, and what shows it. */
function howOften(row: Row, certified: boolean): string {
  if (row.worlds === 0) return 'no world was checked';
  if (row.decided === 'proved' && row.verdict === 'holds') return 'in every world of its domain; proved';
  const { low, high } = row.limits;
  const how = certified ? 'certified' : 'measured';
  if (row.verdict === 'violated' && row.violated === 0) {
    const open = row.undecided > 0 ? `, ${row.undecided} undecided` : '';
    return `${count(row.held, 'world')} held${open}; a kept one not`;
  }
  const share =
    row.held === row.worlds && row.verdict === 'holds' && row.decided !== 'statistical'
      ? `in all ${count(row.worlds, 'world')}`
      : `in ${limits({ low: 1 - high, high: 1 - low })} of worlds`;
  const note = NOTES[`${row.claim} ${row.rung}`];
  if (note !== undefined) return share.replace('worlds', note).replace(/^in /, '');
  if (row.verdict !== 'violated')
    return `${share}; ${row.decided === 'certified' && row.certified < row.worlds ? `${grouped(row.certified)} certified` : row.decided}`;
  // Beside "false" a bare share would read as the share that is false.
  return `holds ${share}; ${how}`;
}

/** What the name of a rung does not say. */
const LABELS: Readonly<Record<string, string>> = {
  'two-timescale': 'two-timescale (theorems)',
  flow: 'flow (small steps)',
  population: 'population (T = inf)',
  sgd: 'sgd (training)',
};

/** The worlds of a row that are not random ones, and what is checked of them. */
const NOTES: Readonly<Record<string, string>> = {
  'sparsification sgd': 'published runs, start to end',
};

function headlineLines(block: readonly Row[], result: Result, paint: Paint): string[] {
  return [
    headlineTitle(block[0], paint),
    ...block.map((row) => {
      const mark = marked(VERDICTS[row.verdict]).padEnd(7);
      const come = cutShort(row) ? 'cut short' : expectedText(row);
      const name = (LABELS[row.rung] ?? row.rung).padEnd(24);
      return [
        `  ${name} ${paint(mark, row.verdict === 'holds' ? 'green' : 'yellow')}`,
        verdictExpected(row) || cutShort(row) ? come : paint(come, 'red'),
        howOften(row, certifiedFalse(row, result)),
      ].join('  ');
    }),
  ];
}

/** The rungs of other headline claims on which a headline claim has no check: `snap on sgd`. */
function notChecked(headlines: readonly (readonly Row[])[]): string[] {
  const rungs = [...new Set(headlines.flat().map(({ rung }) => rung))].sort(rungOrder);
  return headlines.flatMap((block) =>
    rungs
      .filter((rung) => !block.some((row) => row.rung === rung))
      .map((rung) => `${block[0].claim} on ${rung}`),
  );
}

/** The claims that are no headline, in a line. */
function otherLine(rows: readonly Row[], headlines: number, rowCount: boolean): string {
  const claims = new Set(rows.map(({ claim }) => claim)).size;
  const name = count(claims, headlines > 0 ? 'other claim' : 'claim');
  const { symbol } = expectation(rows.every(unsurprising));
  return `${name}${rowCount ? `, ${count(rows.length, 'row')}` : ''}: ${verdictCounts(rows)}  ${symbol}`;
}

/** The headline claims on the rungs of other models, in a line. */
const modelLine = (rows: readonly Row[]): string =>
  `The same of other models, ${count(rows.length, 'row')}: ${verdictCounts(rows)}  ${expectation(rows.every(unsurprising)).symbol}`;

/** A row is as expected, or was cut short. */
const unsurprising = (row: Row): boolean => cutShort(row) || (verdictExpected(row) && controlled(row));

/**
 * What the screen does not list: rungs that are not checked, the other claims, the findings; and the flags that show more.
 * Where a rung is named, claims and findings share a line, so that there is no line more: kinds of findings are then
 * counted by `--findings` alone.
 */
function restLines({ rows, findings, interrupted }: Result, width: number): string[] {
  const shown = firstRows(rows);
  const headlines = byClaim(shown);
  const others = rows.filter(({ headline }) => !headline);
  const models = rows.filter((row) => row.headline && !shown.includes(row));
  // A row that an interruption prevented is no row that is never checked.
  const missing = interrupted ? [] : notChecked(headlines);
  const unchecked = `Not checked: ${missing.join(', ')}`;
  const rest = [...others, ...models];
  const good = rest.every(unsurprising) && findings.every(findingExpected);
  const shared = [
    `Other claims${models.length > 0 ? ', models' : ''}: ${verdictCounts(rest)}  ${expectation(good).symbol}  --all`,
    `${count(findings.length, 'finding')}  ${expectation(good).symbol}  --findings`,
  ];
  const space = width - shared.join('').length;
  if (missing.length > 0 && good && others.length > 0 && findings.length > 0 && space >= 2)
    return [
      ...withMore(unchecked, `why ${VERDICTS.violated.symbol}: --counterexamples`, width),
      shared.join(' '.repeat(space)),
    ];
  const beside = models.length > 0 ? withMore(modelLine(models), '--all, docs/models.md', width) : [];
  return [
    ...beside,
    ...(missing.length > 0 ? wrap(unchecked, width) : []),
    ...(others.length > 0
      ? withMore(otherLine(others, headlines.length, true), '--all, --counterexamples', width)
      : []),
    ...(findings.length > 0 ? withMore(findingLine(findings), '--findings', width) : []),
  ];
}

/** A row is not as expected, and no interruption is the reason. */
const failed = (row: Row, interrupted: boolean): boolean =>
  !(interrupted && cutShort(row)) && !(verdictExpected(row) && controlled(row));

/** Everything that is not as expected, in full: rows, their counterexamples and undecided worlds, findings. */
function failures(result: Result, { width, paint, statements }: ScreenOptions): string[] {
  const rows = result.rows.filter((row) => failed(row, result.interrupted));
  const cases = result.counterexamples.filter((c) => !c.expected && c.outcome !== 'held');
  const open = result.undecided.filter((u) =>
    rows.some((row) => row.claim === u.claim && row.rung === u.rung && row.verdict === 'undecided'),
  );
  return [
    rows.length > 0 ? table({ ...result, rows }, { width, paint, statements }) : '',
    counterexamples({ ...result, counterexamples: cases }, width, paint),
    undecidedBlock({ ...result, undecided: open }, width, paint),
    findingBlock(
      result.findings.filter((finding) => !findingExpected(finding)),
      width,
      paint,
    ),
  ].filter(Boolean);
}

/** The last line: whether all is as expected; in full where it is not. */
export function bottomLine(result: Result, width: number): string[] {
  const good = asExpected(result);
  const { symbol } = expectation(good);
  if (!good || result.interrupted)
    return wrap(result.interrupted ? closing(result) : `${symbol} ${closing(result)}`, width);
  const rows = result.rows.length > 0 ? [count(result.rows.length, 'verdict')] : [];
  const findings = result.findings.length > 0 ? [count(result.findings.length, 'finding')] : [];
  const line = (parts: readonly string[]) =>
    `${symbol} As expected: ${parts.join(', ')}; ${runText(result)}.`;
  const whole = line([...rows, ...findings]);
  // The line of the findings above says the same of them.
  return whole.length <= width || rows.length === 0 ? wrap(whole, width) : wrap(line(rows), width);
}

/** The screen. @param width columns a line may have */
export function screen(result: Result, options: ScreenOptions = {}): string {
  const { width = 80, paint = plain, training } = options;
  const page = Math.min(width, COLUMNS);
  const lines = [
    ...byClaim(firstRows(result.rows)).flatMap((block) => headlineLines(block, result, paint)),
    ...restLines(result, page),
    ...(training === undefined ? [] : wrap(training, page)),
  ];
  const blocksInFull = failures(result, { ...options, width, paint });
  const bottom = bottomLine(result, blocksInFull.length === 0 ? page : width).join('\n');
  return blocksInFull.length === 0
    ? [...lines, bottom].join('\n')
    : [lines.join('\n'), ...blocksInFull, bottom].join('\n\n');
}
