/** Every verdict: a table in groups of claims, which sorts and filters. */
import type { Result, Row, Verdict } from '../../verify/result.ts';
import type { ClaimInfo } from '../claimInfo.ts';
import {
  count,
  decidedText,
  duration,
  expectedText,
  noWorldText,
  rowLimits,
  sampled,
  short,
  verdictExpected,
  widthText,
} from '../format.ts';
import {
  EXPECTED,
  EXPECTED_LEGEND,
  expectation,
  HEADLINE,
  marked,
  NOTHING,
  VERDICT_LEGEND,
  VERDICTS,
} from '../symbols.ts';
import { restoredAnchor } from './counterexamples.ts';
import { formula } from './formula.ts';
import { groups } from './groups.ts';
import { rowAnchor, verdictBadge } from './headline.ts';
import type { Step } from './ladder.ts';
import { anchor, type Content, html, type Markup } from './markup.ts';

interface Column {
  readonly title: string;
  /** Sorted by number, and set flush right unless `left`. */
  readonly number?: boolean;
  readonly left?: boolean;
  readonly className?: string;
  readonly cell: (row: Row) => Content;
  /** What is sorted by; empty when the row has no such number. */
  readonly key: (row: Row) => string | number;
  /** Of the width of a wide page, in percent. */
  readonly share: number;
}

/** What a control came to, and whether that is what is expected. */
const outcome = (word: string, good: boolean): Markup =>
  html`<span class="${good ? '' : 'wrong'}">${expectation(good).symbol} ${word}</span>`;
const numberOr = (x: number | null): string => (x === null ? NOTHING : short(x));

/** The hypothesis that was restored. It is long, so where the row has a counterexample it stands there. */
function restoredBy(result: Result, row: Row): Markup {
  const at = restoredAnchor(result, row);
  const what = at === undefined ? row.restoredBy : html`<a href="#${at}">the hypothesis it lacks</a>`;
  return html`<span class="muted small">Restored: ${what}</span>`;
}

function columns(result: Result, steps: readonly Step[]): Column[] {
  const step = (id: string) => steps.findIndex((one) => one.id === id);
  return [
    {
      title: 'Rung',
      share: 9.5,
      className: 'rung',
      cell: ({ rung }) =>
        html`<a href="#${anchor('rung', rung)}"><code>${rung}</code></a><br><span class="muted small">${steps[step(rung)]?.short ?? ''}</span>`,
      key: ({ rung }) => step(rung),
      number: true,
      left: true,
    },
    {
      title: 'Verdict, expected',
      share: 7.5,
      cell: (row) =>
        html`${verdictBadge(row)}<br>${verdictExpected(row) ? html`<span class="muted small">${marked(EXPECTED)}</span>` : html`<span class="wrong small">${expectedText(row)} was expected</span>`}`,
      key: ({ verdict }) => verdict,
    },
    { title: 'Decided', share: 7.5, cell: decidedText, key: ({ decided }) => decided },
    {
      title: 'Checked here',
      share: 19,
      className: 'statement',
      cell: ({ statement }) => statement,
      key: ({ statement }) => statement,
    },
    {
      title: 'Held / false / open',
      share: 7,
      number: true,
      cell: (row) => {
        const { held, violated, undecided, idle } = row;
        const none = noWorldText(row);
        const still = none
          ? html`<br><span class="wrong small">${none}</span>`
          : html`<br><span class="muted small">and ${idle} idle</span>`;
        return html`${held} / ${violated} / ${undecided}${idle === 0 ? null : still}`;
      },
      key: ({ violated, worlds }) => violated / Math.max(1, worlds),
    },
    {
      title: 'False in, 99 % limits',
      share: 7.5,
      number: true,
      cell: rowLimits,
      key: (row) => (sampled(row) ? row.limits.high : ''),
    },
    {
      title: 'Worst margin',
      share: 6.5,
      number: true,
      cell: ({ worstMargin }) => numberOr(worstMargin),
      key: ({ worstMargin }) => worstMargin ?? '',
    },
    {
      title: 'Digits',
      share: 5.5,
      number: true,
      cell: ({ digits }) => digits ?? NOTHING,
      key: ({ digits }) => digits ?? '',
    },
    {
      title: 'Width',
      share: 5.5,
      number: true,
      cell: widthText,
      key: ({ width }) => width ?? '',
    },
    {
      title: 'Control',
      share: 15,
      className: 'control',
      cell: (row) =>
        html`${outcome(row.control, row.control === 'fails as it must')} <span class="muted small">Drops: ${row.controlDrops}</span>${
          row.restored === null
            ? null
            : html`<br>${outcome(row.restored, row.restored === 'holds as it must')} ${restoredBy(result, row)}`
        }`,
      key: ({ control, restored }) => `${control} ${restored ?? ''}`,
    },
    {
      title: 'Time',
      share: 5,
      number: true,
      cell: ({ seconds }) => duration(seconds),
      key: ({ seconds }) => seconds,
    },
  ];
}

function tableRow(row: Row, all: readonly Column[]): Markup {
  const cells = all.map(
    (c) =>
      html`<td role="cell" class="${c.number && !c.left ? 'number ' : ''}${c.className ?? ''}${c.cell(row) === NOTHING ? ' nothing' : ''}" data-title="${c.title}" data-sort="${c.key(row)}">${c.cell(row)}</td>`,
  );
  return html`<tr role="row" id="${rowAnchor(row)}" class="${row.headline ? 'headline' : ''}" data-verdict="${row.verdict}" data-rung="${row.rung}" data-decided="${row.decided}"><th role="rowheader" scope="row" data-sort="${row.claim}">${row.claim}</th>${cells}</tr>`;
}

