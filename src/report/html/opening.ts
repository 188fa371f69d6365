/** The head of the page, on the first screen: the verdicts, and whether they describe real training. */
import type { Atlas } from '../../atlas/document.ts';
import { asExpected, type Result } from '../../verify/result.ts';
import { closing, verdictCounts } from '../closing.ts';
import { findingTally } from '../findings.ts';
import { count, duration } from '../format.ts';
import { expectation } from '../symbols.ts';
import { answer, inAnswer } from './answer.ts';
import { headline } from './headline.ts';
import type { Step } from './ladder.ts';
import { html, type Markup } from './markup.ts';
import type { Provenance } from './reading.ts';

/** Whether all is as expected, in a line; what is not is named. */
function bottomLine(result: Result): Markup {
  const good = asExpected(result) && !result.interrupted;
  const { rows, findings } = result;
  const parts = [
    ...(rows.length > 0 ? [`${count(rows.length, 'verdict')} (${verdictCounts(rows)})`] : []),
    ...(findings.length > 0 ? [`${count(findings.length, 'finding')} in the paper`] : []),
  ];
  const text = good && parts.length > 0 ? `As expected: ${parts.join(', ')}` : closing(result);
  return html`<p class="bottom-line ${good ? 'good' : 'bad'}">${expectation(good).symbol} ${text}</p>`;
}

export function opening(result: Result, steps: readonly Step[], atlas: Atlas | undefined): Markup {
  return html`<header><h1>What holds of “Scan and Snap”</h1>
${bottomLine(result)}
<div class="first-screen"><section aria-label="Verdicts">${headline(result, steps, inAnswer(atlas))}</section>
<section id="training" aria-label="Real training">${answer(atlas)}</section></div></header>`;
}

/** What Snapcheck is, and the facts of the run. */
export function aboutSection(result: Result, provenance: Provenance): Markup {
  const worlds = result.rows.reduce((sum, row) => sum + row.worlds, 0);
  const facts: [string, string][] = [
    ['Verdicts', result.rows.length > 0 ? `${result.rows.length} (${verdictCounts(result.rows)})` : 'none'],
    ['Findings', result.findings.length > 0 ? findingTally(result.findings) : 'none'],
    [
      'Worlds',
      `${count(worlds, 'random world')}${result.runs < result.fullRuns ? '; a thorough run checks 25 times as many' : ''}`,
    ],
    ['Seed', String(result.seed)],
    ['Made', provenance.made.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC')],
    ['Took', duration(result.seconds)],
  ];
  return html`<p>Snapcheck is an executable peer review of <a href="https://arxiv.org/abs/2305.16380">“Scan and Snap: Understanding Training Dynamics and Token Composition in 1-layer Transformer”</a> (Tian, Wang, Chen, Du, NeurIPS 2023). The paper says how attention settles on the few tokens that predict the next token best. Snapcheck checks every statement of it on random <em>worlds</em> (a world is a problem with a state or a training run) and on each <a href="#ladder"><em>rung</em></a> (a version of the training dynamics, from training as it is run to the idealised dynamics of the theorems). So one sees where a statement holds and where it stops holding. Each verdict is <a href="#reading">proved for all worlds, certified by interval arithmetic, decided by exact statistics, or measured in floating point</a>, and each check has a <em>control</em> that must fail.</p>
<dl class="facts short">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}<dt>Command</dt><dd><code>${provenance.command}</code></dd></dl>`;
}
