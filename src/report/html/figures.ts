/** The pictures of the report with their captions, and the sections they stand in. */
import { type Figure, type KillMatrix, killFigure } from '../pictures/figures.ts';
import { inline } from '../pictures/svg.ts';
import { html, type Markup, raw, unbroken } from './markup.ts';

/** A picture in one or two widths, its title a link to itself, its caption below. */
export function figureOf({ id, wide, narrow }: Figure): Markup {
  const single = wide === narrow;
  const box = (name: string, svg: string) =>
    html`<div class="${name}" tabindex="0" role="region" aria-label="${wide.title}">${raw(svg)}</div>`;
  return html`<figure id="${id}" class="${single ? 'single' : 'two-widths'}"><h3><a href="#${id}">${wide.title}</a></h3>
${box('wide', inline(wide))}${single ? null : box('narrow', inline(narrow))}
${
  single || wide.caption === narrow.caption
    ? html`<figcaption>${unbroken(wide.caption)}</figcaption>`
    : html`<figcaption class="wide">${unbroken(wide.caption)}</figcaption><figcaption class="narrow">${unbroken(narrow.caption)}</figcaption>`
}</figure>`;
}

const missing = (what: string, command: string): Markup =>
  html`<p class="muted">Left out: this copy of Snapcheck keeps no ${what}. <code>${command}</code> makes one.</p>`;

export const dynamicsSection = (figures: readonly Figure[]): Markup =>
  html`<div class="figures">${figures.map(figureOf)}</div>`;

export function atlasSection(figures: readonly Figure[]): Markup {
  if (figures.length === 0) return missing('atlas', 'npx snapcheck atlas');
  const [overview, ...maps] = figures;
  return html`${figureOf(overview)}<details><summary>A map for each claim, over seven ways to change the world</summary><div class="gallery">${maps.map(figureOf)}</div></details>`;
}

export function kernelSection(matrix: KillMatrix | undefined): Markup {
  if (!matrix) return missing('kill matrix', 'npx tsx fixtures/kernels/killMatrix.mjs');
  const survivors = matrix.summary.survivors.map(({ bug, face, why, directed }) => {
    const reason =
      why ??
      `mixed cases seldom bring its regimes together; asked of those, it is found at case ${directed}.`;
    return html`<li><code>${bug}</code>, ${face === 'outputs' ? 'by outputs alone' : face}: ${reason}</li>`;
  });
  return html`<p>The same machinery judges training kernels (<code>npx snapcheck kernel</code>) by derived error bounds. That the bounds find something is tested on seeded bugs, each a small change to a correct kernel.</p>${figureOf(killFigure(matrix))}${survivors.length > 0 ? html`<h3>Alive, and why</h3><ul>${survivors}</ul>` : null}`;
}

export const benchSection = (figures: readonly Figure[]): Markup =>
  figures.length === 0
    ? missing('bench', 'npx snapcheck bench')
    : html`<div class="figures">${figures.map(figureOf)}</div>`;
