import { describe, expect, test } from 'vitest';
import { type Box, type BranchOptions, type Everywhere, branch as prove } from '../../src/decide/branch.ts';
import type { EnclosureLibrary } from '../../src/decide/libraries.ts';
import { mpfrInstalled } from '../support/mpfr.ts';

/** x^2 + y^2 - xy + c: its minimum is c, at 0; one enclosure of the whole box has a much smaller lower end. */
const bowl =
  (c: number): Everywhere =>
  (F, [x, y]) => [
    {
      name: 'bowl',
      requires: 'positive',
      value: F.add(F.sub(F.add(F.mul(x, x), F.mul(y, y)), F.mul(x, y)), F.of(c)),
      scale: F.of(1),
      time: 0,
    },
  ];
const square = [
  [-3, 2],
  [-2, 3],
] as const;

const arithmetics: EnclosureLibrary[] = ['decimal', 'mpfr'];

describe.each(arithmetics)('branch, by %s', (arithmetic) => {
  const it = test.skipIf(arithmetic === 'mpfr' && !mpfrInstalled);
  const branch = (margins: Everywhere, box: Box, options: BranchOptions = {}) =>
    prove(margins, box, { ...options, arithmetic });

  it('proves a statement that one enclosure does not prove, and reports the number of boxes', () => {
    const proof = branch(bowl(0.01), square);
    expect(proof).toMatchObject({ outcome: 'held', certified: true, open: [] });
    expect(proof.boxes).toBeGreaterThan(20);
    expect(proof.margin!.value).toBeGreaterThan(0);
    expect(proof.margin!.value).toBeLessThanOrEqual(0.01);
  });

  it('refutes at a point', () => {
    expect(branch(bowl(-0.01), square)).toMatchObject({ outcome: 'violated', certified: true });
  });

  it('stays open where equality is attained, and reports the boxes around it', () => {
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

  const margin = <T>(name: string, value: T, scale: T, requires: 'positive' | 'zero' = 'positive') => ({
    ...{ name, requires, value, scale, time: 0 },
  });
  it('refuses an empty list of margins, which would hold everywhere', () => {
    expect(() => branch(() => [], square)).toThrow(/at least one margin, got none/);
  });
  it('refuses equalities: x^2 + y^2 + 1 = 0 has no root and is positive on every box', () => {
    const equality: Everywhere = (F, [x, y]) => [
      margin('no root', F.add(F.add(F.mul(x, x), F.mul(y, y)), F.of(1)), F.of(1), 'zero'),
    ];
    expect(() => branch(equality, square)).toThrow(/expected inequalities, got equalities: no root/);
  });
  it('refuses a callback that yields a margin only where it is positive: x < -1 is false, and never evaluated', () => {
    const shy: Everywhere = (F, [x]) => {
      const value = F.sub(F.of(-1), x);
      return F.sign(value) === 1 ? [margin('x < -1', value, F.of(1))] : [];
    };
    expect(() => branch(shy, square)).toThrow(/at least one margin/);
    // Also beside a margin that is always yielded.
    const beside: Everywhere = (F, at) => [...bowl(0.01)(F, at), ...shy(F, at)];
    expect(() => branch(beside, square)).toThrow(/expected the margins bowl, got bowl, x < -1/);
    // It yields both on the whole, and one of them on some box.
    const vanishing: Everywhere = (F, [x, y]) => [
      ...bowl(0.01)(F, [x, y]),
      ...(F.sign(x) === undefined ? [margin('near x = 0', F.of(1), F.of(1))] : []),
    ];
    expect(() => branch(vanishing, square)).toThrow(/expected the margins bowl, near x = 0, got bowl/);
  });

  it('ends at a point, which cannot be cut', () => {
    expect(
      branch(bowl(0), [
        [0, 0],
        [0, 0],
      ]),
    ).toMatchObject({ outcome: 'violated' });
    const root = Math.sqrt(2);
    const touching: Everywhere = (F, [x]) => [
      { name: '2 - x^2', requires: 'positive', value: F.sub(F.of(2), F.mul(x, x)), scale: F.of(1), time: 0 },
    ];
    expect(branch(touching, [[1, root]]).outcome).not.toBe('held');
  });

  it('refuses invalid boxes, and shows them unchanged', () => {
    const rises: Everywhere = (_, [x]) => [margin('x > 0', x, x)];
    const wide = Number.MAX_VALUE;
    const cases: [Box, string][] = [
      [[], 'got none'],
      [[[1, -1]], 'got [1, -1]'],
      [[[Number.NaN, 1]], 'got [NaN, 1]'],
      [
        [
          [0, 1],
          [1, Infinity],
        ],
        'got [0, 1] x [1, Infinity]',
      ],
      // Both ends are finite, the width is not.
      [[[-wide, wide]], `high - low below 1.8e308, got [${-wide}, ${wide}]`],
    ];
    for (const [box, message] of cases) {
      expect(() => branch(rises, box)).toThrow('expected a box of finite sides');
      expect(() => branch(rises, box)).toThrow(message);
    }
  });

  it('certifies nothing and refutes nothing where a margin is not defined', () => {
    // Each enclosure is positive although no value exists: at x = -1/2 none of the expressions is defined.
    const undefinedBelow0: Record<string, Everywhere> = {
      '1 + sqrt x': (F, [x]) => [margin('', F.add(F.of(1), F.sqrt(x)), F.of(1))],
      '1 + e^(sqrt x)': (F, [x]) => [margin('', F.add(F.of(1), F.exp(F.sqrt(x))), F.of(1))],
      '1 + e^(ln x)': (F, [x]) => [margin('', F.add(F.of(1), F.exp(F.ln(x))), F.of(1))],
    };
    const undefinedAt0: Record<string, Everywhere> = {
      '1 + e^(1/x)': (F, [x]) => [margin('', F.add(F.of(1), F.exp(F.div(F.of(1), x))), F.of(1))],
    };
    for (const [name, margins] of Object.entries({ ...undefinedBelow0, ...undefinedAt0 })) {
      for (const box of [[[-1, 1]], [[-1, 0.25]]] as const) {
        const proof = branch(margins, box, { boxes: 60 });
        expect(proof, name).toMatchObject({ outcome: 'undecided', certified: false });
        for (const [[low]] of proof.open) expect(low, name).toBeLessThanOrEqual(0);
      }
      expect(branch(margins, [[0.5, 2]]), name).toMatchObject({ outcome: 'held', certified: true });
    }
    for (const [name, margins] of Object.entries(undefinedBelow0))
      expect(branch(margins, [[-2, -1]], { boxes: 60 }).outcome, name).toBe('undecided');
    // sqrt x - 2 is negative wherever it is defined, but it is not defined at the middle of [-3, 1].
    const low: Everywhere = (F, [x]) => [margin('', F.sub(F.sqrt(x), F.of(2)), F.of(1))];
    expect(branch(low, [[-3, 1]], { boxes: 1 }).outcome).toBe('undecided');
    expect(branch(low, [[-3, 1]]).outcome).toBe('violated');
    // The root of 0 itself is 0.
    const one: Everywhere = (F, [x]) => [margin('', F.add(F.of(1), F.sqrt(x)), F.of(1))];
    expect(branch(one, [[0, 1]])).toMatchObject({ outcome: 'held', boxes: 1 });
  });

  it('does not cut between two adjacent doubles', () => {
    const above = 1 + 2 ** -52;
    // sqrt(2)^2 - 2 is 0: no enclosure determines its sign.
    const never: Everywhere = (F, [x]) => {
      const root = F.sqrt(F.of(2));
      return [margin('0 x', F.mul(x, F.sub(F.mul(root, root), F.of(2))), F.of(1))];
    };
    expect(branch(never, [[1, above]])).toMatchObject({
      outcome: 'undecided',
      boxes: 1,
      open: [[[1, above]]],
    });
  });

  it('compares the margins of two boxes name by name', () => {
    // One name that equals two names joined.
    const drops: Everywhere = (F, [x]) => {
      const margin = (name: string, value: typeof x) =>
        ({ name, requires: 'positive', value, scale: value, time: 0 }) as const;
      const one = F.of(1);
      return F.toNumber(x) < 1 ? [margin('a,b', one)] : [margin('a', x), margin('b', one)];
    };
    expect(() => branch(drops, [[-1, 4]])).toThrow('expected the margins');
  });

  it('certifies nothing where a box stays open', () => {
    const touches: Everywhere = (F, [x]) => [
      { name: 'x^2 > 0', requires: 'positive', value: F.mul(x, x), scale: F.of(1), time: 0 },
    ];
    expect(branch(touches, [[-1, 2]], { boxes: 50 })).toMatchObject({
      outcome: 'undecided',
      certified: false,
    });
  });
});