/** A line across the table: a title with what belongs under it. */
const across = (columns: number, className: string, id: string, content: Content): Markup =>
  html`<tr role="row" class="${className}" id="${id}"><th role="rowheader" scope="rowgroup" colspan="${columns}">${content}</th></tr>`;

/** The claim's statement once, in words where a formula stands below it, then a row a rung. */
function claimRows(block: readonly Row[], info: ClaimInfo | undefined, all: readonly Column[]): Markup {
  const [{ claim, source, headline }] = block;
  const head = html`<h5>${headline ? `${HEADLINE} ` : ''}${claim} <span class="muted">${source}</span></h5><p>${(info?.formula && info.words) ?? info?.statement ?? ''}</p>${formula(info?.formula)}`;
  return html`${across(all.length + 1, 'claim-head', anchor('claim', claim), head)}${block.map((row) => tableRow(row, all))}`;
}

const options = (name: string, values: Iterable<string>, word = (value: string) => value): Markup =>
  html`<label>${name}<select name="${name.toLowerCase()}"><option value="">all</option>${[...values].map(
    (value) => html`<option value="${value}">${word(value)}</option>`,
  )}</select></label>`;

/** Of the claims' column on a wide page, in percent; the others are `share` of theirs. */
const CLAIM_SHARE = 11.5;

/** What stands in the columns. */
const legend =
  (): Markup => html`<details class="legend"><summary>What the columns say</summary><dl class="facts">
<dt>Verdict</dt><dd>${VERDICT_LEGEND}. ${EXPECTED_LEGEND}: the expected verdict of every row is recorded, and a run in which one changes, in either direction, fails.</dd>
<dt>Held / false / open</dt><dd>In how many random worlds the statement held, was false, or stayed undecided. <em>Idle</em> worlds come on top: their run ended before it reached what the statement speaks of, so they count neither for nor against it. Rows have different numbers of worlds, because each row has its own share of the run: cheap checks get more worlds than expensive ones. Known counterexamples are checked first and are not counted. A proved row has one world: its whole domain.</dd>
<dt>False in</dt><dd>Exact (Clopper–Pearson) limits of the part of all such worlds in which the statement is false; an undecided world counts for the upper limit. A certified or proved verdict needs none.</dd>
<dt>Worst margin</dt><dd>The margin says by how much the statement holds, relative to the sizes compared; it is negative where the statement is false.</dd>
<dt>Digits</dt><dd>The most decimal digits that an enclosure needed.</dd>
<dt>Width</dt><dd>A certified equality says that |left - right| is at most so many times their scale.</dd>
<dt>Control</dt><dd>The same check with one hypothesis dropped. It must find a world in which the statement is false; a check that cannot fail proves nothing. Where a statement is false, the check runs once more with the missing hypothesis restored; there it must hold, so the violations are no noise.</dd>
</dl></details>`;

export function verdictSection(
  result: Result,
  claims: ReadonlyMap<string, ClaimInfo>,
  steps: readonly Step[],
  map: Markup,
): Markup {
  const { rows } = result;
  if (rows.length === 0) return html`<p>This run has no verdict.</p>`;
  const all = columns(result, steps);
  const heads = all.map(
    ({ title, number, left }) =>
      html`<th role="columnheader" scope="col" class="${number && !left ? 'number' : ''}" data-kind="${number ? 'number' : 'text'}"><span>${title}</span></th>`,
  );
  const body = groups(rows).map(
    ({ title, claims: blocks }) =>
      html`${across(all.length + 1, 'group-head', anchor('group', title), html`<h4>${title} <span class="muted">${count(blocks.length, 'claim')}</span></h4>`)}${blocks.map((block) => claimRows(block, claims.get(block[0].claim), all))}`,
  );
  const distinct = (key: 'verdict' | 'rung' | 'decided') => new Set(rows.map((row) => row[key]));
  const rungs = steps.map(({ id }) => id).filter((id) => distinct('rung').has(id));
  return html`${map}
<h3 id="all-verdicts">Every verdict</h3>
<p class="prose">A row is one claim on one rung. <em>False</em> means that there is a world in which the statement is false; where that is expected, it is a result, and its <a href="#counterexamples">counterexample</a> is shown below.</p>
${legend()}
<form class="filters" id="verdict-filters" hidden>${options('Verdict', distinct('verdict'), (verdict) => VERDICTS[verdict as Verdict].word)}${options('Rung', rungs)}${options('Decided', distinct('decided'))}<label>Text<input type="search" name="text" autocomplete="off"></label><label class="only-narrow">Sort by<select name="order"><option value="">as given</option></select></label><button type="reset">Show all</button><output aria-live="polite"></output></form>
<div class="scroll" tabindex="0" role="region" aria-label="Table of verdicts"><table id="verdict-table" class="cards-when-narrow" role="table"><colgroup>${[CLAIM_SHARE, ...all.map(({ share }) => share)].map((w) => html`<col style="width:${w}%">`)}</colgroup><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" data-kind="text"><span>Claim</span></th>${heads}</tr></thead><tbody role="rowgroup">${body}</tbody></table></div>`;
}
