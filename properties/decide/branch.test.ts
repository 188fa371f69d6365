import { describe, expect, test } from 'vitest';
import type { Arithmetic } from '../../src/decide/arithmetic.ts';
import { type Box, type BranchOptions, type Everywhere, branch as prove } from '../../src/decide/branch.ts';
import { mpfrInstalled } from '../support/mpfr.ts';

/** x^2 + y^2 - xy + c: least at 0 where it is c, though one enclosure of the whole box says much less. */
const bowl =
  (c: number): Everywhere =>
  (F, [x, y]) => [
    {
      name: 'bowl',
      asks: 'positive',
      value: F.add(F.sub(F.add(F.mul(x, x), F.mul(y, y)), F.mul(x, y)), F.of(c)),
      scale: F.of(1),
      time: 0,
    },
  ];
const square = [
  [-3, 2],
  [-2, 3],
] as const;

const arithmetics: Arithmetic[] = ['decimal', 'mpfr'];

describe.each(arithmetics)('branch, by %s', (arithmetic) => {
  const it = test.skipIf(arithmetic === 'mpfr' && !mpfrInstalled);
  const branch = (margins: Everywhere, box: Box, options: BranchOptions = {}) =>
    prove(margins, box, { ...options, arithmetic });

  it('proves what one enclosure cannot, and says in how many boxes', () => {
    const proof = branch(bowl(0.01), square);
    expect(proof).toMatchObject({ outcome: 'held', certified: true, open: [] });
    expect(proof.boxes).toBeGreaterThan(20);
    expect(proof.margin!.value).toBeGreaterThan(0);
    expect(proof.margin!.value).toBeLessThanOrEqual(0.01);
  });

  it('refutes at a point', () => {
    expect(branch(bowl(-0.01), square)).toMatchObject({ outcome: 'violated', certified: true });
  });

  it('leaves what is attained open, and reports the boxes around it', () => {
    const proof = branch(
      bowl(0),
      [
        [-3, 2.1],
        [-2, 3.1],
      ],
      { boxes: 400 },
    );
    expect(proof.outcome).toBe('undecided');
    for (const box of proof.open)
      for (const [low, high] of box) {
        expect(low).toBeLessThanOrEqual(0.5);
        expect(high).toBeGreaterThanOrEqual(-0.5);
      }
  });

  const margin = <T>(name: string, value: T, scale: T, asks: 'positive' | 'zero' = 'positive') => ({
    ...{ name, asks, value, scale, time: 0 },
  });
  it('refuses an empty list of margins: it would hold everywhere', () => {
    expect(() => branch(() => [], square)).toThrow(/at least one margin, got none/);
  });
  it('refuses equalities: x^2 + y^2 + 1 = 0 has no root and is positive on every box', () => {
    const equality: Everywhere = (F, [x, y]) => [
      margin('no root', F.add(F.add(F.mul(x, x), F.mul(y, y)), F.of(1)), F.of(1), 'zero'),
    ];
    expect(() => branch(equality, square)).toThrow(/expected inequalities, got equalities: no root/);
  });
  it('refuses a callback that yields only where it can decide: x < -1 is false, and never told', () => {
    const shy: Everywhere = (F, [x]) => {
      const value = F.sub(F.of(-1), x);
      return F.sign(value) === 1 ? [margin('x < -1', value, F.of(1))] : [];
    };
    expect(() => branch(shy, square)).toThrow(/at least one margin/);
    // Beside one that is always there, too.
    const beside: Everywhere = (F, at) => [...bowl(0.01)(F, at), ...shy(F, at)];
    expect(() => branch(beside, square)).toThrow(/expected the margins bowl, got bowl, x < -1/);
    // On the whole it yields both, on some box one of them.
    const vanishing: Everywhere = (F, [x, y]) => [
      ...bowl(0.01)(F, [x, y]),
      ...(F.sign(x) === undefined ? [margin('near x = 0', F.of(1), F.of(1))] : []),
    ];
    expect(() => branch(vanishing, square)).toThrow(/expected the margins bowl, near x = 0, got bowl/);
  });

  it('does not split a point for ever', () => {
    expect(
      branch(bowl(0), [
        [0, 0],
        [0, 0],
      ]),
    ).toMatchObject({ outcome: 'violated' });
    const root = Math.sqrt(2);
    const touching: Everywhere = (F, [x]) => [
      { name: '2 - x^2', asks: 'positive', value: F.sub(F.of(2), F.mul(x, x)), scale: F.of(1), time: 0 },
    ];
    expect(branch(touching, [[1, root]]).outcome).not.toBe('held');
  });

  it('refuses what is no box', () => {
    const rises: Everywhere = (_, [x]) => [{ name: 'x > 0', asks: 'positive', value: x, scale: x, time: 0 }];
    for (const box of [[], [[1, -1]], [[Number.NaN, 1]], [[1, Infinity]]] as const)
      expect(() => branch(rises, box)).toThrow('expected a box of finite sides');
  });

  it('compares the margins of two boxes name by name', () => {
    // One name that reads as two when names are joined.
    const drops: Everywhere = (F, [x]) => {
      const margin = (name: string, value: typeof x) =>
        ({ name, asks: 'positive', value, scale: value, time: 0 }) as const;
      const one = F.of(1);
      return F.toNumber(x) < 1 ? [margin('a,b', one)] : [margin('a', x), margin('b', one)];
    };
    expect(() => branch(drops, [[-1, 4]])).toThrow('expected the margins');
  });

  it('certifies nothing where a box stays open', () => {
    const touches: Everywhere = (F, [x]) => [
      { name: 'x^2 > 0', asks: 'positive', value: F.mul(x, x), scale: F.of(1), time: 0 },
    ];
    expect(branch(touches, [[-1, 2]], { boxes: 50 })).toMatchObject({
      outcome: 'undecided',
      certified: false,
    });
  });
});
