/** Every report has the rungs of a claim in one order, from what is trained to what is most idealised. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ladder } from '../../src/report/html/ladder.ts';
import { list } from '../../src/report/list.ts';
import { markdown } from '../../src/report/markdown.ts';
import { table } from '../../src/report/table.ts';
import type { Result } from '../../src/verify/result.ts';
import { listClaims } from '../../src/verify/verify.ts';

const kept: Result = JSON.parse(
  readFileSync(new URL('../../fixtures/verify-result.json', import.meta.url), 'utf8'),
);

describe('the order of rungs', () => {
  const order = ladder.map(({ id }) => id);
  /** Rungs as they stand in a text, each with the claim that it is of. */
  const expectOrder = (named: readonly (readonly [claim: string, rung: string])[], all: number) => {
    expect(named).toHaveLength(all);
    const claims = [...new Set(named.map(([claim]) => claim))];
    const places = named.map(([claim, rung]) => 100 * claims.indexOf(claim) + order.indexOf(rung));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  };
  const shuffled = { ...kept, rows: [...kept.rows].sort((a, b) => (a.statement < b.statement ? -1 : 1)) };
  const pairs = (text: string, pattern: RegExp) =>
    [...text.matchAll(pattern)].flatMap(([, claim, rung]) =>
      order.includes(rung) ? [[claim, rung] as const] : [],
    );
  /** Each line that begins with a rung, and the claim above it. */
  const below = (text: string, title: RegExp, rung: RegExp) => {
    let claim = '';
    return text.split('\n').flatMap((line) => {
      claim = title.exec(line)?.[1] ?? claim;
      const found = rung.exec(line)?.[1];
      return found !== undefined && order.includes(found) ? [[claim, found] as const] : [];
    });
  };
  const rungs = listClaims().flatMap((claim) => claim.rungs).length;

  it('is one in the table, the summary, the list, and on every page', () => {
    expectOrder(below(table(shuffled), /^([a-z0-9-]+) {2}\S/, /^ {2}([a-z-]+) {2,}\S/), kept.rows.length);
    const summary = markdown(shuffled);
    expectOrder(pairs(summary, /^\| \**([a-z0-9-]+)\** \| [^|]+ \| ([a-z-]+) \|/gm), kept.rows.length);
    expectOrder(below(summary, /^### ([a-z0-9-]+) \(/, /^- `([a-z-]+)`, [a-z]+, expected/), kept.rows.length);
    expectOrder(below(list(listClaims()), /^([a-z0-9-]+) {2}\S/, /^ {4}([a-z-]+) {2,}\S/), rungs);
    const page = readFileSync(new URL('../../docs/claims.md', import.meta.url), 'utf8');
    expectOrder(pairs(page, /^\| ([a-z0-9-]+) \| `([a-z-]+)` \|/gm), rungs);
    const cells = [...page.matchAll(/^\| \**([a-z0-9-]+)\** \|.*\| (`.*) \|$/gm)];
    expectOrder(
      cells.flatMap(([, claim, cell]) =>
        [...cell.matchAll(/(?:^|<br>)`([a-z-]+)`: /g)].map(([, rung]) => [claim, rung] as const),
      ),
      rungs,
    );
  });
});
