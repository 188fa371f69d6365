/** The first screen's verdicts: the headline claims by rung, and the other claims in a line a group. */

import type { Result, Row } from '../../verify/result.ts';
import { verdictCounts } from '../closing.ts';
import { findingTally } from '../findings.ts';
import { byClaim, count, expectedText, verdictExpected } from '../format.ts';
import { firstRows, headlineWords } from '../headlines.ts';
import { HEADLINE, marked, NOTHING, VERDICTS } from '../symbols.ts';
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
  const { title, brief } = headlineWords(claim) ?? { title: claim, brief: claim };
  return html`<span class="long">${HEADLINE} ${title}</span><span class="brief">${brief}</span>`;
}

/** A kept counterexample alone makes it false: no random world of this run violates it. */
const falseByKept = ({ verdict, violated }: Row): boolean => verdict === 'violated' && violated === 0;

/** The published runs are checked otherwise than the table of real training checks its own: from start to end. */
const startToEnd = ({ decided, rung }: Row): boolean => decided === 'statistical' && rung === 'sgd';

const VERDICT_SYMBOLS = Object.values(VERDICTS).map(marked).join(', ');
const KEPT = '*';
const PUBLISHED = '†';

/** Breaks lines only after a comma. */
const parts = (text: string): string => text.replace(/(?<!,) /g, '\u00a0');

/**
 * In how many worlds it held; where some stayed undecided, in how many each. On a narrow page in digits, without the idle
 * worlds, and of a certified row only that it is.
 */
function worldsOf(row: Row): Markup {
  const { decided, certified, held, violated, undecided, worlds, idle } = row;
  const open = undecided > 0;
  const kept = falseByKept(row);
  const long = open
    ? `${held} held, ${violated > 0 ? `${violated} violated, ` : ''}${undecided} undecided`
    : kept
      ? `all ${held} held`
      : `${held} of ${worlds}`;
  const brief = open ? `${held}/${violated}/${undecided}` : `${held} of ${worlds}`;
  const still = idle > 0 ? `, ${idle} idle` : '';
  const published = startToEnd(row) ? PUBLISHED : '';
  if (decided === 'proved' && !open) return html`<span class="long">its whole domain<br></span>proved`;
  if (decided === 'certified' && !open && !kept)
    return html`<span class="long">${long}${still}<br></span>${certified < worlds ? html`<span class="long">${certified} </span>` : null}certified`;
  return html`<span class="long">${parts(`${long}${published}${still}`)}${kept ? '; false by a kept counterexample' : null}</span><span class="brief flag">${brief}${kept ? KEPT : null}${published}</span>`;
}

const cell = (row: Row | undefined, elsewhere: boolean): Markup =>
  row !== undefined
    ? html`<td><a href="#${rowAnchor(row)}">${verdictBadge(row)}${verdictExpected(row) ? null : html` <span class="wrong">${expectedText(row)}</span>`}</a><br><span class="small muted">${worldsOf(row)}</span></td>`
    : elsewhere
      ? html`<td><a class="small" href="#training"><span class="long">see the table</span><span class="brief">below</span></a></td>`
      : html`<td class="muted"><span class="long">not checked</span><span class="brief">${NOTHING}</span></td>`;

/** What the symbols and marks of the table mean. */
function legend(rows: readonly Row[]): Markup {
  const published = rows.some(startToEnd)
    ? html` ${PUBLISHED} <span class="long">Runs with the paper's own settings (Figure 6), the end against the start; the table of real training, at ratio 1, checks every step.</span><span class="brief">paper's settings, end against start.</span>`
    : null;
  const open = rows.some(({ undecided }) => undecided > 0) ? ' a/b/c: worlds held/violated/undecided.' : null;
  const kept = rows.some(falseByKept)
    ? html` ${KEPT} false by a kept <a href="#counterexamples">counterexample</a>.`
    : null;
  return html`<p class="small muted"><span class="long">${HEADLINE} One of the four claims the paper is known for. Below a verdict: in how many of this run's random worlds the statement held. A statement is false where some world violates it: one of these, or a <a href="#counterexamples">counterexample</a> kept from before.</span><span class="brief">${VERDICT_SYMBOLS}, ${NOTHING} not checked.${open}${kept}</span>${published}</p>`;
}

/** Whether the table of real training has a number for the claim on this rung. */
type Elsewhere = (claim: string, rung: string) => boolean;

/** Headline claims x rungs, from what is trained to what the theorems speak of. */
function matrix(rows: readonly Row[], steps: readonly Step[], elsewhere: Elsewhere): Markup {
  const rungs = steps.filter(({ id }) => rows.some(({ rung }) => rung === id));
  const heads = rungs.map(
    ({ id, short }) =>
      html`<th scope="col">${short}<br><a href="#${anchor('rung', id)}"><code>${id}</code></a></th>`,
  );
  const body = byClaim(rows).map(
    (block) =>
      html`<tr><th scope="row">${titleOf(block[0].claim)}</th>${rungs.map(({ id }) =>
        cell(
          block.find(({ rung }) => rung === id),
          elsewhere(block[0].claim, id),
        ),
      )}</tr>`,
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
  const first = firstRows(rows);
  const models = rows.filter((row) => row.headline && !first.includes(row));
  if (models.length > 0)
    lines.unshift(
      html`<li><a href="#ladder">The same of other models</a>: <span class="long">${count(models.length, 'verdict')} (</span>${verdictCounts(models)}<span class="long">)</span></li>`,
    );
  const slips =
    findings.length === 0
      ? []
      : [
          html`<li><a href="#findings">Findings<span class="long"> in the paper</span></a>: <span class="long">${findingTally(findings).replace(/^.*?: /, '')}</span><span class="brief">${findings.length}</span></li>`,
        ];
  return lines.length + slips.length === 0 ? html`` : html`<ul class="small">${[...lines, ...slips]}</ul>`;
}

export function headline(result: Result, steps: readonly Step[], elsewhere: Elsewhere): Markup {
  const rows = firstRows(result.rows);
  if (rows.length === 0)
    return html`<h2>${HEADLINE_GROUP}</h2><p class="muted">This run checked none of them.</p>${others(result)}`;
  return html`<h2>${HEADLINE_GROUP}</h2>${matrix(rows, steps, elsewhere)}${legend(rows)}${others(result)}`;
}
