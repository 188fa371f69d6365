// heavy: 4 s
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64 } from '../../src/arithmetic/float64.ts';
import { inverse } from '../../src/arithmetic/linear.ts';
import { flowWorld } from '../../src/generators/flows.ts';
import { problem, singleCommon } from '../../src/generators/problems.ts';
import { type GradientWorld, gradientWorld } from '../../src/generators/states.ts';
import { type Direction, type FlowRung, flow, flowSlope, unpack } from '../../src/ladder/flow.ts';
import { TOLERANCE } from '../../src/ladder/integrate.ts';
import { modified, modifiedDirection } from '../../src/ladder/modified.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { populationFeatures } from '../../src/ladder/rung.ts';
import type { FlowWorld } from '../../src/ladder/worlds.ts';
import { classAttention } from '../../src/model/entropy.ts';
import { gradient } from '../../src/model/gradient.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { classWeights } from '../../src/model/problem.ts';
import { forward, type Matrix } from '../../src/model/transformer.ts';

const seed = 11;
const rates = { etaY: 0.7, etaZ: 0.3, momentum: 0 };

/** Classes of unequal weights: 1, 2, 3 .. */
const weighted = (world: GradientWorld): GradientWorld => ({
  ...world,
  problem: {
    ...world.problem,
    classes: world.problem.classes.map((c, n) => ({ ...c, weight: n + 1 })),
  },
});

function slopeAt(world: GradientWorld, directionOf: (layout: ReturnType<typeof reducedLayout>) => Direction) {
  const layout = reducedLayout(world.problem);
  const y = Float64Array.from([...world.Y.flat(), ...world.Z.flat()]);
  const out = new Float64Array(y.length);
  flowSlope(world.problem, layout, rates, directionOf(layout))(0, y, out);
  return unpack(layout, out);
}

/**
 * Both computations of a slope have at most a few hundred roundings per entry; exponents up to |Y| f <= 6 sqrt(S) and
 * |Z| <= 6 amplify them by their size. 1e-11 of the largest entry is 1e4 roundings.
 */
const ROUNDING = 1e-11;
const expectClose = (left: Matrix<number>, right: Matrix<number>) => {
  const scale = Math.max(...right.flat().map(Math.abs), 1e-3);
  left.forEach((row, i) => {
    row.forEach((x, j) => {
      expect(Math.abs(x - right[i][j])).toBeLessThanOrEqual(ROUNDING * scale);
    });
  });
};
const times = (matrix: Matrix<number>, factor: number) => matrix.map((row) => row.map((x) => factor * x));

describe('the right-hand sides', () => {
  it('of the flow is eta times the gradient of the model, over Field', () => {
    fc.assert(
      fc.property(gradientWorld(problem()).map(weighted), (world) => {
        const layout = reducedLayout(world.problem);
        const slope = slopeAt(world, () => null);
        const { Y, Z } = gradient(float64, layout, world, populationExamples(float64, world.problem));
        expectClose(slope.Y, times(Y, rates.etaY));
        expectClose(slope.Z, times(Z, rates.etaZ));
      }),
      { seed, numRuns: 60 },
    );
  });

  it("of `modified` is (f_n - Phi E' e_n)(e_n - alpha_n)^T with E' = I - (I + E)^-1, over dense vectors (Eq. 26)", () => {
    fc.assert(
      fc.property(gradientWorld(problem()).map(weighted), (world) => {
        const layout = reducedLayout(world.problem);
        const examples = populationExamples(float64, world.problem);
        const weights = classWeights(float64, world.problem);
        const f = populationFeatures(float64, world.problem, layout, world.Z);
        const F = layout.classes.map(({ support }, n) => {
          const dense = layout.tokens.map(() => 0);
          support.forEach((l, i) => {
            dense[l] = f[n][i];
          });
          return dense;
        });
        const A = inverse(
          float64,
          F.map((a) => F.map((b) => a.reduce((s, x, l) => s + x * b[l], 0))),
        );
        const Y = layout.tokens.map(() => layout.columns.map(() => 0));
        for (const [n, example] of examples.entries()) {
          const { residual } = forward(float64, layout, world, example);
          layout.tokens.forEach((_, l) => {
            const prime = F.reduce((s, g, k) => s + g[l] * ((k === n ? 1 : 0) - A[k][n]), 0);
            residual.forEach((r, j) => {
              Y[l][j] += rates.etaY * weights[n] * (F[n][l] - prime) * r;
            });
          });
        }
        const slope = slopeAt(world, modifiedDirection);
        // The inverse loses as many digits as I + E is ill-conditioned.
        if (Math.max(...A.flat().map(Math.abs)) < 100) expectClose(slope.Y, Y);
        expectClose(slope.Z, slopeAt(world, () => null).Z);
      }),
      { seed, numRuns: 60 },
    );
  });
});

