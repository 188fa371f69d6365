/** The terminal table: a block per claim, a line per rung. */
import { controlled, type Result, type Row } from '../verify/result.ts';
import { type Paint, plain } from './colour.ts';
import {
  byClaim,
  controlWords,
  count,
  cutShort,
  decidedText,
  duration,
  expectedText,
  grouped,
  noWorldText,
  rowLimits,
  sampled,
  short,
  verdictExpected,
  widthText,
  wrap,
} from './format.ts';
import { EXPECTED_LEGEND, HEADLINE, marked, NOTHING, VERDICT_LEGEND, VERDICTS } from './symbols.ts';

interface Column {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly align: 'left' | 'right';
  /** Columns go, largest number first, until the table fits; 0 never goes. */
  readonly drop: number;
  readonly paint?: (row: Row) => Parameters<Paint>[1] | undefined;
}

const columns: readonly Column[] = [
  { title: 'rung', text: (r) => r.rung, align: 'left', drop: 0 },
  {
    title: 'verdict',
    text: ({ verdict }) => marked(VERDICTS[verdict]),
    align: 'left',
    drop: 0,
    paint: ({ verdict }) => (verdict === 'holds' ? 'green' : 'yellow'),
  },
  {
    title: 'expected',
    text: (r) => (cutShort(r) ? 'cut short' : expectedText(r)),
    align: 'left',
    drop: 0,
    paint: (r) => (verdictExpected(r) || cutShort(r) ? undefined : 'red'),
  },
  { title: 'decided', text: decidedText, align: 'left', drop: 2 },
  { title: 'worlds', text: (r) => `${r.held}/${r.violated}/${r.undecided}`, align: 'right', drop: 0 },
  { title: 'violating', text: rowLimits, align: 'right', drop: 1 },
  {
    title: 'margin',
    text: (r) => (r.worstMargin === null ? NOTHING : short(r.worstMargin)),
    align: 'right',
    drop: 3,
  },
  { title: 'digits', text: (r) => (r.digits === null ? NOTHING : String(r.digits)), align: 'right', drop: 4 },
  { title: 'width', text: widthText, align: 'right', drop: 5 },
  {
    title: 'control',
    text: controlWords,
    align: 'left',
    drop: 0,
    paint: (r) => (controlled(r) ? undefined : 'red'),
  },
  { title: 'time', text: (r) => duration(r.seconds), align: 'right', drop: 6 },
];

const INDENT = '  ';
const GAP = '  ';

/** The columns that fit, with their widths. */
function fit(rows: readonly Row[], width: number): { column: Column; size: number }[] {
  const sized = columns
    // A column without a value in any row is not shown.
    .filter(({ text }) => rows.some((row) => text(row) !== NOTHING))
    .map((column) => ({
      column,
      size: Math.max(column.title.length, ...rows.map((row) => column.text(row).length)),
    }));
  const total = (list: typeof sized) =>
    INDENT.length + list.reduce((sum, { size }) => sum + size, 0) + GAP.length * (list.length - 1);
  let kept = sized;
  for (let level = 6; level > 0 && total(kept) > width; level--)
    kept = kept.filter(({ column }) => column.drop !== level);
  return kept;
}

const pad = (text: string, size: number, align: Column['align']) =>
  align === 'left' ? text.padEnd(size) : text.padStart(size);

const NOTE = '    ';

/** What was checked on the rung, by which control, and how many worlds decide nothing. */
function rowNotes(row: Row): string[] {
  const { statement, controlDrops, idle } = row;
  const none = noWorldText(row);
  const still = none
    ? [`${none[0].toUpperCase()}${none.slice(1)} (of ${count(idle, 'world')}).`]
    : idle > 0
      ? [`Idle: in ${count(idle, 'more world')} that of which the statement speaks never happened.`]
      : [];
  return [`Checked: ${statement}`, `Control drops ${controlDrops}.`, ...still];
}

