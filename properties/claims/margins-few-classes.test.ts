/** The margins of the claims about single common tokens, two classes and alike classes, as in margins-tokens.test.ts. */
import { describe, expect, it } from 'vitest';
import { discriminativeSymmetric } from '../../src/claims/discriminative-symmetric.ts';
import { fate } from '../../src/claims/fate.ts';
import { fateTwoClasses } from '../../src/claims/fate-two-classes.ts';
import { snap } from '../../src/claims/snap.ts';
import { dense, largestOf } from './dense.ts';
import { expectAsked, inequalities } from './margins.ts';

describe('one common token of one query', () => {
  const single = {
    vocabulary: 40,
    classes: [
      { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [2, 5, 3] },
      { next: 11, query: 7, tokens: [0, 3], probabilities: [4, 6] },
      { next: 12, query: 7, tokens: [0, 4], probabilities: [1, 3] },
    ],
  };
  const ids = [0, 1, 2, 3, 4];
  const logits = [[0.25, -0.5, 0.5, 0.125, 0.75]];
  const at = dense(single, ids, [7], logits);
  const of = (l: number, sign = 1) => (sign * at.dZ[0][l]) / largestOf(at.dZ[0]);

  it('snap: distinct tokens still gain, and the brake, by a central difference along the flow', () => {
    const h = 2 ** -12;
    const inverse = (step: number) =>
      -1 / dense(single, ids, [7], [logits[0].map((z, l) => z + step * at.dZ[0][l])]).dZ[0][0];
    // Two differences, extrapolated: what is left is of order h^4.
    const slope = (step: number) => (inverse(step) - inverse(-step)) / (2 * step);
    const brake = (4 * slope(h / 2) - slope(h)) / 3;
    const bound = 2 * (1 - Math.max(...at.F.map((f) => f[0])) ** 2);
    expectAsked(inequalities(snap, 'two-timescale', { problem: single, Z: logits }), {
      'distinct token 1 still gains': of(1),
      'distinct token 2 still gains': of(2),
      'distinct token 3 still gains': of(3),
      'distinct token 4 still gains': of(4),
      'brake on common token 0': brake / bound - 1,
    });
  });

  it('fate: Theorem 2 is asked of every token, at the M of the world', () => {
    const asked = inequalities(fate, 'two-timescale', { problem: single, Z: logits });
    const now = new Map([...asked].filter(([name]) => name.startsWith('Theorem')));
    expectAsked(now, {
      'Theorem 2(a): distinct token 1 (query 7) gains': of(1),
      'Theorem 2(a): distinct token 2 (query 7) gains': of(2),
      'Theorem 2(a): distinct token 3 (query 7) gains': of(3),
      'Theorem 2(a): distinct token 4 (query 7) gains': of(4),
      'Theorem 2(b): common token 0 (query 7) loses': of(0, -1),
    });
    expect(asked.size).toBe(10);
  });
});

describe('two classes', () => {
  const two = (second: number) => ({
    vocabulary: 30,
    classes: [
      { next: 10, query: 7, tokens: [0, 1, 2], probabilities: [8, 3, 2] },
      { next: 11, query: second, tokens: [0, 1, 3], probabilities: [1, 6, 4] },
    ],
  });
  const ids = [0, 1, 2, 3];
  const logits = (rows: number) =>
    [
      [0.5, -0.25, 0.125, 0],
      [0.25, 0.125, 0, -0.5],
    ].slice(0, rows);

  it('fate-two-classes: the criterion of one query, x + 1/x > 2/r', () => {
    const at = dense(two(7), ids, [7], logits(1));
    const expected = Object.fromEntries(
      [0, 1].map((l) => {
        const x = at.F[0][l] / at.F[1][l];
        const gains = x + 1 / x > 2 / at.G[0][1];
        return [
          `common token ${l} (query 7) ${gains ? 'gains' : 'loses'}`,
          ((gains ? 1 : -1) * at.dZ[0][l]) / largestOf(at.dZ[0]),
        ];
      }),
    );
    expect(Object.values(expected).every((x) => x > 0)).toBe(true);
    expectAsked(inequalities(fateTwoClasses, 'two-timescale', { problem: two(7), Z: logits(1) }), expected);
  });

  it('fate-two-classes: the criterion of two queries, x > 1/r in the row of the first class', () => {
    const at = dense(two(8), ids, [7, 8], logits(2));
    const expected = Object.fromEntries(
      [7, 8].flatMap((query, m) =>
        [0, 1].map((l) => {
          const gains = at.F[m][l] / at.F[1 - m][l] > 1 / at.G[0][1];
          return [
            `common token ${l} (query ${query}) ${gains ? 'gains' : 'loses'}`,
            ((gains ? 1 : -1) * at.dZ[m][l]) / largestOf(at.dZ[m]),
          ];
        }),
      ),
    );
    expectAsked(inequalities(fateTwoClasses, 'two-timescale', { problem: two(8), Z: logits(2) }), expected);
  });
});

describe('discriminative-symmetric', () => {
  it('asks every common token to lose, and one of each group of alike distinct tokens to gain', () => {
    const alike = {
      vocabulary: 30,
      classes: [
        { next: 10, query: 7, tokens: [0, 1, 2, 3], probabilities: [2, 3, 5, 1] },
        { next: 11, query: 7, tokens: [0, 1, 4, 5], probabilities: [2, 3, 5, 1] },
      ],
    };
    const ids = [0, 1, 2, 3, 4, 5];
    const logits = [[0.25, -0.5, 0.5, 0.125, 0.5, 0.125]];
    const { dZ } = dense(alike, ids, [7], logits);
    const of = (l: number, sign = 1) => (sign * dZ[0][l]) / largestOf(dZ[0]);
    const matched = [
      [2, 4],
      [3, 5],
    ];
    const asked = inequalities(discriminativeSymmetric, 'two-timescale', {
      problem: alike,
      Z: logits,
      matched,
    });
    expectAsked(asked, {
      'common token 0 loses (query 7)': of(0, -1),
      'common token 1 loses (query 7)': of(1, -1),
      'distinct token 2 gains': of(2),
      'distinct token 3 gains': of(3),
    });
  });
});
