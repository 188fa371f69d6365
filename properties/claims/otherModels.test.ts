/** What the headline claims ask of whole runs of other models, on motions whose answer is known. */
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { order } from '../../src/claims/frequency.ts';
import { wholeRunOf } from '../../src/claims/otherModels.ts';
import { ended } from '../../src/claims/snap.ts';
import { sharpened } from '../../src/claims/sparsification.ts';
import { wholeRun } from '../../src/ladder/clock.ts';
import type { Motion } from '../../src/ladder/rung.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { modelWith } from '../../src/model/model.ts';
import { layoutOfModel } from '../../src/model/modelLayout.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';

/** Two classes after one query: token 0 is common, 1 and 2, 3 and 4 are distinct. */
const problem = {
  vocabulary: 8,
  classes: [
    { next: 6, query: 5, tokens: [0, 1, 2], probabilities: [0.5, 0.3, 0.2] },
    { next: 7, query: 5, tokens: [0, 3, 4], probabilities: [0.4, 0.4, 0.2] },
  ],
};
const layout = reducedLayout(problem);
const motion = (
  time: number,
  dZ: number[][],
  Z: number[][] = dZ.map((row) => row.map(() => 0)),
): Motion<number> => ({
  ...{ problem, layout, time, Z, dZ },
  f: [],
});
const values = (margins: Iterable<{ name: string; value: number }>) =>
  Object.fromEntries([...margins].map(({ name, value }) => [name, value]));

describe('the end of a run', () => {
  const run = (...sizes: number[]) => sizes.map((size, time) => motion(time, [[-size, size / 2, 0, 0, 0]]));
  it('is a tenth of the largest move less the last one, whatever their signs', () => {
    expect(values(ended()(float64, run(1, 4, 0.3)))).toEqual({
      'the last step moves no logit by 1/10 of the largest move': 4 / 10 - 0.3,
    });
    expect(Object.values(values(ended()(float64, run(1, 4, 0.5))))[0]).toBeLessThan(0);
  });
  it('takes the motions of one time together, as of several heads', () => {
    const heads = [
      motion(0, [[5, 0, 0, 0, 0]]),
      motion(1, [[0.9, 0, 0, 0, 0]]),
      motion(1, [[0.1, 0, 0, 0, 0]]),
    ];
    expect(Object.values(values(ended()(float64, heads)))[0]).toBe(5 / 10 - 0.9);
  });
});

describe("the end of a run of the paper's own model", () => {
  // What docs/models.md and `why` of the rows of the snap say.
  it.each([
    [0.2, 0.1],
    [0.48, 0.28],
  ])(
    'two classes that overlap by %d, M = 1,500: the last step is %d of the largest',
    async (overlap, end) => {
      // f^2 of the common token is the overlap.
      const probabilities = [Math.sqrt(overlap), Math.sqrt(1 - overlap)];
      const classes = [1, 2].map((l) => ({ next: l + 10, query: 5, tokens: [0, l], probabilities }));
      const steps = wholeRun({ vocabulary: 1500, classes: 2, etaY: 0.5 });
      const world = {
        problem: { vocabulary: 1500, classes },
        rates: { etaY: 0.5, etaZ: 1e-6, momentum: 0 },
        steps,
      };
      const sizes = [...(await fastTraining.motions(world))].map(({ dZ }) =>
        Math.max(...dZ.flat().map(Math.abs)),
      );
      expect(Math.abs(sizes.at(-1)! / Math.max(...sizes) - end)).toBeLessThan(0.005);
    },
  );
});

describe('the fall of entropy over a run', () => {
  const entropy = (p: number[]) =>
    -p.reduce((h, x) => h + (x / p.reduce((a, b) => a + b)) * Math.log(x / p.reduce((a, b) => a + b)), 0);
  it('is that of attention over distinct tokens; a class that stands still is left out', () => {
    const fall = values(sharpened()(float64, motion(0, [[3, 1, 0.5, 0, 0]])));
    const expected = entropy([0.3, 0.2]) - entropy([0.3 * Math.exp(1), 0.2 * Math.exp(0.5)]);
    expect(Object.keys(fall)).toEqual(['entropy over the distinct tokens of class 6 fell']);
    expect(Object.values(fall)[0]).toBeCloseTo(expected, 14);
  });
  it('counts tokens without attention as spread evenly', () => {
    const linear = modelWith({
      attention: {
        ...modelWith({}).attention,
        shifts: false,
        phi: (A, z) => A.positivePart(A.add(A.of(1), z)),
      },
    });
    const gone = { ...motion(0, [[0, -2, -2, 0, 0]]), layout: layoutOfModel(layout, linear) };
    expect(Object.values(values(sharpened()(float64, gone)))[0]).toBeCloseTo(
      entropy([0.3, 0.2]) - Math.LN2,
      14,
    );
  });
});

describe('several heads', () => {
  it('have margins of their own names', () => {
    const two = layoutOfModel(layout, modelWith({ heads: 2 }));
    const rows = [
      [0, 2, 1, 2, 1],
      [0, 1, 2, 1, 2],
    ];
    const margins = values(wholeRunOf(order(1))(float64, [{ ...motion(0, rows), layout: two }]));
    expect(margins).toEqual({
      'head 1: token 1 gains more than the rarer 2 (class 6)': 1,
      'head 1: token 3 gains more than the rarer 4 (class 7)': 1,
      'head 2: token 1 gains more than the rarer 2 (class 6)': -1,
      'head 2: token 3 gains more than the rarer 4 (class 7)': -1,
    });
  });
});
