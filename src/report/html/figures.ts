/** The pictures of the report with their captions, and the sections they stand in. */
import { type Figure, type KillMatrix, killFigure } from '../pictures/figures.ts';
import { inline } from '../pictures/svg.ts';
import { html, type Markup, raw, unbroken } from './markup.ts';

/**
 * A picture in one or two widths, its title a link to itself, its caption below.
 * @param widths from which width of the page on the wide one is shown
 */
export function figureOf(
  { id, wide, narrow }: Figure,
  widths: 'two-widths' | 'page-wide' = 'two-widths',
): Markup {
  const single = wide === narrow;
  const box = (name: string, svg: string) =>
    html`<div class="${name}" tabindex="0" role="region" aria-label="${wide.title}">${raw(svg)}</div>`;
  return html`<figure id="${id}" class="${single ? 'single' : widths}"><h3><a href="#${id}">${wide.title}</a></h3>
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
  html`<div class="figures">${figures.map((figure) => figureOf(figure))}</div>`;

export function atlasSection(figures: readonly Figure[]): Markup {
  if (figures.length === 0) return missing('atlas', 'npx snapcheck atlas');
  const [first, ...maps] = figures;
  if (first.wide === first.narrow)
    return html`<div class="gallery">${figures.map((map) => figureOf(map))}</div>`;
  return html`${figureOf(first, 'page-wide')}<details class="under-page-wide"><summary>A map for each claim</summary><div class="gallery">${maps.map((map) => figureOf(map))}</div></details>`;
}

export function kernelSection(matrix: KillMatrix | undefined): Markup {
  if (!matrix) return missing('kill matrix', 'npx tsx fixtures/kernels/killMatrix.mjs');
  const survivors = matrix.summary.survivors.map(({ bug, face, why, directed }) => {
    const reason =
      why ??
      `mixed cases seldom combine the regimes that it needs; among cases that do, case ${directed} finds it.`;
    return html`<li><code>${bug}</code>, ${face === 'outputs' ? 'by outputs alone' : face}: ${reason}</li>`;
  });
  return html`<p>Snapcheck also checks training kernels against derived error bounds (<code>npx snapcheck kernel</code>). Seeded bugs, each a small change to a correct kernel, show what the bounds find.</p>${figureOf(killFigure(matrix))}${survivors.length > 0 ? html`<h3>Not found, and why</h3><ul>${survivors}</ul>` : null}`;
}

export const benchSection = (figures: readonly Figure[]): Markup =>
  figures.length === 0
    ? missing('bench', 'npx snapcheck bench')
    : html`<div class="figures">${figures.map((figure) => figureOf(figure))}</div>`;