function legend(result: Result, shown: ReadonlySet<string>, width: number): string[] {
  const { rows, runs, fullRuns } = result;
  const confidence = [...new Set(rows.filter(sampled).map((r) => r.limits.confidence))]
    .map((c) => `${Number((100 * c).toPrecision(12))} %`)
    .join(' and ');
  const entries: Record<string, string> = {
    rung: 'a version of the dynamics: from training (sgd) to the theorems',
    verdict: VERDICT_LEGEND,
    expected: EXPECTED_LEGEND,
    decided: `${rows.some(({ decided }) => decided === 'proved') ? 'proved: for all worlds; ' : ''}certified: intervals${rows.some(({ decided, certified, worlds }) => decided === 'certified' && certified < worlds) ? ', in (so many) worlds' : ''}; statistical: exact limits${rows.some(({ decided }) => decided === 'measured') ? '; measured: floats' : ''}`,
    worlds: 'random problems and starts: held / violated / undecided',
    violating:
      confidence &&
      `exact ${confidence} limits of the fraction of worlds that violate it; an undecided one counts for the upper`,
    margin: 'the least seen, relative to what is compared; negative: violated',
    digits: 'the most decimal digits that any enclosure needed',
    width: 'equalities: |left - right| is at most so many times their scale',
    control: `the check without a hypothesis: it must fail, or proves nothing${
      rows.some(({ restored }) => restored !== null)
        ? '; both: a false statement must also hold once the hypothesis that it lacks is restored'
        : ''
    }`,
  };
  if (runs < fullRuns)
    entries.size = `reduced: ${grouped(runs)} worlds in a row of share 1; --thorough: ${grouped(fullRuns)}`;
  if (rows.some((row) => row.headline)) entries[HEADLINE] = 'what the paper is known for';
  const key = Math.max(...Object.keys(entries).map((name) => name.length)) + GAP.length;
  return Object.entries(entries)
    .filter(([name, text]) => text && (name === HEADLINE || name === 'size' || shown.has(name)))
    .flatMap(([name, text]) =>
      wrap(text, width - key - INDENT.length).map(
        (line, i) => INDENT + (i === 0 ? name : '').padEnd(key) + line,
      ),
    );
}

/**
 * Claims with the headline ones first; columns are dropped, least needed first, to fit the width.
 * @param width characters a line may have; statements wrap, columns are dropped, never a name
 * @param statements what each claim says, by claim; a claim without one shows its name and source only
 */
export function table(
  result: Result,
  { width = 100, paint = plain, statements = new Map() }: TableOptions = {},
): string {
  const { rows } = result;
  if (rows.length === 0) return result.findings.length > 0 ? '' : 'No row was finished.';
  const kept = fit(rows, width);
  const line = (cell: (c: Column, size: number) => string) =>
    (INDENT + kept.map(({ column, size }) => cell(column, size)).join(GAP)).trimEnd();
  const lines = [
    paint(
      line((c, size) => pad(c.title, size, c.align)),
      'dim',
    ),
  ];
  for (const block of byClaim(rows)) {
    lines.push(
      '',
      `${paint(block[0].claim, 'bold')}  ${block[0].source}${block[0].headline ? `  ${HEADLINE}` : ''}`,
    );
    for (const text of wrap(statements.get(block[0].claim) ?? '', width, INDENT))
      lines.push(paint(text, 'dim'));
    for (const row of block)
      lines.push(
        line((c, size) => {
          const text = pad(c.text(row), size, c.align);
          const style = c.paint?.(row);
          return style ? paint(text, style) : text;
        }),
        ...rowNotes(row).flatMap((note) => wrap(note, width, NOTE).map((text) => paint(text, 'dim'))),
      );
  }
  const shown = new Set(kept.map(({ column }) => column.title));
  return [...lines, '', ...legend(result, shown, width).map((text) => paint(text, 'dim'))].join('\n');
}

interface TableOptions {
  readonly width?: number;
  readonly paint?: Paint;
  readonly statements?: ReadonlyMap<string, string>;
}
