/** Counterexamples in words, each with its world and the command that shows it again; worlds that stayed open. */
import type { Counterexample, Result, Row } from '../../verify/result.ts';
import { caseTitle, standing } from '../format.ts';
import { openMargin } from '../undecided.ts';
import { anchor, html, type Markup, unbroken } from './markup.ts';
import { worldTable } from './world.ts';

/** The token a margin speaks of, where it names one. */
const spokenOf = ({ margin }: Counterexample): number | null => {
  const found = /token (\d+)/.exec(margin.name);
  return found ? Number(found[1]) : null;
};

/** The reason that ends the story, and what comes before the world is listed (the table lists it better). */
function parts(words: string): { story: string; why: string | null } {
  const [told, ...why] = words.split(/ Why: /);
  return { story: told.split(/ World: /)[0], why: why.length > 0 ? why.join(' Why: ') : null };
}

/** Where a counterexample is told. */
const caseAnchor = (c: Counterexample): string =>
  anchor('case', c.claim, c.rung, ...(c.isolates === null ? [] : ['isolated']));

/** The counterexample beside which a row's restored hypothesis is told: its first. */
const firstOf = ({ counterexamples }: Result, { claim, rung }: Row): Counterexample | undefined =>
  counterexamples.find((c) => c.claim === claim && c.rung === rung);

/** Where it is told how a row's missing hypothesis was restored; undefined where no counterexample is. */
export function restoredAnchor(result: Result, row: Row): string | undefined {
  const first = firstOf(result, row);
  return first && caseAnchor(first);
}

/** How the hypothesis was restored that the statement lacks, and what came of it. */
const restoredText = ({ restored, restoredBy }: Row): Markup =>
  html`<p><strong>With the hypothesis restored that it lacks</strong> (${restoredBy}) the same check ${restored}.</p>`;

function story(c: Counterexample, result: Result): Markup {
  const row = result.rows.find((r) => r.restored !== null && firstOf(result, r) === c);
  const { story, why } = parts(c.words);
  return html`<article id="${caseAnchor(c)}"><h3>${caseTitle(c)}</h3>
<p class="${c.expected ? 'muted' : 'wrong'}">${standing(c)}</p>
<p>${story}</p>
${worldTable(c.world, spokenOf(c))}
${why === null ? null : html`<p><strong>Why:</strong> ${why}</p>`}
${row === undefined ? null : restoredText(row)}
<p class="small muted">See it again:</p><code class="code">${unbroken(c.replay)}</code></article>`;
}

export function counterexampleSection(result: Result): Markup {
  const { counterexamples, undecided } = result;
  const sorted = [...counterexamples].sort((a, b) => Number(a.expected) - Number(b.expected));
  const open = undecided.map(
    (u) => html`<li>${u.claim} on <code>${u.rung}</code>: ${openMargin(u)}. <code>${u.replay}</code></li>`,
  );
  return html`${
    sorted.length === 0
      ? html`<p>None: no statement failed in any world of this run.</p>`
      : html`<p>Of each false statement the smallest world found in which it fails and, where it is kept, the smallest inside every hypothesis but what it names. A row is a class: the chances P(l|n) of its contextual tokens. A token that one class uses is <em>distinct</em>, one that several use is <em>common</em>; a red frame marks the token in question.</p><div class="articles">${sorted.map((c) => story(c, result))}</div>`
  }${open.length > 0 ? html`<h3>Worlds that stayed undecided</h3><ul>${open}</ul>` : null}`;
}
