import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interval } from '../../src/arithmetic/decimal.ts';
import { sum } from '../../src/arithmetic/field.ts';
import { decades, singleCommon } from '../../src/generators/problems.ts';
import { type GradientWorld, gradientWorld } from '../../src/generators/states.ts';
import { gradient } from '../../src/model/gradient.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { type Rates, type State, startState, step, zeroState } from '../../src/model/training.ts';
import { overlap } from './worlds.ts';

/** Different rates, so that an exchange of two is found. */
const rates = fc
  .record({ etaY: decades(-1, 0), ratio: decades(0.1, 1), momentum: fc.constantFrom(0, 0.5, 0.9) })
  .map(({ etaY, ratio, momentum }): Rates => ({ etaY, etaZ: etaY / ratio, momentum }));

const STEPS = 4;
const F = interval(30);

/** The states before each step and after the last, and the J that the steps report. */
function run(w: GradientWorld, r: Rates) {
  const layout = reducedLayout(w.problem);
  const examples = [{ cls: w.cls, mass: w.counts.map(F.of), weight: F.of(1) }];
  const states: State<ReturnType<typeof F.of>>[] = [startState(F, layout, { Y: w.Y, Z: w.Z })];
  const reported = [];
  for (let i = 0; i < STEPS; i++) {
    const { state, J } = step(F, layout, states[i], examples, r);
    states.push(state);
    reported.push(J);
  }
  return { layout, examples, states, reported };
}

describe('training', () => {
  it('adds to a parameter eta times the sum over steps of all decayed gradients before', () => {
    fc.assert(
      fc.property(gradientWorld(singleCommon(3, 3), 3), rates, (w, r) => {
        const { layout, examples, states, reported } = run(w, r);
        const slopes = states.slice(0, STEPS).map((s) => gradient(F, layout, s, examples));
        slopes.forEach(({ J }, i) => {
          expect(overlap(J, reported[i])).toBe(true);
        });
        // p_n = p_0 + eta sum_(j < n) (1 + mu + .. + mu^(n-1-j)) g_j
        const mu = F.of(r.momentum);
        const decay = (k: number) =>
          sum(
            F,
            Array.from({ length: k + 1 }, (_, i) =>
              Array.from({ length: i }, () => mu).reduce(F.mul, F.of(1)),
            ),
          );
        for (const [part, eta] of [
          ['Y', r.etaY],
          ['Z', r.etaZ],
        ] as const)
          states[STEPS][part].forEach((row, i) => {
            row.forEach((x, k) => {
              const terms = slopes.map((g, j) => F.mul(decay(STEPS - 1 - j), g[part][i][k]));
              const expected = F.add(states[0][part][i][k], F.mul(F.of(eta), sum(F, terms)));
              expect(overlap(x, expected)).toBe(true);
              // Four steps with rates and logits of order 1 lose far less than 12 of 30 digits.
              expect(F.radius(x)).toBeLessThan(1e-18);
            });
          });
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it('starts at rest, and the zero state is zero in the shape of its layout', () => {
    fc.assert(
      fc.property(singleCommon(3, 3), (problem) => {
        const layout = reducedLayout(problem);
        const { Y, Z, velocityY, velocityZ } = zeroState(F, layout);
        for (const M of [Y, Z, velocityY, velocityZ])
          expect(M.flat().every((x) => F.sign(x) === 0)).toBe(true);
        for (const M of [Y, velocityY])
          expect([M.length, M[0].length]).toEqual([layout.tokens.length, layout.columns.length]);
        for (const M of [Z, velocityZ])
          expect([M.length, M[0].length]).toEqual([layout.queries.length, layout.tokens.length]);
      }),
      { seed: 2, numRuns: 40 },
    );
  });
});
