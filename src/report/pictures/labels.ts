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

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Placed {
  readonly dx: number;
  readonly dy: number;
  readonly textAnchor: 'start' | 'middle' | 'end';
}

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

const AWAY = 10;
const HALF = SIZE * 0.65;
const MARKER = 6;

const places: readonly Placed[] = [0, 1, -1, 2, -2].flatMap((row) => [
  { dx: AWAY, dy: row * 14, textAnchor: 'start' as const },
  { dx: -AWAY, dy: row * 14, textAnchor: 'end' as const },
  ...(row === 0 ? [] : [{ dx: 0, dy: row * 16, textAnchor: 'middle' as const }]),
]);

const boxOf = ({ x, y, text }: Point, { dx, dy, textAnchor }: Placed): Box => {
  const width = textWidth(text);
  const left = x + dx - (textAnchor === 'start' ? 0 : textAnchor === 'end' ? width : width / 2);
  return { left, right: left + width, top: y + dy - HALF, bottom: y + dy + HALF };
};

/**
 * A place for the name of each point, in pixels from it: the one among ten near it that covers least of the points, of
 * the names placed before, and of what lies beyond `width` and `height`.
 */
export function placeLabels(points: readonly Point[], width: number, height: number): Placed[] {
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - MARKER,
    right: x + MARKER,
    top: y - MARKER,
    bottom: y + MARKER,
  }));
  return points.map((point) => {
    const cost = (place: Placed): number => {
      const box = boxOf(point, place);
      const outside =
        Math.max(0, -box.left) + Math.max(0, box.right - width) + Math.max(0, box.bottom - height);
      return taken.reduce((sum, other) => sum + overlap(box, other), 0) + 100 * outside;
    };
    const best = places.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    taken.push(boxOf(point, best));
    return best;
  });
}
