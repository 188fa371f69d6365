import type { FindingRow } from '../verify/result.ts';
import { type Paint, plain } from './colour.ts';
import { count, wrap } from './format.ts';

/** What the registry tells of a finding before anything runs. */
export type FindingInfo = Omit<FindingRow, 'outcome' | 'decided' | 'evidence' | 'seconds'>;

export const findingExpected = ({ outcome, expected }: FindingRow): boolean => outcome === expected;

const mark = (finding: FindingRow) => `${findingExpected(finding) ? '✓' : '✗'} ${finding.outcome}`;

/** `23 findings (23 confirmed)`. */
export function findingTally(findings: readonly FindingRow[]): string {
  const outcomes = (['confirmed', 'refuted', 'open'] as const)
    .map((outcome) => ({ outcome, n: findings.filter((f) => f.outcome === outcome).length }))
    .filter(({ n }) => n > 0)
    .map(({ outcome, n }) => `${n} ${outcome}`);
  return `${count(findings.length, 'finding')} (${outcomes.join(', ')})`;
}

/** A block of the terminal: each line of the paper, what it should say, and the evidence where it is not as expected. */
export function findingBlock(findings: readonly FindingRow[], width = 100, paint: Paint = plain): string {
  if (findings.length === 0) return '';
  const blocks = findings.map((finding) => {
    const { id, place, kind, corrected, evidence } = finding;
    const good = findingExpected(finding);
    return [
      `${paint(mark(finding), good ? 'green' : 'red')}  ${paint(id, 'bold')}  ${kind}`,
      ...wrap(`${place}: ${corrected}`, width, '    ').map((line) => paint(line, 'dim')),
      ...(good ? [] : wrap(`Expected ${finding.expected}. ${evidence}`, width, '    ')),
    ].join('\n');
  });
  const title = 'Findings: lines of the paper, as they should be (evidence in --json and --report)';
  return [`${title}\n`, ...blocks].join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The findings as a Markdown table. */
export function findingTable(findings: readonly FindingRow[]): string {
  const titles = ['finding', 'place', 'kind', 'as printed', 'as it should be', 'outcome', 'decided'];
  const rows = findings.map((f) => {
    const came = findingExpected(f) ? mark(f) : `${mark(f)} (expected ${f.expected})`;
    return [f.id, f.place, f.kind, f.printed, f.corrected, came, f.decided];
  });
  return [titles, titles.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');
}

/** What is judged, for `--list`. */
export function findingList(findings: readonly FindingInfo[], width = 100, paint: Paint = plain): string {
  if (findings.length === 0) return '';
  const blocks = findings.map(({ id, place, kind, expected, printed }) =>
    [
      `${paint(id, 'bold')}  ${place}`,
      ...wrap(`Printed: ${printed}`, width, '  '),
      paint(`    ${kind}, expected: ${expected}`, 'dim'),
    ].join('\n'),
  );
  return ['Findings: lines of the paper that are judged as printed and as corrected', ...blocks].join('\n\n');
}
