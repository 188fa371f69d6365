import { describe, expect, it } from 'vitest';
import { gapsAlike, twoTimescaleAt } from '../../fixtures/gaps/gaps.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { scanCurve } from '../../src/claims/scan-curve.ts';
import { integrate } from '../../src/ladder/integrate.ts';
import { solvedTrajectory, solvedVelocity } from '../../src/ladder/solved.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { itGetsItsVerdicts } from './rows.ts';

// Whole integrated trajectories stay on the curve in trajectory.test.ts, whose error is bounded by its order.
describe('scan-curve', () => {
  itGetsItsVerdicts('scan-curve');

  it('has the Taylor coefficients of the integrated trajectory: the error of the sum falls as Gamma^4', () => {
    const problem = gapsAlike(50, 3, 0.5, [0.25, 0.15, 0.1]);
    const layout = reducedLayout(problem);
    const start = layout.queries.map(() => layout.tokens.map(() => 0));
    const series = solvedTrajectory(float64, problem, layout, start, 3);
    const errorAt = (Gamma: number) => {
      const [Z] = twoTimescaleAt(problem, [Gamma], 1e-13);
      return Math.max(
        ...Z.flatMap((row, m) =>
          row.map((z, l) => Math.abs(z - series[m][l].reduceRight((s, c) => s * Gamma + c, 0))),
        ),
      );
    };
    const order = Math.log2(errorAt(0.4) / errorAt(0.2));
    expect(order).toBeGreaterThan(3.7);
    expect(order).toBeLessThan(4.6);
  });

  it("is kept by the integrated model, its gradient taken of J with Theorem 5's decoder in Y: one tau for a class", () => {
    const weights = [0.25, 0.15, 0.1];
    const problem = gapsAlike(50, 3, 0.5, weights);
    const layout = reducedLayout(problem);
    const [Q, S] = [layout.queries.length, layout.tokens.length];
    const rows = (y: Float64Array) =>
      Array.from({ length: Q }, (_, m) => Array.from(y.subarray(m * S, (m + 1) * S)));
    const at = (tolerance: number) => {
      const [end] = integrate({
        start: new Float64Array(Q * S),
        slope: (_, y, out) => out.set(solvedVelocity(float64, problem, layout, rows(y)).flat()),
        times: [20],
        tolerance,
      });
      return rows(end.y);
    };
    const [coarse, fine] = [at(1e-7), at(1e-10)];
    // The finer run errs far less than the two differ.
    const error = Math.max(...fine.flatMap((row, m) => row.map((z, l) => Math.abs(z - coarse[m][l]))));
    expect(error).toBeLessThan(1e-5);
    for (const { row, support } of layout.classes) {
      const [top, ...rest] = support.slice(1).map((l, i) => {
        expect(fine[row][l]).toBeGreaterThan(1000 * error);
        return -Math.expm1(-2 * fine[row][l]) / weights[i] ** 2;
      });
      // d(1 - e^{-2z}) <= 2 dz for z >= 0, and the quotient rounds by a few u.
      for (const tau of rest)
        expect(Math.abs(tau - top)).toBeLessThanOrEqual(2 * (error + 2 ** -48) * (0.1 ** -2 + 0.25 ** -2));
    }
  });

  it('asks all that a trajectory from zero has up to Gamma^3, and how shares sharpen at s = 1/2 and 3/4', () => {
    // Of one class only the tops of the distinct tokens are asked: P = 3, 2, 1, so that P/P_1 = 1, 2/3, 1/3.
    const problem = {
      vocabulary: 30,
      classes: [
        { next: 10, query: 7, tokens: [0, 1, 2, 3], probabilities: [2, 1, 2, 3] },
        { next: 11, query: 7, tokens: [0, 4, 5], probabilities: [4, 2, 6] },
      ],
    };
    const { margins } = scanCurve.checks[0];
    const found = [...margins!(float64, { problem, scan: [0.5, 0.5], common: [0.25] })];
    const names = found.filter(({ requires }) => requires === 'zero').map(({ name }) => name);
    const order = (token: number, next: number) => [
      `token ${token} of class ${next} stays on the curve`,
      ...[0, 1, 2, 3].map((k) => `token ${token} of class ${next} on the curve to order ${k}`),
    ];
    expect(names).toEqual([...order(2, 10), ...order(1, 10), ...order(4, 11)]);
    const shares = (s: number) => {
      const parts = [1, 2 / 3, 1 / 3].map((r) => r / Math.sqrt(1 - s * r * r));
      return parts.map((x) => x / parts.reduce((a, b) => a + b));
    };
    const [before, after] = [shares(1 / 2), shares(3 / 4)];
    const H = (p: number[]) => -p.reduce((h, x) => h + x * Math.log(x), 0);
    const floor = (s: number) => (2 / 3) * Math.sqrt((1 - s) / (1 - (4 / 9) * s));
    const value = (name: string) => {
      const m = found.find((one) => one.name === name)!;
      return (m.value as number) / (m.scale as number);
    };
    for (const [name, expected] of [
      ['the first 1 shares of class 10 grow with tau', after[0] - before[0]],
      ['the first 2 shares of class 10 grow with tau', before[2] - after[2]],
      ['the entropy of class 10 falls with tau', H(before) - H(after)],
      ['the runner-up of class 10 stays above its bound', 1 - floor(3 / 4) / floor(1 / 2)],
    ] as const)
      expect(Math.abs(value(name) - expected), name).toBeLessThan(2 ** -40);
  });
});
