import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { fateWorld, turningWorld } from '../../src/generators/fate.ts';
import { gammaAt } from '../../src/ladder/clock.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { attentionVelocity, gram } from '../../src/ladder/two-timescale.ts';
import { gradient } from '../../src/model/gradient.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { shrinkingWith } from '../support/overlap.ts';
import { solve } from '../support/solve.ts';
import { itGetsItsVerdicts } from './rows.ts';

/** The clock reading x = M h at which the decoder of Theorem 5 is looked at. */
const READING = 1.5;

describe('fate', () => {
  itGetsItsVerdicts('fate');

  it("is Lemma 1's gradient at the decoder of Theorem 5: dZ = (gamma/K) (the form), no velocity of Lemma 4 in between", () => {
    fc.assert(
      fc.property(fateWorld(), ({ problem, Z }) => {
        shrinkingWith((F) => {
          const layout = reducedLayout(problem);
          const logits = Z.map((row) => row.map(F.of));
          const f = populationFeatures(F, problem, layout, logits);
          const G = gram(F, layout, f);
          const [K, M] = [G.length, problem.vocabulary];
          const range = Array.from({ length: K }, (_, n) => n);
          const zero = F.of(0);
          const add = (xs: (typeof zero)[]) => xs.reduce((a, b) => F.add(a, b), zero);
          const at = (n: number, l: number) => {
            const i = layout.classes[n].support.indexOf(l);
            return i < 0 ? zero : f[n][i];
          };
          // Y = Phi C with G C = W, w_n = x (e_n - 1/M)
          const x = F.of(READING);
          const share = F.div(x, F.of(M));
          const W = layout.columns.map((_, j) =>
            range.map((n) => (layout.classes[n].target === j ? F.sub(x, share) : F.neg(share))),
          );
          const C = W.map((w) => solve(F, G, w));
          const Y = layout.tokens.map((_, l) => C.map((c) => add(range.map((n) => F.mul(at(n, l), c[n])))));
          const { Z: dZ } = gradient(F, layout, { Y, Z: logits }, populationExamples(F, problem));
          const gamma = gammaAt(F, { vocabulary: M, classes: K, etaY: 1, etaZ: 1 }, x);
          const big = F.of(M - 1);
          const q1 = F.div(F.of(M), big);
          const q0 = F.neg(F.div(q1, big));
          const ones = solve(
            F,
            G,
            range.map(() => F.of(1)),
          );
          return dZ.flatMap((row, m) =>
            row.map((z, l) => {
              const phi = range.map((n) => at(n, l));
              const bent = solve(F, G, phi);
              const mine = range.filter((n) => layout.classes[n].row === m);
              const form = add(
                mine.map((n) => {
                  const along = F.mul(F.sub(q1, q0), bent[n]);
                  const level = F.mul(q0, add(range.map((k) => F.mul(phi[k], ones[k]))));
                  return F.mul(phi[n], F.sub(F.add(along, level), F.mul(q1, phi[n])));
                }),
              );
              return F.sub(F.mul(F.of(K), z), F.mul(gamma, form));
            }),
          );
        });
      }),
      { seed: 71, numRuns: 12 },
    );
  });

  it('has its edge tested: in half of the states a token turns between M - 1 and M + 1', () => {
    const F = interval(40);
    const turns = fc.sample(turningWorld(), { seed: 73, numRuns: 30 }).filter(({ problem, Z }) => {
      const signs = [-1, 1].map((step) => {
        const moved = { ...problem, vocabulary: problem.vocabulary + step };
        const logits = Z.map((row) => row.map(F.of));
        const { dZ } = attentionVelocity(F, moved, reducedLayout(problem), logits);
        return dZ.flat().map((z) => F.sign(z) ?? 0);
      });
      return signs[0].some((s, i) => s * signs[1][i] === -1);
    });
    expect(turns.length).toBeGreaterThanOrEqual(15);
    expect(Math.max(...turns.map(({ problem }) => problem.vocabulary))).toBeGreaterThan(1e4);
  });

  it('has, for a few tokens, signs at M = 7 that it does not have at M = 1e9', () => {
    const signs = (vocabulary: number) => {
      const worlds = fc.sample(fateWorld(), { seed: 72, numRuns: 60 });
      return worlds.map(({ problem, Z }) => {
        const layout = reducedLayout(problem);
        const { dZ } = attentionVelocity(float64, { ...problem, vocabulary }, layout, Z);
        const scale = Math.max(...dZ.flat().map(Math.abs));
        return dZ.flat().map((z) => (Math.abs(z) < 1e-9 * scale ? 0 : Math.sign(z)));
      });
    };
    const [small, large] = [signs(7), signs(1e9)];
    const differ = small.flatMap((row, i) => row.filter((s, j) => s * large[i][j] < 0)).length;
    expect(differ).toBeGreaterThan(0);
    expect(differ).toBeLessThan(small.flat().length / 20);
  });
});
