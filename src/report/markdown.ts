/** The report's summary: the table, the statements behind it, the counterexamples and the pictures, in Markdown. */
import type { Counterexample, FindingRow, Result, Row } from '../verify/result.ts';
import type { ClaimInfo } from './claimInfo.ts';
import { closing } from './closing.ts';
import { findingTable } from './findings.ts';
import {
  byClaim,
  controlFailed,
  duration,
  rowLimits,
  short,
  standing,
  verdictExpected,
  widthText,
} from './format.ts';
import { openMargin } from './undecided.ts';

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const mark = (good: boolean) => (good ? '✓' : '✗');

const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;

function rowCells(row: Row): string[] {
  return [
    row.headline ? `**${row.claim}**` : row.claim,
    row.source,
    row.rung,
    `${mark(verdictExpected(row))} ${row.verdict}${verdictExpected(row) ? '' : ` (expected ${row.expected})`}`,
    row.decided,
    `${row.held} / ${row.violated} / ${row.undecided}`,
    rowLimits(row),
    row.worstMargin === null ? '–' : short(row.worstMargin),
    row.digits === null ? '–' : String(row.digits),
    widthText(row),
    `${mark(controlFailed(row))} ${row.control}`,
    duration(row.seconds),
  ];
}

/** Every row, headline claims first. */
export function markdownTable(result: Result): string {
  const titles =
    'claim,source,rung,verdict,decided,held / violated / undecided,violating,worst margin,digits,width,control,time';
  return [
    line(titles.split(',')),
    line(titles.split(',').map(() => '---')),
    ...byClaim(result.rows)
      .flat()
      .map((row) => line(rowCells(row))),
  ].join('\n');
}

function statement(block: readonly Row[], info: ClaimInfo | undefined): string {
  const rungs = block.map(
    (row) =>
      `- \`${row.rung}\`, ${row.decided}, expected: ${row.expected}. ${row.statement} Control, which drops ${row.controlDrops}: ${row.control}.`,
  );
  return [`### ${block[0].claim} (${block[0].source})`, info?.statement ?? '', rungs.join('\n')]
    .filter(Boolean)
    .join('\n\n');
}

/** Worlds up to this many characters are printed; larger ones stand in the JSON. */
const SMALL = 2000;

function counterexample(c: Counterexample): string {
  const world = JSON.stringify(c.world);
  return [
    `### ${c.claim} on ${c.rung}`,
    `(${standing(c)})`,
    c.words,
    world.length <= SMALL
      ? `\`\`\`json\n${world}\n\`\`\``
      : `The world (${world.length} characters of JSON) is in \`result.json\`.`,
    `\`\`\`sh\n${c.replay}\n\`\`\``,
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
  const lines = undecided.map((u) => `- ${u.claim} on ${u.rung}. ${openMargin(u)}. \`${u.replay}\``);
  return ['## Undecided worlds', lines.join('\n')];
}

export interface Picture {
  readonly file: string;
  readonly alt: string;
}

/** That a run was of reduced size. */
const size = ({ runs, fullRuns }: Result): string =>
  runs < fullRuns
    ? `Reduced size: ${runs} random worlds times the share of each row; \`--thorough\` asks ${fullRuns}. `
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
    markdownTable(result),
    `${size(result)}✓ as expected, ✗ not. "Violating": exact limits of the fraction of random worlds that violate the statement, where a sample decides. "Worst margin": the least seen, relative to what is compared, negative where violated. "Digits": the most decimal digits any enclosure needed. "Width": a certified equality says that |left - right| is at most so many times their size. "Control": the same check with a hypothesis dropped; it must find a violation.`,
    ...pictures.map(({ file, alt }) => `![${alt}](${file})`),
    '## Statements',
    ...byClaim(result.rows).map((block) => statement(block, of.get(block[0].claim))),
    ...(cases.length > 0 ? ['## Counterexamples', ...cases.map(counterexample)] : []),
    ...undecidedParts(result),
    ...findingParts(result.findings),
  ];
  return `${parts.join('\n\n')}\n`;
}
