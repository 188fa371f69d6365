/** What is asked of a page inside the browser. Each function runs there, so it uses nothing from outside itself. */

/** A text that cannot be read well: `ratio` of its colour to what lies under it. */
export interface Pale {
  readonly text: string;
  readonly ratio: number;
}

/** Every text whose contrast (WCAG 2.2, relative luminance) is below `least`, on computed colours. */
export function pale(least: number): Pale[] {
  const rgb = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [r, g, b] = rgb(colour)
      .slice(0, 3)
      .map((x) => x / 255)
      .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const solid = (colour: string) => colour.startsWith('rgb') && rgb(colour)[3] !== 0;
  // A picture has hundreds of rectangles and texts: each rectangle is measured once.
  const tilesOf = new Map<Element, { box: DOMRect; fill: string }[]>();
  const tiles = (svg: Element) => {
    let known = tilesOf.get(svg);
    if (!known) {
      known = [...svg.querySelectorAll('rect')]
        .map((rect) => ({ box: rect.getBoundingClientRect(), fill: getComputedStyle(rect).fill }))
        .filter(({ fill }) => solid(fill));
      tilesOf.set(svg, known);
    }
    return known;
  };
  const under = (element: Element): string => {
    const svg = element instanceof SVGElement ? element.closest('svg') : null;
    if (svg) {
      const box = element.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const last = tiles(svg).findLast(
        ({ box: own }) => own.left <= x && x <= own.right && own.top <= y && y <= own.bottom,
      );
      if (last) return last.fill;
    }
    for (let at: Element | null = element; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (solid(backgroundColor)) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const found: Pale[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.textContent?.trim() || element.closest('script, title, desc')) continue;
    if (!element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    const [a, b] = [luminance(ink), luminance(under(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least) found.push({ text: node.textContent.trim().slice(0, 60), ratio });
  }
  return found;
}

export interface Drawn {
  readonly figure: string;
  readonly width: number;
  readonly height: number;
  /** Marks that take room, parts of paths counted. */
  readonly marks: number;
  /** Texts that reach out of the picture, or lie on one another. */
  readonly outside: readonly string[];
  readonly colliding: readonly string[];
  /** The smallest text, as it is shown, in pixels. */
  readonly smallest: number;
}

/** Every picture that is shown. */
export function drawnPictures(): Drawn[] {
  const shown = [...document.querySelectorAll('figure')].filter((figure) => figure.checkVisibility());
  return shown.flatMap((figure) =>
    [...figure.querySelectorAll('svg')]
      .filter((svg) => svg.checkVisibility())
      .map((svg) => {
        const frame = svg.getBoundingClientRect();
        const marks = [...svg.querySelectorAll('path, rect, circle, line')].filter((mark) => {
          const box = mark.getBoundingClientRect();
          return box.width + box.height > 0;
        });
        // The cells of a heat map are the parts of a few paths.
        const parts = (mark: Element) => Math.max(1, (mark.getAttribute('d') ?? '').split('M').length - 1);
        const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() !== '');
        const scale = frame.width / svg.viewBox.baseVal.width;
        const boxes = texts.map((text) => ({ words: text.textContent, box: text.getBoundingClientRect() }));
        const outside = boxes.filter(
          ({ box }) =>
            box.left < frame.left - 1 ||
            box.right > frame.right + 1 ||
            box.top < frame.top - 1 ||
            box.bottom > frame.bottom + 1,
        );
        const colliding = boxes.flatMap(({ words, box }, i) =>
          boxes.slice(i + 1).flatMap((other) => {
            const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
            const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
            // A line's box is taller than its letters: neighbouring lines may share a third of it.
            return across > 1 && down > box.height / 3 ? [`${words} / ${other.words}`] : [];
          }),
        );
        return {
          figure: figure.id,
          width: frame.width,
          height: frame.height,
          marks: marks.reduce((sum, mark) => sum + parts(mark), 0),
          outside: outside.map(({ words }) => words),
          colliding,
          smallest: Math.min(
            ...texts.map((text) => scale * Number.parseFloat(getComputedStyle(text).fontSize)),
          ),
        };
      }),
  );
}
