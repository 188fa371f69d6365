import { isOtherModel, rungs } from '../ladder/tree.ts';
import type { ClaimInfo } from './claimInfo.ts';
import { type Paint, plain } from './colour.ts';
import { byKind, type FindingInfo, findingList } from './findings.ts';
import { count, headlinesFirst, wrap } from './format.ts';
import { headlineTitle } from './headlines.ts';
import { byRung } from './rungOrder.ts';
import { treeLines } from './rungTree.ts';
import { HEADLINE, marked, VERDICTS } from './symbols.ts';

/** Every claim in full: its statement, its rungs, how it is decided there and what is expected; then the findings. */
export function list(
  claims: readonly ClaimInfo[],
  findings: readonly FindingInfo[] = [],
  width = 100,
  paint: Paint = plain,
): string {
  const blocks = headlinesFirst(claims).map((info) => {
    const size = Math.max(...info.rungs.map(({ rung }) => rung.length));
    return [
      `${paint(info.claim, 'bold')}  ${info.source}${info.headline ? `  ${HEADLINE}` : ''}`,
      ...wrap(info.statement, width, '  '),
      ...byRung(info.rungs).map(({ rung, decided, expected }) =>
        paint(`    ${rung.padEnd(size)}  ${decided}, expected: ${marked(VERDICTS[expected])}`, 'dim'),
      ),
    ].join('\n');
  });
  const key = claims.some(({ headline }) => headline) ? `${HEADLINE} what the paper is known for` : '';
  const tree = ['The tree of rungs:', ...treeLines(width).map((line) => `  ${line}`)].join('\n');
  return [...blocks, key, tree, findingList(findings, width, paint)].filter(Boolean).join('\n\n');
}

const names = (title: string, ids: readonly string[], width: number): string[] =>
  ids.length === 0 ? [] : wrap(`${title}: ${ids.join(', ')}`, width);

/** The same in one screen: the headline claims with their rungs, the names of the others, and how to see more. */
export function shortList(
  claims: readonly ClaimInfo[],
  findings: readonly FindingInfo[] = [],
  width = 80,
  paint: Paint = plain,
): string {
  const [headlines, others] = [true, false].map((is) => claims.filter(({ headline }) => headline === is));
  const beside = rungs.filter(
    ({ id }) => isOtherModel(id) && headlines.every((info) => info.rungs.some(({ rung }) => rung === id)),
  ).length;
  return [
    ...wrap('Claims are checked on rungs: from sgd (real training) to two-timescale (theory)', width),
    ...headlines.flatMap((info) => [
      headlineTitle(info, paint),
      ...wrap(
        byRung(info.rungs)
          .filter(({ rung }) => !isOtherModel(rung))
          .map(({ rung }) => rung)
          .join(', '),
        width,
        '  ',
      ),
    ]),
    ...names(
      count(others.length, 'other claim'),
      others.map(({ claim }) => claim),
      width,
    ),
    ...names(
      `${count(findings.length, 'finding')} (lines of the paper to mend)`,
      byKind(findings).map(({ id }) => id),
      width,
    ),
    ...wrap(
      beside > 0
        ? `All four also on ${beside} other models. More: verify --list CLAIM, or --list --all`
        : 'More: verify --list CLAIM, or --list --all (statements, expected verdicts)',
      width,
    ),
  ].join('\n');
}
