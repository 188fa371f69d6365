/** A picture with its heading, its explanation, and the buttons that save it. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { saveAsPng, saveAsSvg } from './savePicture.ts';

interface Framed {
  readonly id: string;
  readonly title: string;
  /** What to see, in a sentence or two. */
  readonly says?: ComponentChildren;
  readonly children: ComponentChildren;
  /** Of the training, for the saved picture. */
  readonly about: string;
  /** Where pictures can be chosen: whether this one is. */
  readonly pick?: { readonly chosen: boolean; readonly onPick: () => void };
}

export function PictureFrame({ id, title, says, children, about, pick }: Framed) {
  const ref = useRef<HTMLElement>(null);
  const picture = () => ref.current?.querySelector<SVGSVGElement>('.picture > svg');
  const save = (as: typeof saveAsSvg) => {
    const svg = picture();
    if (svg) void as(svg, { name: id, title, caption: about });
  };
  return (
    <figure id={id} ref={ref} class={pick?.chosen ? 'chosen' : undefined}>
      <div class="figure-head">
        <h3>
          {pick ? (
            <button type="button" class="pick" aria-pressed={pick.chosen} onClick={pick.onPick}>
              {title}
            </button>
          ) : (
            title
          )}
        </h3>
        <span class="save">
          <button
            type="button"
            class="quiet"
            aria-label={`Save as PNG: ${title}`}
            onClick={() => save(saveAsPng)}
          >
            PNG
          </button>
          <button
            type="button"
            class="quiet"
            aria-label={`Save as SVG: ${title}`}
            onClick={() => save(saveAsSvg)}
          >
            SVG
          </button>
        </span>
      </div>
      {children}
      {says && <figcaption>{says}</figcaption>}
    </figure>
  );
}
