/** The findings: lines of the paper, as printed and as they should be. */
import type { FindingRow } from '../../verify/result.ts';
import { byKind, findingExpected, findingTally } from '../findings.ts';
import { anchor, html, type Markup } from './markup.ts';

function finding(f: FindingRow): Markup {
  return html`<article id="${anchor('finding', f.id)}"><h3>${f.id} <span class="badge ${f.outcome}">${{ confirmed: '✓', refuted: '✗', open: '?' }[f.outcome]} ${f.outcome}</span></h3>
<p class="muted">${f.place}; ${f.kind}; ${f.decided}${findingExpected(f) ? null : html`; <span class="wrong">expected ${f.expected}</span>`}</p>
<dl class="facts"><dt>The paper's words</dt><dd>“${f.words}”</dd><dt>What fails</dt><dd>${f.printed}</dd><dt>What holds</dt><dd>${f.corrected}</dd><dt>Why this kind</dt><dd>${f.why}</dd></dl>
<details><summary>Evidence</summary><p>${f.evidence}</p></details></article>`;
}

export function findingSection(findings: readonly FindingRow[]): Markup {
  if (findings.length === 0)
    return html`<p>The findings were not asked for in this run: <code>npx snapcheck verify --findings</code> does.</p>`;
  return html`<p>${findingTally(findings)}. <em>Confirmed</em>: what fails is violated in at least one world, what holds holds in all. A gap leaves the statement true; of a constant or hypothesis that can be better nothing is wrong.</p><div class="articles">${byKind(findings).map(finding)}</div>`;
}
