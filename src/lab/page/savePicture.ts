/** Files that the page makes of what it shows; they go to the reader's disk and nowhere else. */
import { FONT } from '../../report/pictures/font.ts';
import { light } from '../../report/pictures/palette.ts';

interface Saved {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
}

const [HEAD, FOOT, PAD] = [34, 26, 14];
/** Pixels of a PNG for one of the page. */
const SHARP = 2;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Saves a file under a name. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads it after the click: an address that is gone at once is an empty file in some.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Breaks a text into lines of at most so many characters. */
function lines(text: string, most: number): string[] {
  const all: string[] = [];
  for (const word of text.split(' ')) {
    const last = all.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) all[all.length - 1] = `${last} ${word}`;
    else all.push(word);
  }
  return all;
}

/** A picture of the page with its title and caption, in the colours of the light scheme: it stands alone. */
function standAloneSvg(svg: SVGSVGElement, { title, caption }: Saved) {
  const [width, height] = [svg.width.baseVal.value, svg.height.baseVal.value];
  const notes = lines(caption, Math.floor(width / 5.6));
  const all = { width: width + 2 * PAD, height: HEAD + height + FOOT + 14 * (notes.length - 1) };
  const inner = new XMLSerializer().serializeToString(svg).replace('<svg', `<svg x="${PAD}" y="${HEAD}"`);
  const text =
    light(`<svg xmlns="http://www.w3.org/2000/svg" width="${all.width}" height="${all.height}" viewBox="0 0 ${all.width} ${all.height}" font-family="${escaped(FONT).replaceAll('"', '&quot;')}">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="${PAD}" y="22" font-size="14" font-weight="600" fill="#1f2328">${escaped(title)}</text>
${inner}
<text font-size="10.5" fill="#56606a">${notes.map((line, i) => `<tspan x="${PAD}" y="${HEAD + height + 14 + 14 * i}">${escaped(line)}</tspan>`).join('')}</text>
</svg>
`);
  return { text, ...all };
}

export async function saveAsSvg(svg: SVGSVGElement, saved: Saved): Promise<void> {
  saveFile(new Blob([standAloneSvg(svg, saved).text], { type: 'image/svg+xml' }), `${saved.name}.svg`);
}

export async function saveAsPng(svg: SVGSVGElement, saved: Saved): Promise<void> {
  const { text, width, height } = standAloneSvg(svg, saved);
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [SHARP * width, SHARP * height];
    const pen = canvas.getContext('2d')!;
    pen.scale(SHARP, SHARP);
    pen.drawImage(image, 0, 0, width, height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (blob) saveFile(blob, `${saved.name}.png`);
  } finally {
    URL.revokeObjectURL(address);
  }
}
