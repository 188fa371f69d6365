/** From Observable Plot specifications to SVG: a stand-alone file, or a picture in a page that gives the colours. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { wrap } from '../format.ts';
import { FONT } from './font.ts';
import { colour, light, scheme } from './palette.ts';

interface PictureFrame {
  readonly title: string;
  /** What to see, the units, and the command that made the data where a page does not say it. */
  readonly caption: string;
}

/** The end of a caption: the command that made the data; nothing on a page whose own data they are. */
export const madeBy = (command: string | undefined): string =>
  command === undefined ? '' : ` Made by: ${command}`;

/** A panel; panels stand below one another and share a width. */
export type Panel = Plot.PlotOptions & { readonly width: number; readonly height: number };

/** A picture before it is drawn. */
export interface Drawing extends PictureFrame {
  readonly panels: readonly Panel[];
}

const MARGIN = 20;
/** Room of a title of one line, and of each line more; its glyphs are wider than those of a caption. */
const [TITLE, TITLE_LINE, TITLE_GLYPH] = [40, 21, 9.6];
const LINE = 17;
export const SIZE = 12.5;
/** Advance of a caption's average glyph, on the wide side (DejaVu Sans) so that no line overruns. */
const GLYPH = 0.52 * SIZE;

/** Room a text takes, in pixels, rather too much than too little. */
export const textWidth = (text: string, size = SIZE): number => 0.58 * size * text.length;

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Numbers of attributes to a tenth of a pixel, small ones (symbols, opacities) to a hundredth: a third fewer bytes. */
const shorter = (marks: string): string =>
  marks.replaceAll(/<[^>]+>/g, (tag) =>
    tag.replaceAll(/\d+\.\d+/g, (x) => String(Number(Number(x).toFixed(Number(x) < 20 ? 2 : 1)))),
  );

/** The marks of a panel as an SVG group; Plot's own style sheet is left out, for it is meant for pages of its own. */
function group(panel: Panel, left: number, top: number): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const chart = Plot.plot({ ...panel, document: document as unknown as Document });
  chart.querySelector('style')?.remove();
  const marks = shorter(chart.innerHTML)
    .replaceAll('currentColor', colour('ink'))
    .replaceAll('var(--plot-background)', colour('ground'));
  return `<g transform="translate(${left},${top})" fill="${colour('ink')}" font-size="${SIZE}" text-anchor="middle">${marks}</g>`;
}

function groups(panels: readonly Panel[], left: number, begin: number): { marks: string; end: number } {
  const drawn: string[] = [];
  let top = begin;
  for (const panel of panels) {
    drawn.push(group(panel, left, top));
    top += panel.height;
  }
  return { marks: drawn.join('\n'), end: top };
}

/**
 * Panels between a title and a caption, on an opaque white ground (so that it reads on a dark page too).
 * Legends belong into the panels as marks: Plot's own are HTML.
 * @returns an SVG document with xmlns, width, height and viewBox, and the caption as its description
 */
function svg(panels: readonly Panel[], { title, caption }: PictureFrame): string {
  const width = panels[0].width + 2 * MARGIN;
  const titles = wrap(title, Math.floor(panels[0].width / TITLE_GLYPH));
  const heading = titles.map(
    (l, i) => `<tspan x="${MARGIN}" y="${26 + TITLE_LINE * i}">${escapeXml(l)}</tspan>`,
  );
  const { marks, end } = groups(panels, MARGIN, TITLE + TITLE_LINE * (titles.length - 1));
  const lines = wrap(caption, Math.floor(panels[0].width / GLYPH));
  const text = lines.map((l, i) => `<tspan x="${MARGIN}" y="${end + 22 + LINE * i}">${escapeXml(l)}</tspan>`);
  const height = end + 22 + LINE * lines.length;
  return light(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${FONT}">
<title>${escapeXml(title)}</title>
<desc>${escapeXml(caption)}</desc>
<rect width="${width}" height="${height}" fill="${colour('ground')}"/>
<text font-size="16" font-weight="600" fill="${colour('ink')}">${heading.join('')}</text>
${marks}
<text font-size="${SIZE}" fill="${colour('muted')}">${text.join('')}</text>
</svg>
`);
}

export const standAlone = ({ panels, ...frame }: Drawing): string => svg(panels, frame);

/**
 * The panels alone, for a page that has the title and the caption beside them and sets the colours.
 * @returns an `svg` element as wide as its panels, named by the title
 */
export function inline({ panels, title }: Drawing): string {
  const [{ width }] = panels;
  const { marks, end } = groups(panels, 0, 0);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${end}" viewBox="0 0 ${width} ${end}" role="img" aria-label="${escapeXml(title)}">${scheme(marks)}</svg>`;
}
