import { describe, expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import { decideStep, gridPoints, type Identity, type Inequality, prove } from '../../src/decide/proof.ts';

const inequality: Inequality = {
  id: 'bowl',
  says: 'x^2 - x + 0.26 > 0',
  variables: ['x'],
  box: [[0, 1]],
  value: (F, [x]) => F.add(F.sub(F.mul(x, x), x), F.of(0.26)),
};
/** (x+y)^2 = x^2 + 2xy + y^2, or a wrong factor in place of 2. */
const identity = (factor: number, degree = 2): Identity => ({
  id: 'square',
  says: '(x+y)^2',
  variables: ['x', 'y'],
  grid: [
    { from: 0, degree },
    { from: 3, degree },
  ],
  value: <T>(F: Field<T>, [x, y]: readonly T[]) => {
    const left = F.mul(F.add(x, y), F.add(x, y));
    const right = F.add(F.add(F.mul(x, x), F.mul(y, y)), F.mul(F.of(factor), F.mul(x, y)));
    return F.sub(left, right);
  },
});

describe('a proof', () => {
  it('holds where every step does, and tells the least margin', () => {
    const judged = prove([identity(2), inequality]);
    expect(judged).toMatchObject({ outcome: 'held', certified: true });
    expect(judged.margin!.name).toContain('bowl');
    expect(judged.margin!.value).toBeGreaterThan(0);
    expect(judged.margin!.value).toBeLessThanOrEqual(0.01);
  });

  it('keeps leaves that cover the domain, with lower bounds of the value on them', () => {
    const { leaves } = decideStep(inequality);
    const sides = leaves.map(({ box: [side] }) => side).sort(([a], [b]) => a - b);
    expect(sides[0][0]).toBe(0);
    expect(sides.at(-1)![1]).toBe(1);
    for (const [i, [low]] of sides.slice(1).entries()) expect(low).toBe(sides[i][1]);
    for (const { box, margin } of leaves)
      for (const x of box[0]) expect(margin).toBeLessThanOrEqual(x * x - x + 0.26);
  });

  it('is refuted by the first step that fails: a point in a box that stays open, or a point of the grid', () => {
    const low: Inequality = { ...inequality, value: (F, [x]) => F.sub(x, F.of(0.1)) };
    expect(prove([identity(2), low, inequality])).toMatchObject({ outcome: 'violated', certified: true });
    const { refuted } = decideStep(low);
    expect(refuted!.point[0]).toBeLessThan(0.1);
    expect(refuted!.box[0][0]).toBeLessThanOrEqual(refuted!.point[0]);
    expect(refuted!.box[0][1]).toBeGreaterThanOrEqual(refuted!.point[0]);
    const wrong = decideStep(identity(3));
    expect(wrong).toMatchObject({ outcome: 'violated', margin: { value: -3 }, refuted: { point: [1, 3] } });
  });

  it('encloses the value on the image of a symmetry too', () => {
    const rising: Inequality = {
      ...inequality,
      box: [[0, 0.5]],
      mirror: [1],
      value: (F, [x]) => F.sub(F.of(0.75), x),
    };
    expect(decideStep({ ...rising, mirror: undefined }).outcome).toBe('held');
    expect(decideStep(rising).outcome).toBe('violated');
    expect(decideStep({ ...rising, box: [[0, 0.5]], mirror: [0.5] }).outcome).toBe('held');
  });

  it('leaves an identity open whose values are not known to less than 1', () => {
    const rough: Identity = {
      ...identity(2),
      value: (F) => F.mul(F.sub(F.exp(F.of(200)), F.exp(F.of(200))), F.of(1)),
    };
    expect(prove([rough])).toMatchObject({ outcome: 'undecided', certified: false });
  });

  it('has as many points as degrees require', () => {
    expect(gridPoints(identity(2).grid)).toEqual([
      [0, 3],
      [0, 4],
      [0, 5],
      [1, 3],
      [1, 4],
      [1, 5],
      [2, 3],
      [2, 4],
      [2, 5],
    ]);
  });
});
