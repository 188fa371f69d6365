/** Names at the right ends of lines, so that a picture of lines needs no key. */
import type { Markish } from '@observablehq/plot';
import * as Plot from '@observablehq/plot';
import { spread } from './labels.ts';
import { type Colour, colour } from './palette.ts';
import { SIZE } from './svg.ts';

/** Colours and dashes of up to five lines, in order. */
export const HUES = ['blue', 'orange', 'green', 'purple', 'ochre'] as const satisfies readonly Colour[];
export const DASHES = ['', '8 3', '3 3', '8 3 2 3', '12 4'] as const;

interface End {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly hue: Colour;
}

/**
 * The names, moved apart where their lines end close together.
 * @param height of the frame in pixels, @param most the value at its top, @param least the value at its bottom
 */
export function endNames(
  ends: readonly End[],
  { height, most, least }: { readonly height: number; readonly most: number; readonly least: number },
): Markish[] {
  const natural = ends.map(({ y }) => (height * (most - y)) / (most - least));
  const placed = spread(natural, SIZE * 1.25, 0, height);
  return ends.map((end, i) =>
    Plot.text([end], {
      x: 'x',
      y: 'y',
      text: 'text',
      textAnchor: 'start',
      dx: 7,
      dy: placed[i] - natural[i],
      fill: colour(end.hue),
    }),
  );
}
