import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionKernels } from '../../src/model/attentionKernels.ts';
import { classAttention } from '../../src/model/entropy.ts';
import { fullLayout } from '../../src/model/layout.ts';
import { modelWith } from '../../src/model/model.ts';
import { layoutOfModel } from '../../src/model/modelLayout.ts';
import { frequencyCorrelation, recall, spearman } from '../../src/model/readings.ts';

/** Query 7 with classes {0, 1, 2} and {0, 3, 4}; token 0 is common. */
const problem = {
  vocabulary: 8,
  classes: [
    { next: 5, query: 7, tokens: [0, 1, 2], probabilities: [0.5, 0.3, 0.2] },
    { next: 6, query: 7, tokens: [0, 3, 4], probabilities: [0.5, 0.1, 0.4] },
  ],
};
const layout = fullLayout(problem);
const zeros = layout.queries.map(() => layout.tokens.map(() => 0));

describe('recall', () => {
  it('counts the distinct tokens of a query above a threshold of softmax over all M tokens', () => {
    const Z = zeros.map((row) => [...row]);
    // Weights e^z: tokens 1 and 3 have 2, token 4 has 4; the other five 1 each: of 13.
    Z[7][1] = Math.log(2);
    Z[7][3] = Math.log(2);
    Z[7][4] = Math.log(4);
    expect(recall(problem, layout, Z, [0, 0.1, 0.2, 0.4])).toEqual([1, 3 / 4, 1 / 4, 0]);
  });

  it('is by phi where the model is another, and counts every head', () => {
    const linear = layoutOfModel(layout, modelWith({ attention: attentionKernels[1], heads: 2 }));
    const Z = [...zeros, ...zeros].map((row) => [...row]);
    // Head 1: 1 + z is 3 at token 1, and 10 in all. Head 2 is uniform: 1/8.
    Z[7][1] = 2;
    expect(recall(problem, linear, Z, [0.11, 0.2])).toEqual([(1 / 4 + 1) / 2, 1 / 8]);
  });
});

describe('the rank correlation', () => {
  it('is 1 for equal orders, -1 for opposite ones, and null without an order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 9 }), (xs) => {
        expect(
          spearman(
            xs,
            xs.map((x) => 3 * x + 1),
          ),
        ).toBeCloseTo(1, 12);
        expect(
          spearman(
            xs,
            xs.map((x) => -x),
          ),
        ).toBeCloseTo(-1, 12);
        expect(
          spearman(
            xs,
            xs.map(() => 4),
          ),
        ).toBeNull();
      }),
    );
    // Ties share their mean rank: 1, 2.5, 2.5 against 1, 2, 3.
    expect(spearman([1, 5, 5], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 12);
    // Here no other rule has the same correlation. 1.5, 1.5, 3, 4 against 1, 2, 3, 4.
    expect(spearman([1, 1, 2, 7], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
  });

  it('of attention with frequency is over distinct tokens alone', () => {
    const attention = [
      [0.1, 0.5, 0.4],
      [0.9, 0.06, 0.04],
    ];
    // The first class has the order of frequency, the second the opposite one.
    expect(frequencyCorrelation(problem, attention)).toBeCloseTo(0, 12);
  });
});

describe('attention of a class', () => {
  it('is P phi(z) / sum, the mean over heads', () => {
    const model = modelWith({ attention: attentionKernels[1], heads: 2 });
    const Z = [...zeros, ...zeros].map((row) => [...row]);
    Z[7][1] = 1;
    const [first] = classAttention(problem, layoutOfModel(layout, model), Z);
    const one = [0.5 / 1.3, 0.6 / 1.3, 0.2 / 1.3];
    for (const [i, p] of [0.5, 0.3, 0.2].entries()) expect(first[i]).toBeCloseTo((one[i] + p) / 2, 12);
  });
});
