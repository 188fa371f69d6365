import type { ClaimInfo } from './claimInfo.ts';
import { type Paint, plain } from './colour.ts';
import { headlinesFirst, wrap } from './format.ts';

/** The claims that can be asked, the rungs each is asked of, how it is decided there and what is expected. */
export function list(claims: readonly ClaimInfo[], width = 100, paint: Paint = plain): string {
  const blocks = headlinesFirst(claims).map((info) => {
    const size = Math.max(...info.rungs.map(({ rung }) => rung.length));
    return [
      `${paint(info.claim, 'bold')}  ${info.source}${info.headline ? '  ★' : ''}`,
      ...wrap(info.statement, width, '  '),
      ...info.rungs.map(({ rung, decided, expected }) =>
        paint(`    ${rung.padEnd(size)}  ${decided}, expected: ${expected}`, 'dim'),
      ),
    ].join('\n');
  });
  return [...blocks, '★ what the paper is known for'].join('\n\n');
}
