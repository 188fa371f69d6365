/** From Observable Plot specifications to one stand-alone SVG file. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { wrap } from '../format.ts';

export const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, 'DejaVu Sans', sans-serif";

export interface Frame {
  readonly title: string;
  /** What to see, the units, and the command that made the data. */
  readonly caption: string;
}

/** A panel; panels stand below one another and share a width. */
export type Panel = Plot.PlotOptions & { readonly width: number; readonly height: number };

const MARGIN = 20;
const TITLE = 40;
const LINE = 17;
const SIZE = 12.5;
/** Advance of a caption's average glyph, on the wide side (DejaVu Sans) so that no line overruns. */
const GLYPH = 0.52 * SIZE;

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The marks of a panel as an SVG group; Plot's own style sheet is left out, for it is meant for HTML pages. */
function group(panel: Panel, top: number): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const chart = Plot.plot({ ...panel, document: document as unknown as Document });
  chart.querySelector('style')?.remove();
  const marks = chart.innerHTML
    .replaceAll('currentColor', '#222')
    .replaceAll('var(--plot-background)', 'white');
  return `<g transform="translate(${MARGIN},${top})" fill="#222" font-size="${SIZE}" text-anchor="middle">${marks}</g>`;
}

/**
 * Panels between a title and a caption, on an opaque white ground (so that it reads on a dark page too).
 * Legends belong into the panels as marks: Plot's own are HTML.
 * @returns an SVG document with xmlns, width, height and viewBox, and the caption as its description
 */
export function svg(panels: readonly Panel[], { title, caption }: Frame): string {
  const width = panels[0].width + 2 * MARGIN;
  const groups: string[] = [];
  let top = TITLE;
  for (const panel of panels) {
    groups.push(group(panel, top));
    top += panel.height;
  }
  const lines = wrap(caption, Math.floor(panels[0].width / GLYPH));
  const text = lines.map((l, i) => `<tspan x="${MARGIN}" y="${top + 22 + LINE * i}">${escapeXml(l)}</tspan>`);
  const height = top + 22 + LINE * lines.length;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${FONT}">
<title>${escapeXml(title)}</title>
<desc>${escapeXml(caption)}</desc>
<rect width="${width}" height="${height}" fill="white"/>
<text x="${MARGIN}" y="26" font-size="16" font-weight="600" fill="#111">${escapeXml(title)}</text>
${groups.join('\n')}
<text font-size="${SIZE}" fill="#444">${text.join('')}</text>
</svg>
`;
}
