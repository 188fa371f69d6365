/** Formulas as MathML. */
import temml from 'temml';
import { html, type Markup, raw } from './markup.ts';

/**
 * A formula on a line of its own: MathML, for which the browser needs no font or style sheet. A narrow page breaks the line
 * where the TeX has a \qquad, and scrolls what is still too wide. Temml escapes all text; without `trust` it makes no link,
 * image, id or style of what it reads.
 * @param tex nothing where there is no formula
 * @returns TeX that Temml cannot read is shown as it is
 */
export function formula(tex: string | undefined): Markup {
  if (tex === undefined) return html``;
  try {
    const parts = tex
      .split('\\qquad')
      .map((part) => temml.renderToString(part, { displayMode: true, throwOnError: true, strict: true }));
    return html`<div class="formula" tabindex="0" role="region" aria-label="Formula">${parts.map(raw)}</div>`;
  } catch {
    return html`<code class="code">${tex}</code>`;
  }
}
