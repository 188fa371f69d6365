/** Where the names of points and lines go, so that they do not lie on one another. */
import { SIZE, textWidth } from './svg.ts';

/** `ys` moved apart, in their order, until neighbours are `gap` apart and all lie within [low, high] if they fit. */
export function spread(ys: readonly number[], gap: number, low: number, high: number): number[] {
  const order = ys.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  let last = Number.NEGATIVE_INFINITY;
  for (const one of order) {
    one.y = Math.max(one.y, last + gap, low);
    last = one.y;
  }
  let next = high + gap;
  for (const one of order.reverse()) {
    one.y = Math.min(one.y, next - gap);
    next = one.y;
  }
  const moved = [...ys];
  for (const { y, i } of order) moved[i] = y;
  return moved;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Placed {
  readonly dx: number;
  readonly dy: number;
  readonly textAnchor: 'start' | 'middle' | 'end';
}

const overlap = (a: Rectangle, b: Rectangle): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

const AWAY = 10;
const HALF = SIZE * 0.65;
const MARKER = 8;

/** Rows of a label up and down from its point, the nearest first. */
const rows = [0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6];
const places: readonly Placed[] = rows.flatMap((row) => [
  { dx: AWAY, dy: row * 14, textAnchor: 'start' as const },
  { dx: -AWAY, dy: row * 14, textAnchor: 'end' as const },
  ...(row === 0 ? [] : [{ dx: 0, dy: row * 16, textAnchor: 'middle' as const }]),
]);

/** Whether a label stands so far from its point that a line must lead to it. */
export const far = ({ dy }: Placed): boolean => Math.abs(dy) > 20;

const boxOf = ({ x, y, text }: Point, { dx, dy, textAnchor }: Placed): Rectangle => {
  const width = textWidth(text);
  const left = x + dx - (textAnchor === 'start' ? 0 : textAnchor === 'end' ? width : width / 2);
  return { left, right: left + width, top: y + dy - HALF, bottom: y + dy + HALF };
};

/** Pixels of distance that outweigh a pixel of overlap, and of a part of the label that is cut off. */
const [OVERLAP, OUTSIDE] = [8, 800];

/**
 * A place for the name of each point, in pixels from it: of those near it, the one that covers least of the points, of the
 * names placed before, of `obstacles`, and of what lies beyond `width` and `height`; of equal ones the nearest.
 */
export function placeLabels(
  points: readonly Point[],
  width: number,
  height: number,
  obstacles: readonly Rectangle[] = [],
): Placed[] {
  const taken: Rectangle[] = [
    ...obstacles,
    ...points.map(({ x, y }) => ({
      left: x - MARKER,
      right: x + MARKER,
      top: y - MARKER,
      bottom: y + MARKER,
    })),
  ];
  return points.map((point) => {
    const cost = (place: Placed): number => {
      const box = boxOf(point, place);
      const outside =
        Math.max(0, -box.left) +
        Math.max(0, box.right - width) +
        Math.max(0, -box.top) +
        Math.max(0, box.bottom - height);
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
      return Math.abs(place.dy) + OVERLAP * covered + OUTSIDE * outside;
    };
    const best = places.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    taken.push(boxOf(point, best));
    return best;
  });
}