it('control: where classes overlap, the modified right-hand side is not that of the flow', () => {
  const [world] = fc.sample(gradientWorld(singleCommon()), { seed, numRuns: 1 });
  const [ours, plain] = [slopeAt(world, modifiedDirection).Y, slopeAt(world, () => null).Y];
  expect(() => expectClose(ours, plain)).toThrow();
});

/** Largest difference of Z along two runs of a world, relative to 1 + |z|. */
function apart(rung: FlowRung, world: FlowWorld, a: { tolerance: number }, b: { tolerance: number }): number {
  const [p, q] = [[...rung.motions(world, a)], [...rung.motions(world, b)]];
  return Math.max(
    ...p.flatMap(({ Z }, i) =>
      Z.flatMap((row, m) => row.map((z, l) => Math.abs(z - q[i].Z[m][l]) / (1 + Math.abs(z)))),
    ),
  );
}

describe.each([flow, modified])('trajectories of $id', (rung) => {
  const worlds = fc.sample(flowWorld(problem(), [0, 3], [2, 12]), { seed, numRuns: 12 });

  it('are within 10 tolerances of those with a tolerance a hundred times smaller (empirical)', () => {
    for (const world of worlds)
      for (const tolerance of [1e-7, TOLERANCE])
        expect(apart(rung, world, { tolerance }, { tolerance: tolerance / 100 })).toBeLessThanOrEqual(
          10 * tolerance,
        );
  });

  it('depend on time through eta t alone', () => {
    for (const world of worlds.slice(0, 8)) {
      const { etaY, etaZ } = world.rates;
      const faster = {
        ...world,
        rates: { etaY: 8 * etaY, etaZ: 8 * etaZ, momentum: 0 },
        end: world.end / 8,
      };
      const [a, b] = [[...rung.motions(world)], [...rung.motions(faster)]];
      // Powers of two change no digits except those of logarithms.
      for (const [i, { Z, time }] of a.entries()) {
        expect(Math.abs(b[i].time * 8 - time)).toBeLessThanOrEqual(1e-12 * time);
        expect(
          Math.max(...Z.flatMap((row, m) => row.map((z, l) => Math.abs(z - b[i].Z[m][l])))),
        ).toBeLessThanOrEqual(20 * TOLERANCE);
      }
    }
  });

  it('keep the sum of every row of Z', () => {
    for (const world of worlds.slice(0, 8))
      for (const { Z } of rung.motions(world))
        for (const row of Z) {
          const size = row.reduce((s, z) => s + Math.abs(z), 1);
          // Every stage conserves the sum up to rounding; there are a few thousand stages of a few dozen terms.
          expect(Math.abs(row.reduce((s, z) => s + z, 0))).toBeLessThanOrEqual(1e-11 * size);
        }
  });
});

describe('the small published problem under plain flow', () => {
  const small = syntheticProblem(presets['syn-small']);
  const effective = (end: number) => {
    const world = { problem: small, rates: { etaY: 1, etaZ: 1, momentum: 0 }, end };
    const [{ Z, layout }] = flow.motions(world, { times: [end] });
    const [c] = classAttention(small, layout, Z);
    return 1 / c.reduce((s, x) => s + x * x, 0);
  };

  it('looks far from sparse: 1/sum c^2 goes from 17.35 up to 17.44 and down to 14.53 at t = 1e8, of 20 tokens', () => {
    // Measured at tolerance 1e-11; the error of Z, at most 1e-8, changes 1/sum c^2 by less than a relative 1e-6.
    for (const [t, tokens] of [
      [1e-6, 17.346570397],
      [10, 17.437107905],
      [100, 16.620612297],
      [1e4, 15.423900467],
      [1e8, 14.530931685],
    ])
      expect(Math.abs(effective(t) - tokens)).toBeLessThan(2e-5);
  });
});
