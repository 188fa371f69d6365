/** The first screen's verdicts: the headline claims by rung, and the other claims in a line a group. */

import type { ClaimId } from '../../atlas/settings.ts';
import type { Result, Row } from '../../verify/result.ts';
import { verdictCounts } from '../closing.ts';
import { findingTally } from '../findings.ts';
import { byClaim, count, expectedText, verdictExpected } from '../format.ts';
import { claimTitles } from '../pictures/atlasMap.ts';
import { HEADLINE, NOTHING, VERDICTS } from '../symbols.ts';
import { BEYOND, groups, HEADLINE_GROUP } from './groups.ts';
import type { Step } from './ladder.ts';
import { anchor, html, type Markup } from './markup.ts';

/** The symbol beside the word, so that no verdict rests on colour alone. */
export const verdictBadge = ({ verdict }: Pick<Row, 'verdict'>): Markup =>
  html`<span class="badge ${verdict}">${VERDICTS[verdict].symbol} <span class="long">${VERDICTS[verdict].word}</span></span>`;

/** The row's place in the table of all verdicts. */
export const rowAnchor = ({ claim, rung }: Pick<Row, 'claim' | 'rung'>): string => anchor('row', claim, rung);

/** What a headline claim says, in a few words, fewer on a narrow page; its name where it has no such words. */
export function titleOf(claim: string): Markup {
  const { title, brief } = Object.hasOwn(claimTitles, claim)
    ? claimTitles[claim as ClaimId]
    : { title: claim, brief: claim };
  return html`<span class="long">${HEADLINE} ${title}</span><span class="brief">${brief}</span>`;
}

/** In how many worlds it held; on a narrow page, of a certified row that it is. */
const worldsOf = ({ decided, held, worlds }: Row): Markup =>
  decided === 'certified'
    ? html`<span class="long">${held} of ${worlds}<br></span>certified`
    : html`${held} of ${worlds}`;

const cell = (row: Row | undefined): Markup =>
  row === undefined
    ? html`<td class="muted"><span class="long">not checked</span><span class="brief">${NOTHING}</span></td>`
    : html`<td><a href="#${rowAnchor(row)}">${verdictBadge(row)}${verdictExpected(row) ? null : html` <span class="wrong">${expectedText(row)}</span>`}</a><br><span class="small muted">${worldsOf(row)}</span></td>`;

/** Headline claims x rungs, from what is trained to what the theorems speak of. */
function matrix(rows: readonly Row[], steps: readonly Step[]): Markup {
  const rungs = steps.filter(({ id }) => rows.some(({ rung }) => rung === id));
  const heads = rungs.map(
    ({ id, short }) =>
      html`<th scope="col">${short}<br><a href="#${anchor('rung', id)}"><code>${id}</code></a></th>`,
  );
  const body = byClaim(rows).map(
    (block) =>
      html`<tr><th scope="row">${titleOf(block[0].claim)}</th>${rungs.map(({ id }) => cell(block.find(({ rung }) => rung === id)))}</tr>`,
  );
  return html`<table class="first"><thead><tr><th scope="col">holds in random worlds of</th>${heads}</tr></thead><tbody>${body}</tbody></table>`;
}

/** The other claims and the findings, a line each. */
function others({ rows, findings }: Result): Markup {
  const all = groups(rows.filter(({ headline }) => !headline));
  const lines = (
    [
      [
        html`Other statements<span class="long"> of the paper</span>`,
        all.filter(({ title }) => title !== BEYOND),
      ],
      [BEYOND, all.filter(({ title }) => title === BEYOND)],
    ] as const
  ).flatMap(([title, part]) => {
    const claims = part.flatMap(({ claims }) => claims);
    if (claims.length === 0) return [];
    return [
      html`<li><a href="#${anchor('group', part[0].title)}">${title}</a>: <span class="long">${count(claims.length, 'claim')}, ${count(claims.flat().length, 'verdict')} (</span>${verdictCounts(claims.flat())}<span class="long">)</span></li>`,
    ];
  });
  const slips =
    findings.length === 0
      ? []
      : [
          html`<li><a href="#findings">Findings<span class="long"> in the paper</span></a>: <span class="long">${findingTally(findings).replace(/^.*?: /, '')}</span><span class="brief">${findings.length}</span></li>`,
        ];
  return lines.length + slips.length === 0 ? html`` : html`<ul class="small">${[...lines, ...slips]}</ul>`;
}

export function headline(result: Result, steps: readonly Step[]): Markup {
  const rows = result.rows.filter((row) => row.headline);
  const shown =
    rows.length > 0 ? matrix(rows, steps) : html`<p class="muted">This run checked none of them.</p>`;
  return html`<h2>${HEADLINE_GROUP}</h2>${shown}${others(result)}
<p class="small muted long">Below a verdict: in how many of this run's random worlds the statement held. A statement is false where some world violates it: one of these, or a <a href="#counterexamples">counterexample</a> kept from before.</p>`;
}
