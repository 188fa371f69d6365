/** How to read a verdict, how to repeat the run, and which versions made it. */
import type { Result } from '../../verify/result.ts';
import { html, type Markup, unbroken } from './markup.ts';

/** When a report was made, by which command and with which versions. */
export interface Provenance {
  readonly command: string;
  readonly made: Date;
  /** By name, the program itself first. */
  readonly versions: Readonly<Record<string, string>>;
}

export const readingSection = (): Markup => html`<dl class="facts">
<dt>proved</dt><dd>The statement holds in every world of its domain, not only in those that were tried. A short proof reduces it to inequalities in one to four numbers, and these are enclosed on boxes that cover all their values. The boxes are kept as a certificate, which a second program checks with arithmetic and formulas of its own.</dd>
<dt>certified</dt><dd>Both sides of the statement are enclosed in intervals of as many decimal digits as it takes, rounded outward at every operation. The statement holds in a world when the enclosure of its margin lies above 0, and is violated when it lies below. An enclosure that touches 0 decides nothing: the precision is raised, and a world that no precision decides is undecided. No enclosure can prove an equality. What is certified there: left and right differ by at most the width given in the table, relative to their size (1e-20 at most), and the width falls as digits are added. The reader must trust the arithmetic (it is tested against exact rationals) and that the worlds satisfy the hypotheses (they are built to).</dd>
<dt>statistical</dt><dd>The statement is about chance. Worlds are sampled, and exact (Clopper–Pearson) 99 % limits of the fraction in which it is false are compared with the fraction that the statement allows.</dd>
<dt>certified (14)</dt><dd>Along training and flows enclosures follow the whole run, in so many worlds. The other worlds are too large for that, or take too large steps: they are searched in floating point. A violation found there counts only if enclosures confirm it.</dd>
</dl>
<ul>
<li><strong>Holds</strong> is a statement about the worlds that were checked. Among the worlds of a certified row there is no exception; the limits say how rare exceptions among other worlds are. A proved row speaks of all worlds of its domain.</li>
<li><strong>Worlds</strong> are problems (which tokens each class samples, and how often), states or learning rates. They are sampled so that they satisfy the hypotheses.</li>
</ul>`;

export function repeatSection({ seed }: Result, { command, versions }: Provenance): Markup {
  const rows = Object.entries(versions).map(([name, version]) => html`<dt>${name}</dt><dd>${version}</dd>`);
  return html`<p>Node 20 or newer. The same seed gives the same worlds and the same verdicts; another seed samples other worlds.</p>
<code class="code">${unbroken(`npx ${command}${/--seed\b/.test(command) ? '' : ` --seed ${seed}`}`)}</code>
<p>Each counterexample has a command of its own above. Beside this file, <code>result.json</code> holds every number of it, <code>summary.md</code> the table in Markdown, and <code>junit.xml</code> the verdicts for continuous integration.</p>
<dl class="facts">${rows}</dl>`;
}
