import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { earlyAcceleration } from '../../src/claims/fate-early.ts';
import { commons } from '../../src/generators/problems.ts';
import { flow } from '../../src/ladder/flow.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { itGetsItsVerdicts } from './rows.ts';

const kept = JSON.parse(readFileSync(new URL('../../fixtures/true-flow.json', import.meta.url), 'utf8'));

describe('fate-early', () => {
  itGetsItsVerdicts('fate-early');

  it("is what the integrated flow does first: z'(h)/h, extrapolated from h and h/2, by a loop over pairs of classes", () => {
    const rates = { etaY: 0.5, etaZ: 0.25, momentum: 0 };
    const h = 1e-2;
    fc.assert(
      fc.property(commons(), (problem) => {
        const layout = reducedLayout(problem);
        const [half, whole] = flow.motions(
          { problem, rates, end: h },
          { times: [h / 2, h], tolerance: 1e-12 },
        );
        const zeros = layout.queries.map(() => layout.tokens.map(() => 0));
        const f = populationFeatures(float64, problem, layout, zeros);
        const K = problem.classes.length;
        const share = (n: number, l: number) => f[n][layout.classes[n].support.indexOf(l)] ?? 0;
        const entries = layout.queries.flatMap((_, m) => layout.tokens.map((_, l) => [m, l] as const));
        const by = entries.map(([m, l]) => {
          let form = 0;
          for (let n = 0; n < K; n++)
            for (let k = 0; k < K; k++) {
              if (layout.classes[n].row !== m || k === n) continue;
              const overlap = layout.tokens.reduce((s, _, j) => s + share(n, j) * share(k, j), 0);
              form += share(n, l) ** 2 * overlap - share(n, l) * share(k, l);
            }
          return (rates.etaY * rates.etaZ * form) / (K * K * problem.vocabulary);
        });
        const early = earlyAcceleration(float64, problem, layout, zeros).flat();
        const scale = Math.max(...by.map(Math.abs));
        entries.forEach(([m, l], i) => {
          const slope = (2 * half.dZ[m][l]) / (h / 2) - whole.dZ[m][l] / h;
          // The next term is of relative size (etaY h)^2 (empirical: its factor stays below 10), and the decoder's error of
          // 1e-12 a step comes through over h.
          expect(Math.abs(slope - by[i])).toBeLessThanOrEqual(10 * h * h * scale + 1e-11 / h);
          // P_f cancels f_n, whose coefficient is etaY etaZ/K^2: a thousand roundings of that size.
          const rounding = (1e3 * 2 ** -52 * rates.etaY * rates.etaZ) / (K * K);
          expect(Math.abs(rates.etaY * rates.etaZ * early[i] - by[i])).toBeLessThanOrEqual(rounding);
        });
      }),
      { seed: 73, numRuns: 40 },
    );
  });

  it('has, with two classes, the signs of two-timescale at all times with Phi held fixed; with more, not', () => {
    const { twoClasses, upToSixClasses } = kept.held;
    expect(twoClasses.forms.earlyAgainstTwoTimescale).toBe(0);
    for (const t of twoClasses.signsThatDifferFrom) expect(t).toMatchObject({ early: 0, twoTimescale: 0 });
    expect(upToSixClasses.forms.earlyAgainstTwoTimescale).toBeGreaterThan(0);
  });

  it('gives way, with Phi held fixed, to the late form where all margins can be active, but as slowly as ln t grows', () => {
    const { signsThatDifferFrom } = kept.held.upToSixClasses;
    const left: number[] = signsThatDifferFrom.map(
      ({ lateWhereFeasible }: { lateWhereFeasible: number }) => lateWhereFeasible,
    );
    // Measured: of 236 tokens 19 differ at the start, 7 at t = 1e4, and 1 still does at 1e30.
    for (const [i, count] of left.slice(1).entries()) expect(count).toBeLessThanOrEqual(left[i]);
    expect(left[0]).toBeGreaterThan(5 * left[left.length - 1]);
    for (const { feasible } of signsThatDifferFrom) expect(feasible).toBeGreaterThan(100);
  });

  it('says nothing of later times: with F moving and etaY = etaZ even a single common token gains at t = 6.8e3', () => {
    const problem = {
      vocabulary: 12,
      classes: [
        { next: 9, query: 8, tokens: [0, 1], probabilities: [7943, 794] },
        { next: 10, query: 9, tokens: [0, 2, 3], probabilities: [10000, 2, 2512] },
        {
          next: 11,
          query: 9,
          tokens: [0, 4, 5, 6, 7, 8, 9],
          probabilities: [32, 7943, 16, 501, 316, 3, 5012],
        },
      ],
    };
    const rates = { etaY: 1, etaZ: 1, momentum: 0 };
    const time = 6812.92;
    for (const tolerance of [1e-9, 1e-11]) {
      const [early, late] = flow.motions({ problem, rates, end: time }, { times: [1, time], tolerance });
      expect(early.dZ[0][0]).toBeLessThan(0);
      // The largest of its row, at two tolerances: no error of integration.
      expect(late.dZ[0][0]).toBeGreaterThan(3e-7);
    }
  });
});
