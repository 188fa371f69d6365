import { describe, expect, it } from 'vitest';
import { welch } from '../../src/decide/welch.ts';

/**
 * Worked examples of Welch's test, as printed: sizes, means and variances of two samples; t, degrees of freedom and
 * two-sided p, rounded. Source: Wikipedia, "Welch's t-test", examples 1 to 3.
 */
const printed = [
  { a: [15, 20.8, 7.9], b: [15, 23.0, 3.8], t: -2.46, freedom: 24.9, p: 0.021 },
  { a: [10, 20.6, 9.0], b: [20, 22.1, 0.9], t: -1.57, freedom: 9.9, p: 0.149 },
  { a: [10, 19.4, 1.4], b: [20, 21.6, 17.1], t: -2.22, freedom: 24.5, p: 0.036 },
];
const sample = ([size, mean, variance]: number[]) => ({ size, mean, std: Math.sqrt(variance) });

/** Two-sided p of Student's t, by Simpson's rule on the density between -t and t; freedom an even integer. */
function studentTwoSided(t: number, freedom: number): number {
  // The density's factor for even n is (n-1)!!/(2 sqrt(n) (n-2)!!).
  let factor = 1 / (2 * Math.sqrt(freedom));
  for (let k = 1; k < freedom; k += 2) factor *= k / Math.max(1, k - 1);
  const density = (x: number) => factor * (1 + x ** 2 / freedom) ** (-(freedom + 1) / 2);
  const n = 2000;
  const h = (2 * t) / n;
  let sum = density(-t) + density(t);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * density(-t + i * h);
  return 1 - (h / 3) * sum;
}

describe("Welch's test", () => {
  it.each(printed)(
    'gives the printed t = $t with $freedom degrees of freedom, p = $p',
    ({ a, b, t, freedom, p }) => {
      const found = welch(sample(a), sample(b));
      // Means and variances are rounded to one decimal: 0.1 in the difference, and of a variance its share, half of it in t.
      const error = Math.sqrt(a[2] / a[0] + b[2] / b[0]);
      const variance = Math.max(0.05 / a[2], 0.05 / b[2]);
      expect(Math.abs(found.t - t)).toBeLessThanOrEqual(0.005 + 0.1 / error + (Math.abs(t) * variance) / 2);
      expect(Math.abs(found.freedom - freedom)).toBeLessThanOrEqual(0.05 + 2 * variance * freedom);
      // The density of t is below 0.4 e^(-t^2/2) times 2 near here; two sides.
      expect(Math.abs(found.pValue - p)).toBeLessThan(
        0.0005 + 1.6 * Math.exp(-(t ** 2) / 2) * (0.1 / error + 0.1),
      );
    },
  );

  it('has 2 (n - 1) degrees of freedom and p of Student for two samples of one size and spread', () => {
    const { t, freedom, pValue } = welch({ size: 6, mean: 3, std: 2 }, { size: 6, mean: 1, std: 2 });
    expect(freedom).toBe(10);
    expect(Math.abs(t - 2 / Math.sqrt(8 / 6))).toBeLessThan(2 ** -50);
    // Simpson's error here is below h^4 = 1e-11.
    expect(Math.abs(pValue - studentTwoSided(t, freedom))).toBeLessThan(1e-9);
  });

  it('has the degrees of freedom of the sample that carries all the variance', () => {
    expect(welch({ size: 4, mean: 0, std: 1 }, { size: 9, mean: 0, std: 0 }).freedom).toBe(3);
    expect(welch({ size: 4, mean: 0, std: 0 }, { size: 9, mean: 0, std: 1 }).freedom).toBe(8);
  });

  it('changes only the sign of t when the samples change places', () => {
    const [a, b] = [sample(printed[0].a), sample(printed[0].b)];
    const [there, back] = [welch(a, b), welch(b, a)];
    expect(back).toEqual({ ...there, t: -there.t });
    expect(there.t).toBeLessThan(0);
  });

  it('takes the printed sample for the nearest and widest that rounds to it', () => {
    const [a, b] = [
      { size: 5, mean: 1, std: 1 },
      { size: 10, mean: 2, std: 1 },
    ];
    const kind = welch(a, b, 0.25);
    const same = welch(a, { ...b, mean: 1.75, std: 1.25 });
    expect(kind).toEqual(same);
    expect(kind.pValue).toBeGreaterThan(welch(a, b).pValue);
    // Means that may be equal are no evidence at all.
    expect(welch(a, { ...b, mean: 1.2 }, 0.25)).toMatchObject({ pValue: 1 });
    expect(Math.abs(welch(a, { ...b, mean: 1.2 }, 0.25).t)).toBe(0);
  });
});
