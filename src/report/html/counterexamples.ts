/** Counterexamples in words, each with its world and the command that shows it again; worlds that stayed undecided. */
import type { Counterexample, Result, Row } from '../../verify/result.ts';
import { caseTitle, count, standing } from '../format.ts';
import { courseDrawing, type MarginCourse } from '../pictures/course.ts';
import { inline } from '../pictures/svg.ts';
import { openMargin } from '../undecided.ts';
import { anchor, html, type Markup, raw, unbroken } from './markup.ts';
import { worldTable } from './world.ts';

/** The token that a margin names, if any. */
const tokenOf = ({ margin }: Counterexample): number | null => {
  const found = /token (\d+)/.exec(margin.name);
  return found ? Number(found[1]) : null;
};

/** What fails, without the world (a table shows it), and why. */
function parts(words: string): { what: string; why: string | null } {
  const [first, ...why] = words.split(/ Why: /);
  return { what: first.split(/ World: /)[0], why: why.length > 0 ? why.join(' Why: ') : null };
}

/** The place of a counterexample on the page. */
const caseAnchor = (c: Counterexample): string =>
  anchor('case', c.claim, c.rung, ...(c.isolates === null ? [] : ['isolated']));

/** The first counterexample of a row; the restored hypothesis stands beside it. */
const firstOf = ({ counterexamples }: Result, { claim, rung }: Row): Counterexample | undefined =>
  counterexamples.find((c) => c.claim === claim && c.rung === rung);

/** Where the page says how a row's missing hypothesis was restored; undefined where the row has no counterexample. */
export function restoredAnchor(result: Result, row: Row): string | undefined {
  const first = firstOf(result, row);
  return first && caseAnchor(first);
}

/** How the missing hypothesis was restored, and what the check then found. */
const restoredText = ({ restored, restoredBy }: Row): Markup =>
  html`<p><strong>With the missing hypothesis restored</strong> (${restoredBy}), the same check ${restored}.</p>`;

/** A small picture of the margin that fails, or why there is none; nothing where the world has no time. */
function courseFigure(c: Counterexample, course: MarginCourse): Markup {
  if (course === null) return html``;
  if ('missing' in course) return html`<p class="small muted">The failing margin is ${course.missing}.</p>`;
  const drawing = courseDrawing(c.margin.name, course.readings, 'steps' in (c.world as object));
  return html`<figure id="${caseAnchor(c)}-course" class="single course"><div class="wide">${raw(inline(drawing))}</div><figcaption>${drawing.caption}</figcaption></figure>`;
}

function article(c: Counterexample, result: Result, course: MarginCourse): Markup {
  const row = result.rows.find((r) => r.restored !== null && firstOf(result, r) === c);
  const { what, why } = parts(c.words);
  return html`<article id="${caseAnchor(c)}"><h3>${caseTitle(c)}</h3>
<p class="${c.expected ? 'muted' : 'wrong'}">${standing(c)}</p>
<p>${what}</p>
${worldTable(c.world, tokenOf(c))}
${courseFigure(c, course)}
${why === null ? null : html`<p><strong>Why:</strong> ${why}</p>`}
${row === undefined ? null : restoredText(row)}
<p class="small muted">See it again:</p><code class="code">${unbroken(c.replay)}</code></article>`;
}

/** @param courses of the failing margins, in the order of the result's counterexamples; null where there is no time */
export function counterexampleSection(result: Result, courses: readonly MarginCourse[]): Markup {
  const courseOf = new Map(result.counterexamples.map((c, i) => [c, courses[i] ?? null]));
  const { counterexamples, undecided } = result;
  const sorted = [...counterexamples].sort((a, b) => Number(a.expected) - Number(b.expected));
  const open = undecided.map(
    (u) => html`<li>${u.claim} on <code>${u.rung}</code>: ${openMargin(u)}. <code>${u.replay}</code></li>`,
  );
  return html`${
    sorted.length === 0
      ? html`<p>None: no statement was false in a world of this run.</p>`
      : html`<p>For each false statement: the smallest world found in which it is false and, where one is kept, the smallest that satisfies every hypothesis but the one it names. A row of a table is a class, with the probabilities P(l|n) of its contextual tokens. A token that one class uses is <em>distinct</em>, one that several use is <em>common</em>; a red frame marks the token in question.</p><div class="articles">${sorted.map((c) => article(c, result, courseOf.get(c)!))}</div>`
  }${open.length > 0 ? html`<details><summary>${count(open.length, 'world')} that stayed undecided</summary><ul>${open}</ul></details>` : null}`;
}
