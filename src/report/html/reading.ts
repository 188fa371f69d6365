/** How to read a verdict, how to repeat the run, and which versions made it. */
import type { Result } from '../../verify/result.ts';
import { html, type Markup, unbroken } from './markup.ts';

/** Who made a report: when, by which command, with which versions. */
export interface Provenance {
  readonly command: string;
  readonly made: Date;
  /** By name, the program itself first. */
  readonly versions: Readonly<Record<string, string>>;
}

export const readingSection = (): Markup => html`<dl class="facts">
<dt>certified</dt><dd>Both sides of the statement are enclosed in intervals of as many decimal digits as it takes, rounded outward at every operation. The statement holds in a world when the enclosure of its margin lies above 0, and is violated when it lies below. An enclosure that touches 0 decides nothing: the precision is raised, and what stays open is said to be undecided. An equality cannot be proved so: certified is that left and right differ by at most the width given in the table, relative to their size (1e-20 at most), and that the width falls as digits are added. What is left to trust is the arithmetic (tested against exact rationals) and that the worlds satisfy the hypotheses (they are built so).</dd>
<dt>statistical</dt><dd>The statement is about chance. Worlds are drawn anew, and exact (Clopper–Pearson) 99 % limits of the fraction that violates it are compared with the fraction that the statement allows.</dd>
<dt>measured</dt><dd>Seen in floating point along a numerical integration or a training run. A violation far larger than the error is evidence, and some are certified afterwards, which the counterexample then says; that nothing was violated is an observation, not a proof.</dd>
</dl>
<ul>
<li><strong>Holds</strong> is a statement about the worlds asked. For certified rows no exception exists among them; how rare exceptions elsewhere could be is what the limits bound.</li>
<li><strong>Control</strong>: the same check with a hypothesis dropped must find a violation in as many worlds. A check that cannot fail would not pass. Of a statement that is false, the same check must also hold once the hypothesis that it lacks is restored (<em>restores</em>): a motion that is noise would fail there.</li>
<li><strong>Expected</strong> verdicts are recorded for every claim and rung. A run in which any verdict changes, in either direction, fails.</li>
<li><strong>Margin</strong>: by how much the statement holds, relative to the sizes compared; negative where it is violated. The worst one of the row is shown.</li>
<li><strong>Digits</strong>: the most decimal digits that an enclosure needed.</li>
<li><strong>Width</strong>: certified equalities say that |left - right| is at most so many times their scale. The largest of the row is shown.</li>
<li><strong>Worlds</strong> are problems (which tokens each class draws, and how often), states or learning rates, drawn so that they satisfy the hypotheses. Counterexamples known from before are asked first and do not count.</li>
</ul>`;

export function repeatSection({ seed }: Result, { command, versions }: Provenance): Markup {
  const rows = Object.entries(versions).map(([name, version]) => html`<dt>${name}</dt><dd>${version}</dd>`);
  return html`<p>Node 20 or newer. The same seed gives the same worlds and the same verdicts; another seed asks others.</p>
<code class="code">${unbroken(`npx ${command}${/--seed\b/.test(command) ? '' : ` --seed ${seed}`}`)}</code>
<p>Each counterexample has a command of its own above. Beside this file, <code>result.json</code> holds every number of it, <code>summary.md</code> the table in Markdown, and <code>junit.xml</code> the verdicts for continuous integration.</p>
<dl class="facts">${rows}</dl>`;
}
