import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reducedLayout } from '../../src/model/layout.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { courses, effectiveNumber, onsetOf } from '../../src/runs/course.ts';

const problem = syntheticProblem(presets['syn-small']);
const layout = reducedLayout(problem);
const zeros = () => layout.queries.map(() => layout.tokens.map(() => 0));

describe('the course of a run', () => {
  it('at Z = 0 attention is the frequency of tokens, and chi is 1', () => {
    for (const { states, tokens } of courses(problem, [zeros()])) {
      const own = problem.classes.find((c) => c.tokens === tokens)!.probabilities;
      const total = own.reduce((a, b) => a + b, 0);
      // Each share is a quotient of sums of 20 terms: below 40 roundings of 2^-53.
      states[0].attention.forEach((c, i) => {
        expect(Math.abs(c - own[i] / total)).toBeLessThanOrEqual((40 * 2 ** -53 * own[i]) / total);
      });
      expect(states[0].chi).toBe(1);
    }
  });
  it('the effective number is that of equal shares, at most their count, at least 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), (n) => {
        const p = Array.from({ length: n }, () => 1 / n);
        // n squares and a sum: n + 2 roundings.
        expect(Math.abs(effectiveNumber(p) / n - 1)).toBeLessThanOrEqual((2 * n + 4) * 2 ** -53);
      }),
    );
    expect(effectiveNumber([1, 0, 0])).toBe(1);
    expect(effectiveNumber([0.5, 0.25, 0.25])).toBe(8 / 3);
  });
  it('a logit of the dominant token that grows by 1 gives chi = e^2; that of a common token leaves chi and the entropy', () => {
    const [start, more, common] = [zeros(), zeros(), zeros()];
    const [first] = courses(problem, [start]);
    more[0][layout.tokens.indexOf(first.dominant!)] = 1;
    common[0][0] = 1;
    const [{ states }] = courses(problem, [start, more, common]);
    expect(states[1].chi).toBe(Math.exp(2));
    expect(states[2].chi).toBe(1);
    expect(states[1].entropy!).toBeLessThan(states[0].entropy!);
    // Each of 10 shares has below 40 roundings, in both; dH = -sum (ln p + 1) dp, and p >= 0.018, so |ln p + 1| < 4.
    expect(Math.abs(states[2].entropy! - states[0].entropy!)).toBeLessThan(2 * 4 * 40 * 2 ** -53);
    expect(states[2].effective).not.toBe(states[0].effective);
  });
  it('the onset scales with 1/etaY and with 1 - momentum, and is not known without a rate', () => {
    const t0 = onsetOf(problem, { etaY: 1 })!;
    expect(onsetOf(problem, { etaY: 2 })).toBe(t0 / 2);
    expect(onsetOf(problem, { etaY: 1, momentum: 0.5 })).toBe(t0 / 2);
    expect(onsetOf(problem, {})).toBeNull();
    expect(onsetOf(problem, { etaY: 1, optimiser: 'adam' })).toBeNull();
  });
});
