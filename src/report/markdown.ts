/** The report's summary: the table, the statements behind it, the counterexamples and the pictures, in Markdown. */
import { type Counterexample, controlled, type FindingRow, type Result, type Row } from '../verify/result.ts';
import type { ClaimInfo } from './claimInfo.ts';
import { closing } from './closing.ts';
import { findingTable } from './findings.ts';
import {
  byClaim,
  caseTitle,
  decidedText,
  duration,
  expectedText,
  rowLimits,
  short,
  standing,
  widthText,
} from './format.ts';
import { pipeTable } from './pipeTable.ts';
import { EXPECTED_LEGEND, expectation, marked, NOTHING, VERDICT_LEGEND, VERDICTS } from './symbols.ts';
import { openMargin } from './undecided.ts';

function rowCells(row: Row): string[] {
  return [
    row.headline ? `**${row.claim}**` : row.claim,
    row.source,
    row.rung,
    marked(VERDICTS[row.verdict]),
    expectedText(row),
    decidedText(row),
    `${row.held} / ${row.violated} / ${row.undecided}`,
    rowLimits(row),
    row.worstMargin === null ? NOTHING : short(row.worstMargin),
    row.digits === null ? NOTHING : String(row.digits),
    widthText(row),
    `${expectation(controlled(row)).symbol} ${row.control}${row.restored === null ? '' : `; restored: ${row.restored}`}`,
    duration(row.seconds),
  ];
}

/** Every row, headline claims first. */
function verdictTable(result: Result): string {
  const titles =
    'claim,source,rung,verdict,expected,decided,held / violated / undecided,violating,worst margin,digits,width,control,time';
  return pipeTable(titles.split(','), byClaim(result.rows).flat().map(rowCells));
}

function statement(block: readonly Row[], info: ClaimInfo | undefined): string {
  const rungs = block.map(
    (row) =>
      `- \`${row.rung}\`, ${row.decided}, expected: ${row.expected}. ${row.statement} Control, which drops ${row.controlDrops}: ${row.control}.${row.restored === null ? '' : ` Restored, by ${row.restoredBy}: ${row.restored}.`}`,
  );
  return [`### ${block[0].claim} (${block[0].source})`, info?.statement ?? '', rungs.join('\n')]
    .filter(Boolean)
    .join('\n\n');
}

/** Text that came with a world or its file: on one line, no markup, no link, no picture. */
const prose = (text: string): string =>
  text
    .replaceAll('\n', ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[[\]`]/g, '\\$&');

/** Backticks, `least` or more, that no run of them in `text` ends. */
const fence = (text: string, least: number): string =>
  '`'.repeat(Math.max(least - 1, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);

/** A block of code, whatever is in it. */
const code = (text: string, language: string): string =>
  `${fence(text, 3)}${language}\n${text}\n${fence(text, 3)}`;

/** Code in a line. */
function inline(text: string): string {
  const [line, pad] = [text.replaceAll('\n', ' '), text.includes('`') ? ' ' : ''];
  return `${fence(line, 1)}${pad}${line}${pad}${fence(line, 1)}`;
}

/** Worlds up to this many characters are printed; larger ones stand in the JSON. */
const SMALL = 2000;

function counterexample(c: Counterexample): string {
  const world = JSON.stringify(c.world);
  return [
    `### ${prose(caseTitle(c))}`,
    prose(`(${standing(c)})`),
    prose(c.words),
    world.length <= SMALL
      ? code(world, 'json')
      : `The world (${world.length} characters of JSON) is in \`result.json\`.`,
    code(c.replay, 'sh'),
  ].join('\n\n');
}

const evidence = ({ id, outcome, decided, evidence }: FindingRow): string =>
  `- \`${id}\`, ${outcome}, ${decided}. ${evidence}`;

function findingParts(findings: readonly FindingRow[]): string[] {
  if (findings.length === 0) return [];
  return ['## Findings', findingTable(findings), '### Evidence', findings.map(evidence).join('\n')];
}

function undecidedParts({ undecided }: Result): string[] {
  if (undecided.length === 0) return [];
  const lines = undecided.map(
    (u) => `- ${prose(`${u.claim} on ${u.rung}. ${openMargin(u)}.`)} ${inline(u.replay)}`,
  );
  return ['## Undecided worlds', lines.join('\n')];
}

export interface Picture {
  readonly file: string;
  readonly alt: string;
}

/** That a run was of reduced size. */
const size = ({ runs, fullRuns }: Result): string =>
  runs < fullRuns
    ? `Reduced size: ${runs} random worlds in a row of share 1; cheap checks have a larger share, slow ones a smaller one; \`--thorough\` has ${fullRuns}. `
    : '';

/** The whole summary; `pictures` are files beside it. */
export function markdown(
  result: Result,
  claims: readonly ClaimInfo[] = [],
  pictures: readonly Picture[] = [],
): string {
  const of = new Map(claims.map((info) => [info.claim, info]));
  const cases = [...result.counterexamples].sort((a, b) => Number(a.expected) - Number(b.expected));
  const parts = [
    '# Snapcheck: what holds of "Scan and Snap"',
    closing(result),
    verdictTable(result),
    `${size(result)}${VERDICT_LEGEND}. ${EXPECTED_LEGEND}. "Violating": exact limits of the fraction of random worlds that violate the statement, where a sample decides. "Worst margin": the least seen, relative to what is compared, negative where violated. "Digits": the most decimal digits any enclosure needed. "Width": a certified equality says that |left - right| is at most so many times their scale. "Control": the same check with a hypothesis dropped; it must find a violation; and, of a false statement, with the hypothesis restored that it lacks: it must hold.`,
    ...pictures.map(({ file, alt }) => `![${alt}](${file})`),
    '## Statements',
    ...byClaim(result.rows).map((block) => statement(block, of.get(block[0].claim))),
    ...(cases.length > 0 ? ['## Counterexamples', ...cases.map(counterexample)] : []),
    ...undecidedParts(result),
    ...findingParts(result.findings),
  ];
  return `${parts.join('\n\n')}\n`;
}
