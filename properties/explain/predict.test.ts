/** The forms of all tokens, computed once for all rows, against the direct ones, row by row. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { bilinear, sharesOf, total, under } from '../../src/claims/fate-forms.ts';
import { type Prediction, predictedFates } from '../../src/explain/predict.ts';
import { commons, problem } from '../../src/generators/problems.ts';
import { pointWorld } from '../../src/generators/states.ts';
import { attentionVelocity, ePrime, gram, residualEntries } from '../../src/ladder/two-timescale.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import type { Problem } from '../../src/model/problem.ts';
import type { Matrix } from '../../src/model/transformer.ts';
import { seeds, size } from '../support/settings.ts';

/** -phi^T Pi E' phi, its part of single classes, and its value at M, by the formulas of `fate-forms` alone. */
function direct(world: Problem, Z: Matrix<number>) {
  const F = float64;
  const layout = reducedLayout(world);
  const { f, A } = attentionVelocity(F, world, layout, Z);
  const prime = ePrime(F, A);
  const ones = A.map((_, n) => [n, 1] as const);
  const { q1 } = residualEntries(F, world.vocabulary);
  return ({ token, query }: Prediction) => {
    const phi = sharesOf(layout, f)[layout.tokens.indexOf(token)];
    const mine = under(layout, phi, layout.queries.indexOf(query));
    const own = mine.reduce((sum, [n, x]) => sum - x * x * prime[n][n], 0);
    const limit = -bilinear(F, mine, prime, phi);
    const R = bilinear(F, mine, A, phi) - total(F, mine) * bilinear(F, phi, A, ones);
    // Twice the products of absolute values, at 2^-53 and K^2 terms: the rounding errors of both routes.
    const sizeOf = bilinear(
      F,
      mine,
      A.map((row) => row.map(Math.abs)),
      phi,
    );
    const most =
      total(F, mine) *
      bilinear(
        F,
        phi,
        A.map((row) => row.map(Math.abs)),
        ones,
      );
    const K = A.length;
    const width = 8 * (K * K + 8) * 2 ** -53 * (phi.reduce((sum, [, x]) => sum + x * x, 0) + sizeOf + most);
    return { own, limit, value: q1 * (limit + R / (world.vocabulary - 1)), width };
  };
}

describe('predictedFates', () => {
  it.each(seeds(1))('has the forms of the direct route, for every token of every row (seed %i)', (seed) => {
    let several = 0;
    fc.assert(
      fc.property(fc.oneof(pointWorld(commons(), 2), pointWorld(problem(), 2)), ({ problem, Z }) => {
        const expected = direct(problem, Z);
        const fates = predictedFates(problem, Z);
        if (new Set(fates.map(({ query }) => query)).size > 1) several += 1;
        const pairs = problem.classes.flatMap(({ query, tokens }) => tokens.map((l) => `${query} ${l}`));
        expect(fates.map(({ query, token }) => `${query} ${token}`).sort()).toEqual(
          [...new Set(pairs)].sort(),
        );
        for (const fate of fates) {
          if (!fate.form) continue;
          const { own, limit, value, width } = expected(fate);
          for (const [got, wanted] of [
            [fate.form.own, own],
            [fate.form.limit, limit],
            [fate.form.value, value],
          ])
            expect(Math.abs(got - wanted)).toBeLessThanOrEqual(width);
        }
      }),
      { seed, numRuns: size(100) },
    );
    expect(several).toBeGreaterThan(0);
  });

  it.each(seeds(1))(
    'rests on Phi^T Phi: every entry is the scalar product of two features (seed %i)',
    (seed) => {
      fc.assert(
        fc.property(pointWorld(commons(), 2), ({ problem, Z }) => {
          const layout = reducedLayout(problem);
          const { f } = attentionVelocity(float64, problem, layout, Z);
          const dense = layout.classes.map(({ support }, n) => {
            const row = layout.tokens.map(() => 0);
            support.forEach((l, i) => {
              row[l] = f[n][i];
            });
            return row;
          });
          const G = gram(float64, layout, f);
          for (const [n, row] of G.entries())
            for (const [k, x] of row.entries()) {
              const product = dense[n].reduce((sum, y, l) => sum + y * dense[k][l], 0);
              // A sum of at most S products of positive numbers, in two orders; ||f|| = 1 to S roundings.
              expect(Math.abs(x - product)).toBeLessThanOrEqual(4 * layout.tokens.length * 2 ** -53);
            }
        }),
        { seed, numRuns: size(60) },
      );
    },
  );

  it('refuses a problem with faults, and logits of another shape', () => {
    const one = { next: 1, query: 2, tokens: [0], probabilities: [1] };
    expect(() => predictedFates({ vocabulary: 2, classes: [one] })).toThrow('below the vocabulary size 2');
    expect(() => predictedFates({ vocabulary: 9, classes: [one] }, [[0, 1]])).toThrow('Z');
  });
});
