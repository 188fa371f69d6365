/** HTML from templates in which everything that comes from data is escaped. */

/** Text that is markup already; only `html` and `raw` make it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | null | readonly Content[];

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => ESCAPES[c]);

function textOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escapeHtml(String(content));
  return content.map(textOf).join('');
}

/** A template whose values are escaped, unless they are markup; lists are joined, null is nothing. */
export const html = (parts: TemplateStringsArray, ...values: readonly Content[]): Markup =>
  new Markup(parts.reduce((text, part, i) => text + textOf(values[i - 1]) + part));

/** Text of our own that is markup: a style sheet, a script, an SVG. Never anything that comes from data. */
export const raw = (text: string): Markup => new Markup(text);

/** Text in which no flag is broken after its hyphens. */
export const unbroken = (text: string): Markup =>
  html`${text.split(' ').map((word, i) => html`${i > 0 ? ' ' : ''}${word.startsWith('-') ? html`<span class="flag">${word}</span>` : word}`)}`;

/** An id for an anchor: letters, digits and hyphens. */
export const anchor = (...names: readonly string[]): string =>
  names
    .join('-')
    .replaceAll(/[^\w-]+/g, '-')
    .toLowerCase();
