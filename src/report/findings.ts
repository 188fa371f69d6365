import { type FindingKind, findingsByKind, KINDS } from '../findings/kinds.ts';
import type { FindingRow } from '../verify/result.ts';
import { type Paint, plain } from './colour.ts';
import { count, wrap } from './format.ts';
import { pipeTable } from './pipeTable.ts';
import { expectation, FINDINGS, marked, UNEXPECTED } from './symbols.ts';

/** What the registry knows of a finding before anything runs. */
export type FindingInfo = Omit<FindingRow, 'outcome' | 'decided' | 'evidence' | 'seconds'>;

export const findingExpected = ({ outcome, expected }: FindingRow): boolean => outcome === expected;

const mark = (finding: FindingRow) =>
  `${marked(FINDINGS[finding.outcome])}${findingExpected(finding) ? '' : ` ${UNEXPECTED.symbol} ${finding.expected}`}`;

/** A kind in the words of a sentence: for one, and for several. */
const SAID: Record<FindingKind, readonly [string, string]> = {
  'false as printed': ['line is false as printed', 'lines are false as printed'],
  gap: ['proof has a gap', 'proofs have a gap'],
  misprint: ['is a misprint', 'are misprints'],
  'constant or hypothesis that can be better': [
    'constant or hypothesis can be better',
    'constants or hypotheses can be better',
  ],
};

/** By kind, the gravest first; in the order given within a kind. */
export const byKind = <R extends { readonly kind: FindingKind }>(findings: readonly R[]): R[] =>
  KINDS.flatMap((kind) => findings.filter((finding) => finding.kind === kind));

/** `16 findings in the paper: 9 lines are false as printed, 6 are misprints, 1 proof has a gap`; findings that are not confirmed are counted apart. */
export function findingTally(findings: readonly FindingRow[]): string {
  const counts = findingsByKind(findings);
  const kinds = KINDS.filter((kind) => counts[kind] > 0).map(
    (kind) => `${counts[kind]} ${SAID[kind][counts[kind] === 1 ? 0 : 1]}`,
  );
  const others = (['refuted', 'open'] as const)
    .map((outcome) => ({ outcome, n: findings.filter((f) => f.outcome === outcome).length }))
    .filter(({ n }) => n > 0)
    .map(({ outcome, n }) => `${n} of them ${outcome}`);
  return `${count(findings.length, 'finding')} in the paper: ${[...kinds, ...others].join(', ')}`;
}

/** A kind in a word or two, for one line that counts all: of one, and of several. */
const SHORT: Record<FindingKind, readonly [string, string]> = {
  'false as printed': ['false', 'false'],
  gap: ['gap', 'gaps'],
  misprint: ['misprint', 'misprints'],
  'constant or hypothesis that can be better': ['can be better', 'can be better'],
};

/** `20 lines to mend: 9 false, 1 gap, 6 misprints, 4 can be better`; what is not confirmed is counted apart. */
function shortTally(findings: readonly FindingRow[]): string {
  const good = findings.filter(({ outcome }) => outcome === 'confirmed');
  const counts = findingsByKind(good);
  const parts = [
    ...KINDS.filter((kind) => counts[kind] > 0).map(
      (kind) => `${counts[kind]} ${SHORT[kind][counts[kind] === 1 ? 0 : 1]}`,
    ),
    ...(good.length < findings.length ? [`${findings.length - good.length} not confirmed`] : []),
  ];
  return `${count(findings.length, 'line')} to mend: ${parts.join(', ')}`;
}

/** The same, and whether all is as expected. */
export const findingLine = (findings: readonly FindingRow[]): string =>
  `${shortTally(findings)}  ${expectation(findings.every(findingExpected)).symbol}`;

/** A line each, and those that are not as expected in full. */
export function findingLines(findings: readonly FindingRow[], width = 80, paint: Paint = plain): string {
  if (findings.length === 0) return '';
  const sorted = byKind(findings);
  const size = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length));
  const ids = size(sorted.map(({ id }) => id));
  const kinds = size(sorted.map(({ kind }) => SHORT[kind][0]));
  const wrong = sorted.filter((finding) => !findingExpected(finding));
  return [
    `${shortTally(findings)} (${marked(FINDINGS.confirmed)})`,
    ...sorted.map((finding) => {
      const { id, kind, place, outcome } = finding;
      const good = findingExpected(finding);
      const marks = `${FINDINGS[outcome].symbol} ${expectation(good).symbol}`;
      const head = `${marks}  ${id.padEnd(ids)}  ${SHORT[kind][0].padEnd(kinds)}  `;
      const room = width - head.length;
      const line = head + (place.length > room ? `${place.slice(0, room - 2)}..` : place);
      return good ? line : paint(line, 'red');
    }),
    ...(wrong.length > 0 ? ['', findingBlock(wrong, width, paint)] : []),
  ].join('\n');
}

/** A block of the terminal: each line of the paper, what it should say, and the evidence where it is not as expected. */
export function findingBlock(findings: readonly FindingRow[], width = 100, paint: Paint = plain): string {
  if (findings.length === 0) return '';
  const blocks = byKind(findings).map((finding) => {
    const { id, place, kind, words, corrected, evidence } = finding;
    const good = findingExpected(finding);
    return [
      `${paint(mark(finding), good ? 'green' : 'red')}  ${paint(id, 'bold')}  ${kind}`,
      ...wrap(`${place}: “${words}”`, width, '    ').map((line) => paint(line, 'dim')),
      ...wrap(`Holds: ${corrected}`, width, '    ').map((line) => paint(line, 'dim')),
      ...(good ? [] : wrap(`Expected ${finding.expected}. ${evidence}`, width, '    ')),
    ].join('\n');
  });
  const title = wrap(`${findingTally(findings)} (evidence in --json and --report)`, width);
  return [...title, '', ...blocks].join('\n');
}

/** The findings counted by kind, and as a Markdown table. */
export function findingTable(findings: readonly FindingRow[]): string {
  const titles = [
    'finding',
    'place',
    'kind',
    "the paper's words",
    'what fails',
    'what holds',
    'why it is of this kind',
    'outcome',
    'decided',
  ];
  const rows = byKind(findings).map((f) => {
    return [f.id, f.place, f.kind, f.words, f.printed, f.corrected, f.why, mark(f), f.decided];
  });
  return `${findingTally(findings)}.\n\n${pipeTable(titles, rows)}`;
}

/** What is judged, for `--list`. */
export function findingList(findings: readonly FindingInfo[], width = 100, paint: Paint = plain): string {
  if (findings.length === 0) return '';
  const blocks = byKind(findings).map(({ id, place, kind, expected, words, printed }) =>
    [
      `${paint(id, 'bold')}  ${place}`,
      ...wrap(`“${words}”`, width, '  '),
      ...wrap(`Put to worlds: ${printed}`, width, '  '),
      paint(`    ${kind}, expected: ${expected}`, 'dim'),
    ].join('\n'),
  );
  return ['Findings: lines of the paper, each put to worlds as printed and as it should be', ...blocks].join(
    '\n\n',
  );
}
