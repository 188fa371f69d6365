/** The whole report as one HTML file that needs nothing else. */
import { createHash } from 'node:crypto';
import { asExpected, type Result } from '../../verify/result.ts';
import type { ClaimInfo } from '../claimInfo.ts';
import { closing, verdictCounts } from '../closing.ts';
import { findingTally } from '../findings.ts';
import { count, duration } from '../format.ts';
import type { Figure, KillMatrix } from '../pictures/figures.ts';
import { counterexampleSection } from './counterexamples.ts';
import { atlasSection, benchSection, dynamicsSection, figureOf, kernelSection } from './figures.ts';
import { findingSection } from './findings.ts';
import { ladder, ladderSection } from './ladder.ts';
import { html, type Markup, raw } from './markup.ts';
import { type Provenance, readingSection, repeatSection } from './reading.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { verdictSection } from './verdicts.ts';

/** Everything a report is made of. */
export interface ReportData {
  readonly result: Result;
  readonly claims: readonly ClaimInfo[];
  readonly provenance: Provenance;
  /** Claim x rung; absent when there is no row. */
  readonly map: Figure | null;
  readonly dynamics: readonly Figure[];
  readonly atlas: readonly Figure[];
  readonly kills: KillMatrix | undefined;
  readonly bench: readonly Figure[];
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

const sectionsOf = (data: ReportData): Section[] => {
  const { result, claims, map } = data;
  const of = new Map(claims.map((info) => [info.claim, info]));
  return [
    {
      id: 'verdicts',
      title: 'What holds where',
      content: verdictSection(result, of, ladder, map ? figureOf(map) : html``),
    },
    { id: 'reading', title: 'Why one can trust it', content: readingSection() },
    { id: 'ladder', title: 'The ladder', content: ladderSection(result) },
    { id: 'counterexamples', title: 'Counterexamples', content: counterexampleSection(result) },
    {
      id: 'findings',
      title: 'Findings in the paper',
      content: findingSection(result.findings),
    },
    { id: 'dynamics', title: 'Pictures of training', content: dynamicsSection(data.dynamics) },
    { id: 'atlas', title: 'Where the claims hold in training', content: atlasSection(data.atlas) },
    { id: 'kernels', title: 'What the kernel check finds', content: kernelSection(data.kills) },
    { id: 'bench', title: 'Precision against speed', content: benchSection(data.bench) },
    { id: 'repeat', title: 'Repeat it', content: repeatSection(result, data.provenance) },
  ];
};

function opening({ result, provenance }: ReportData): Markup {
  const good = asExpected(result) && !result.interrupted;
  const worlds = result.rows.reduce((sum, row) => sum + row.worlds, 0);
  const facts: [string, string][] = [
    ['Verdicts', result.rows.length > 0 ? `${result.rows.length} (${verdictCounts(result.rows)})` : 'none'],
    ['Findings', result.findings.length > 0 ? findingTally(result.findings) : 'none'],
    [
      'Worlds',
      `${count(worlds, 'random world')}${result.runs < result.fullRuns ? '; a thorough run asks 25 times as many' : ''}`,
    ],
    ['Seed', String(result.seed)],
    ['Made', provenance.made.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC')],
    ['Took', duration(result.seconds)],
  ];
  return html`<header><h1>What holds of “Scan and Snap”</h1>
<p class="muted">A report of Snapcheck</p>
<p class="bottom-line ${good ? 'good' : 'bad'}">${good ? '✓' : '✗'} ${closing(result)}</p>
<p>Snapcheck is an executable peer review of <a href="https://arxiv.org/abs/2305.16380">“Scan and Snap: Understanding Training Dynamics and Token Composition in 1-layer Transformer”</a> (Tian, Wang, Chen, Du, NeurIPS 2023), which says how attention comes to rest on the few tokens that tell the next token best. Every statement is put to random worlds on every <a href="#ladder">rung of a ladder</a> that leads from training as it is run to the idealised dynamics of the theorems, so that one sees where it holds and where it stops holding. Each verdict is <a href="#reading">certified by interval arithmetic, decided by exact statistics, or said to be a measurement</a>, and each check has a control that must fail.</p>
<dl class="facts short">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}<dt>Command</dt><dd><code>${provenance.command}</code></dd></dl></header>`;
}

/** The HTML document. Nothing is loaded, and no script but the page's own may run: the policy names its hash. */
export function page(data: ReportData): string {
  const sections = sectionsOf(data);
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Snapcheck: what holds of “Scan and Snap”</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
${opening(data)}
<main>
<section aria-label="Contents"><nav><ol>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav></section>
${sections.map(
  ({ id, title, content }) => html`<section id="${id}"><h2>${title}</h2>
${content}</section>
`,
)}
</main>
<footer>Made by Snapcheck ${Object.values(data.provenance.versions)[0] ?? ''}. This file is complete: it loads nothing.</footer>
<script>${raw(script)}</script>
</body>
</html>
`.text;
}
