/** The pointwise claims, integrated: what they imply along whole trajectories, by a route that shares no margin. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { kinds } from '../../src/claims/tokens.ts';
import { singleCommonOfOneQuery, unequalDistinct } from '../../src/generators/problems.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { endWithError } from '../support/integrate.ts';

/** Gamma up to e^12: log-log slow motion for most worlds, the scan in full for the rest. */
const END = 12;
const STEPS = 150;
/** Of a fourth-order method the difference to twice the steps bounds the error of the finer run 15 times over. */
const settings = { seed: 7, numRuns: 12 };
const worlds = fc.sample(unequalDistinct(), settings).map((problem) => {
  const layout = reducedLayout(problem);
  return { problem, layout, ...endWithError(problem, END, STEPS), ...kinds(problem, layout) };
});
const each = (ask: (world: (typeof worlds)[number]) => void) => worlds.forEach(ask);

describe('two-timescale trajectories from zero', () => {
  it('move, and are integrated well enough to say so', () => {
    each(({ last, error }) => expect(Math.max(...last.Z.flat())).toBeGreaterThan(100 * error));
  });

  it('stay on the scan curve: 1 - exp(-2 z_l) = tau P(l|n)^2 with one tau for a class (4.3)', () => {
    each(({ problem, layout, distinct, last, error }) => {
      for (const [n, { row, support }] of layout.classes.entries()) {
        const P = (l: number) => problem.classes[n].probabilities[support.indexOf(l)];
        const [first, ...rest] = distinct[n];
        const tau = (l: number) => -Math.expm1(-2 * last.Z[row][l]) / P(l) ** 2;
        // d(1 - e^{-2z}) <= 2 dz for z >= 0, and the quotient rounds by a few u.
        for (const l of rest)
          expect(Math.abs(tau(l) - tau(first))).toBeLessThanOrEqual(
            2 * (error + 2 ** -48) * (P(l) ** -2 + P(first) ** -2),
          );
      }
    });
  });

  it('let chi of the dominant token grow between exp(2 f(0)^2 B) and exp(2 B) (Theorem 3)', () => {
    each(({ problem, layout, distinct, last, error }) => {
      const start = populationFeatures(
        float64,
        problem,
        layout,
        last.Z.map((row) => row.map(() => 0)),
      );
      for (const [n, { row, support }] of layout.classes.entries()) {
        const f0 = (l: number) => start[n][support.indexOf(l)];
        const top = [...distinct[n]].sort((a, b) => f0(b) - f0(a))[0];
        const z = last.Z[row][top];
        expect(z).toBeGreaterThanOrEqual(f0(top) ** 2 * last.B[n] - 2 * error);
        expect(z).toBeLessThanOrEqual(last.B[n] + 2 * error);
      }
    });
  });

  it('keep the runner-up above (P2/P1) sqrt((1-s)/(1 - s (P2/P1)^2)), s = 1 - exp(-2B)', () => {
    each(({ problem, layout, distinct, all, error }) => {
      for (const { Z, B } of all)
        for (const [n, { row, support }] of layout.classes.entries()) {
          const P = (l: number) => problem.classes[n].probabilities[support.indexOf(l)];
          const [top, ...rest] = [...distinct[n]].sort((a, b) => P(b) - P(a));
          for (const l of rest.filter((k) => P(k) < P(top))) {
            const r = P(l) / P(top);
            const s = -Math.expm1(-2 * B[n]);
            const floor = r * Math.sqrt((1 - s) / (1 - s * r * r));
            const share = r * Math.exp(Z[row][l] - Z[row][top]);
            expect(share).toBeGreaterThanOrEqual(floor * (1 - 4 * error - 2 ** -45));
          }
        }
    });
  });
});

describe('the snap, integrated', () => {
  it('between any two times no logit moves by more than ln(Gamma2/Gamma1) / (2 (1 - max f_CT(0)^2))', () => {
    for (const problem of fc.sample(singleCommonOfOneQuery(), settings)) {
      const layout = reducedLayout(problem);
      const { all, error } = endWithError(problem, END, STEPS);
      const [ct] = kinds(problem, layout).common;
      const start = populationFeatures(float64, problem, layout, all[0].Z);
      const u = Math.max(...layout.classes.map(({ support }, n) => start[n][support.indexOf(ct)] ** 2));
      const marks = all.filter((_, i) => i > 0 && i % 20 === 0);
      for (const [i, a] of marks.entries())
        for (const b of marks.slice(i + 1)) {
          const bound = Math.log(b.Gamma / a.Gamma) / (2 * (1 - u));
          for (const [l, z] of b.Z[0].entries())
            expect(Math.abs(z - a.Z[0][l])).toBeLessThanOrEqual(bound + 2 * error);
        }
    }
  });
});
