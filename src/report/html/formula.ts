/** Formulas as MathML. */
import temml from 'temml';
import { html, type Markup, raw } from './markup.ts';

/**
 * A formula on a line of its own, which a narrow page scrolls: MathML, so that the browser needs no font or style sheet
 * for it. Temml escapes all text; without `trust` it makes no link, image, id or style of what it reads.
 * @param tex nothing where there is no formula
 * @returns TeX that Temml can't read is shown as it is
 */
export function formula(tex: string | undefined): Markup {
  if (tex === undefined) return html``;
  try {
    const math = temml.renderToString(tex, { displayMode: true, throwOnError: true, strict: true });
    return html`<div class="formula" tabindex="0" role="region" aria-label="Formula">${raw(math)}</div>`;
  } catch {
    return html`<code class="code">${tex}</code>`;
  }
}
