import type { ClaimInfo } from './claimInfo.ts';
import { type Paint, plain } from './colour.ts';
import { type FindingInfo, findingList } from './findings.ts';
import { headlinesFirst, wrap } from './format.ts';
import { HEADLINE, marked, VERDICTS } from './symbols.ts';

/** The claims that can be asked, the rungs each is asked of, how it is decided there, what is expected; the findings. */
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
      ...info.rungs.map(({ rung, decided, expected }) =>
        paint(`    ${rung.padEnd(size)}  ${decided}, expected: ${marked(VERDICTS[expected])}`, 'dim'),
      ),
    ].join('\n');
  });
  const key = claims.some(({ headline }) => headline) ? `${HEADLINE} what the paper is known for` : '';
  return [...blocks, key, findingList(findings, width, paint)].filter(Boolean).join('\n\n');
}
