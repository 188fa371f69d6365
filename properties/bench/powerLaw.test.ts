import { describe, expect, it } from 'vitest';
import { powerLaw } from '../../src/bench/powerLaw.ts';

const at = [2, 4, 8, 16, 32, 64];
/** Rounding of logarithms below 6 and of sums of six of them: well below this. */
const ROUNDING = 1e-14;

describe('a power law', () => {
  it.each([-1, 0, 0.5, 1, 2])('is recovered: exponent %f', (p) => {
    const { value, standardError } = powerLaw(at.map((x) => ({ at: x, value: 3e-6 * x ** p })));
    expect(Math.abs(value - p)).toBeLessThan(ROUNDING);
    expect(standardError).toBeLessThan(ROUNDING);
  });

  it('has the right exponent and standard error under errors orthogonal to it', () => {
    // e sums to 0, and to 0 against ln x, which is 1 to 6 in units of ln 2.
    const e = [1, -2, 1, 1, -2, 1].map((x) => 0.01 * x);
    const { value, standardError } = powerLaw(at.map((x, i) => ({ at: x, value: x * Math.exp(e[i]) })));
    const residual = e.reduce((sum, x) => sum + x * x, 0);
    // S_xx of 1 to 6 is 17.5.
    const expected = Math.sqrt(residual / 4 / (17.5 * Math.LN2 ** 2));
    expect(Math.abs(value - 1)).toBeLessThan(ROUNDING);
    expect(Math.abs(standardError - expected)).toBeLessThan(ROUNDING);
  });

  it('has a large error for data that is no power law: a constant at small sizes', () => {
    const { value, standardError } = powerLaw(at.map((x) => ({ at: x, value: 50 + x })));
    expect(value).toBeLessThan(1);
    expect(standardError).toBeGreaterThan(0.01);
  });

  it('needs three positive points', () => {
    expect(() => powerLaw([{ at: 1, value: 1 }])).toThrow('expected at least three points, got 1');
    expect(() => powerLaw([1, 2, 3].map((x) => ({ at: x, value: x - 2 })))).toThrow('positive');
  });
});
