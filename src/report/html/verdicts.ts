/** The verdicts: the headline claims as cards, then every row in a table that sorts and filters. */
import type { Result, Row } from '../../verify/result.ts';
import type { ClaimInfo } from '../claimInfo.ts';
import { byClaim, duration, rowLimits, short, verdictExpected, widthText } from '../format.ts';
import { restoredAnchor } from './counterexamples.ts';
import { formula } from './formula.ts';
import type { Step } from './ladder.ts';
import { anchor, type Content, html, type Markup } from './markup.ts';

/** ✓ or ✗ or ? beside the word, so that no verdict is told by colour alone. */
export const verdictBadge = ({ verdict }: Pick<Row, 'verdict'>): Markup =>
  html`<span class="badge ${verdict}">${{ holds: '✓ holds', violated: '✗ violated', undecided: '? undecided' }[verdict]}</span>`;

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

const NOTHING = '–';
/** What a control came to, marked beside the word. */
const outcome = (word: string, good: boolean): Markup =>
  good ? html`✓ ${word}` : html`<span class="wrong">✗ ${word}</span>`;
const numberOr = (x: number | null): string => (x === null ? NOTHING : short(x));

/** The hypothesis that was restored: where a counterexample is told, it is told there, for it is long. */
function restoredBy(result: Result, row: Row): Markup {
  const at = restoredAnchor(result, row);
  const what = at === undefined ? row.restoredBy : html`<a href="#${at}">the hypothesis it lacks</a>`;
  return html`<span class="muted small">Restores: ${what}</span>`;
}

function columns(result: Result, claims: ReadonlyMap<string, ClaimInfo>, steps: readonly Step[]): Column[] {
  const step = (id: string) => steps.findIndex((one) => one.id === id);
  return [
    {
      title: 'Rung',
      share: 8,
      className: 'rung',
      cell: ({ rung }) =>
        html`<a href="#${anchor('rung', rung)}"><code>${rung}</code></a><br><span class="muted small">${steps[step(rung)]?.title ?? ''}</span>`,
      key: ({ rung }) => step(rung),
      number: true,
      left: true,
    },
    {
      title: 'Verdict, expected',
      share: 7.5,
      cell: (row) =>
        html`${verdictBadge(row)}<br>${verdictExpected(row) ? html`<span class="muted small">as expected</span>` : html`<span class="wrong small">expected: ${row.expected}</span>`}`,
      key: ({ verdict }) => verdict,
    },
    { title: 'Decided', share: 7.5, cell: ({ decided }) => decided, key: ({ decided }) => decided },
    {
      title: 'Statement',
      share: 17,
      className: 'statement',
      cell: (row) =>
        html`${claims.get(row.claim)?.statement ?? ''} <span class="muted">Asked here: ${row.statement}</span>`,
      key: ({ statement }) => statement,
    },
    {
      title: 'Held / violated / open',
      share: 6.5,
      number: true,
      cell: ({ held, violated, undecided }) => `${held} / ${violated} / ${undecided}`,
      key: ({ violated, worlds }) => violated / Math.max(1, worlds),
    },
    {
      title: 'Violating, 99 % limits',
      share: 7.5,
      number: true,
      cell: rowLimits,
      key: (row) => (row.decided === 'certified' ? '' : row.limits.high),
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
      share: 11.5,
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
  return html`<tr role="row" class="${row.headline ? 'headline' : ''}" data-verdict="${row.verdict}" data-rung="${row.rung}" data-decided="${row.decided}"><th role="rowheader" scope="row" data-sort="${row.claim}">${row.headline ? '★ ' : ''}<strong>${row.claim}</strong><br><span class="muted small">${row.source}</span></th>${cells}</tr>`;
}

const options = (name: string, values: Iterable<string>): Markup =>
  html`<label>${name}<select name="${name.toLowerCase()}"><option value="">all</option>${[...values].map(
    (value) => html`<option value="${value}">${value}</option>`,
  )}</select></label>`;

/** Each claim the paper is known for, with its verdict on every rung. */
function headlineCards(rows: readonly Row[], claims: ReadonlyMap<string, ClaimInfo>): Markup {
  const blocks = byClaim(rows).filter(([row]) => row.headline);
  if (blocks.length === 0) return html``;
  const cards = blocks.map(
    (block) =>
      html`<div class="card"><h3>★ ${block[0].claim} <span class="muted small">${block[0].source}</span></h3><p>${claims.get(block[0].claim)?.statement ?? ''}</p>${formula(claims.get(block[0].claim)?.formula)}<ul>${block.map(
        (row) =>
          html`<li>${verdictBadge(row)} on <code>${row.rung}</code> <span class="muted small">${row.decided}</span></li>`,
      )}</ul></div>`,
  );
  return html`<h3>The four claims the paper is known for</h3><div class="cards">${cards}</div>`;
}

/** Of the claims' column on a wide page, in percent; the others are `share` of theirs. */
const CLAIM_SHARE = 11.5;

export function verdictSection(
  result: Result,
  claims: ReadonlyMap<string, ClaimInfo>,
  steps: readonly Step[],
  map: Markup,
): Markup {
  const rows = byClaim(result.rows).flat();
  if (rows.length === 0) return html`<p>No verdict was asked for, or none was finished.</p>`;
  const all = columns(result, claims, steps);
  const heads = all.map(
    ({ title, number, left }) =>
      html`<th role="columnheader" scope="col" class="${number && !left ? 'number' : ''}" data-kind="${number ? 'number' : 'text'}"><span>${title}</span></th>`,
  );
  const distinct = (key: 'verdict' | 'rung' | 'decided') => new Set(rows.map((row) => row[key]));
  const rungs = steps.map(({ id }) => id).filter((id) => distinct('rung').has(id));
  return html`${headlineCards(rows, claims)}
${map}
<h3 id="all-verdicts">Every verdict</h3>
<p class="prose">A row is one claim on one rung. <em>Violated</em> means that a world was found in which the statement is false; where that is expected it is a result, and its <a href="#counterexamples">counterexample</a> is told below. ★ and a coloured edge: what the paper is known for.</p>
<form class="filters" id="verdict-filters" hidden>${options('Verdict', distinct('verdict'))}${options('Rung', rungs)}${options('Decided', distinct('decided'))}<label>Text<input type="search" name="text" autocomplete="off"></label><label class="only-narrow">Sort by<select name="order"><option value="">as given</option></select></label><button type="reset">Show all</button><output aria-live="polite"></output></form>
<div class="scroll" tabindex="0" role="region" aria-label="Table of verdicts"><table id="verdict-table" class="cards-when-narrow" role="table"><colgroup>${[CLAIM_SHARE, ...all.map(({ share }) => share)].map((w) => html`<col style="width:${w}%">`)}</colgroup><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" data-kind="text"><span>Claim</span></th>${heads}</tr></thead><tbody role="rowgroup">${rows.map((row) => tableRow(row, all))}</tbody></table></div>`;
}
