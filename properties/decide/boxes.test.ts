/** The boxes of subdivision: which are examined, cut and left open. */
import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import { type Box, branch, type Everywhere } from '../../src/decide/branch.ts';

const alwaysPositive = (name: string, value: <T>(F: Field<T>, at: readonly T[]) => T): Everywhere => {
  const margins = <T>(F: Field<T>, at: readonly T[]) => [
    { name, requires: 'positive' as const, value: value(F, at), scale: F.of(1), time: 0 },
  ];
  return margins;
};
const unit: Box = [
  [0, 1],
  [0, 1],
];
const volume = (box: Box) => box.reduce((v, [low, high]) => v * (high - low), 1);

describe('subdivision', () => {
  it('examines every corner: a statement that fails only near one corner is refuted there', () => {
    for (const [cx, cy] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]) {
      // (x - cx)^2 + (y - cy)^2 - 1/400: negative within 1/20 of the corner.
      const near = alwaysPositive('far from a corner', (F, [x, y]) => {
        const [dx, dy] = [F.sub(x, F.of(cx)), F.sub(y, F.of(cy))];
        return F.sub(F.add(F.mul(dx, dx), F.mul(dy, dy)), F.of(1 / 400));
      });
      const proof = branch(near, unit);
      expect(proof, `corner ${cx}, ${cy}`).toMatchObject({ outcome: 'violated', certified: true });
      expect(proof.margin!.value).toBeLessThan(0);
      expect(proof.margin!.value).toBeGreaterThanOrEqual(-1 / 400);
    }
  });

  it('cuts the side that is longest relative to its range, and leaves boxes that cover the open part', () => {
    // Only x matters, and the first enclosure settles nothing: y is 1000 times as wide, and is cut as often.
    const touching = alwaysPositive('x^2 > 0', (F, [x]) => F.mul(x, x));
    const proof = branch(
      touching,
      [
        [0, 1],
        [0, 1000],
      ],
      { boxes: 40 },
    );
    expect(proof.outcome).toBe('undecided');
    expect(proof.boxes).toBeLessThanOrEqual(2 * 40 + 1);
    for (const [x, y] of proof.open) {
      expect(x[0]).toBe(0);
      const [wide, high] = [x[1] - x[0], (y[1] - y[0]) / 1000];
      expect(Math.max(wide / high, high / wide)).toBeLessThanOrEqual(2);
    }
    const widest = Math.max(...proof.open.map(([x]) => x[1]));
    const covered = proof.open.reduce((v, box) => v + volume(box), 0);
    expect(covered).toBeGreaterThan(0);
    expect(covered).toBeLessThanOrEqual(1000 * widest);
  });

  it('reports the margin 0 and the box where boxes are left open', () => {
    const proof = branch(
      alwaysPositive('x > 0', (_, [x]) => x),
      [[0, 1]],
      { boxes: 3 },
    );
    expect(proof.outcome).toBe('undecided');
    expect(proof.margin!.value).toBe(0);
    expect(proof.margin!.name).toContain(JSON.stringify(proof.open[0]));
  });

  it('reports the least lower end of all boxes', () => {
    // 1 + x on [0, 1] needs no cut; its least is 1 at 0.
    const proof = branch(
      alwaysPositive('1 + x', (F, [x]) => F.add(F.of(1), x)),
      [[0, 1]],
    );
    expect(proof).toMatchObject({ outcome: 'held', boxes: 1, open: [], margin: { value: 1 } });
    // x (1 - x) + 1/8 needs cuts: its minimum on [0, 1] is 1/8, at both ends, and enclosures approach it from below.
    const bent = alwaysPositive('bent', (F, [x]) => F.add(F.mul(x, F.sub(F.of(1), x)), F.of(1 / 8)));
    const bound = branch(bent, [[0, 1]]).margin!.value;
    expect(bound).toBeLessThanOrEqual(1 / 8);
    expect(bound).toBeGreaterThan(0);
  });
});
