/** The findings: lines of the paper, as printed and as they should be. */
import type { FindingRow } from '../../verify/result.ts';
import { byKind, findingExpected, findingTally } from '../findings.ts';
import { FINDINGS, marked, UNEXPECTED } from '../symbols.ts';
import { anchor, html, type Markup } from './markup.ts';

function finding(f: FindingRow): Markup {
  return html`<article id="${anchor('finding', f.id)}"><h3>${f.id} <span class="badge ${f.outcome}">${marked(FINDINGS[f.outcome])}</span></h3>
<p class="muted">${f.place}; ${f.kind}; ${f.decided}${findingExpected(f) ? null : html`; <span class="wrong">${UNEXPECTED.symbol} ${f.expected} was expected</span>`}</p>
<dl class="facts"><dt>The paper's words</dt><dd>“${f.words}”</dd><dt>What fails</dt><dd>${f.printed}</dd><dt>What holds</dt><dd>${f.corrected}</dd><dt>Why this kind</dt><dd>${f.why}</dd></dl>
<details><summary>Evidence</summary><p>${f.evidence}</p></details></article>`;
}

export function findingSection(findings: readonly FindingRow[]): Markup {
  if (findings.length === 0)
    return html`<p>This run did not check the findings: <code>npx snapcheck verify --findings</code> does.</p>`;
  return html`<p>${findingTally(findings)}. <em>Confirmed</em>: the line as printed is false in at least one world, and the corrected line holds in all of them. A gap in a proof leaves the statement true. A constant or hypothesis that can be better is not wrong.</p><div class="articles">${byKind(findings).map(finding)}</div>`;
}
