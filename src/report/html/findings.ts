/** The findings: lines of the paper, as printed and as they should be. */
import type { FindingRow } from '../../verify/result.ts';
import { findingExpected, findingTally } from '../findings.ts';
import { anchor, html, type Markup } from './markup.ts';

function finding(f: FindingRow): Markup {
  return html`<article id="${anchor('finding', f.id)}"><h3>${f.id} <span class="badge ${f.outcome}">${{ confirmed: '✓', refuted: '✗', open: '?' }[f.outcome]} ${f.outcome}</span></h3>
<p class="muted">${f.place}; ${f.kind}; ${f.decided}${findingExpected(f) ? null : html`; <span class="wrong">expected ${f.expected}</span>`}</p>
<dl class="facts"><dt>As printed</dt><dd>${f.printed}</dd><dt>As it should be</dt><dd>${f.corrected}</dd></dl>
<details><summary>Evidence</summary><p>${f.evidence}</p></details></article>`;
}

export function findingSection(findings: readonly FindingRow[]): Markup {
  if (findings.length === 0)
    return html`<p>The findings were not asked for in this run: <code>npx snapcheck verify --findings</code> does.</p>`;
  return html`<p>Lines of the paper that do not say what their proofs give, each put to worlds as printed and as corrected: ${findingTally(findings)}. <em>Confirmed</em>: the print is violated in at least one world, the correction holds in all.</p><div class="articles">${findings.map(finding)}</div>`;
}
