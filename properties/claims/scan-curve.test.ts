import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { alike, twoTimescaleAt } from '../../src/ladder/gaps.ts';
import { solvedTrajectory } from '../../src/ladder/solved.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { itGetsItsVerdicts } from './rows.ts';

// Whole integrated trajectories stay on the curve in trajectory.test.ts, whose error is bounded by its order.
describe('scan-curve', () => {
  itGetsItsVerdicts('scan-curve');

  it('has the Taylor coefficients of the integrated trajectory: the error of the sum falls as Gamma^4', () => {
    const problem = alike(50, 3, 0.5, [0.25, 0.15, 0.1]);
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
});
