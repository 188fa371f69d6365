/** Runs of other models: the rung in any field against the float64 trainer, which shares no formula with it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleDouble } from '../../src/arithmetic/doubleDouble.ts';
import { sum } from '../../src/arithmetic/field.ts';
import { float64 } from '../../src/arithmetic/float64.ts';
import { modelPoint, modelRun } from '../../src/generators/models.ts';
import { gammaAt } from '../../src/ladder/clock.ts';
import { modelDecoder, residualLimit } from '../../src/ladder/modelLimit.ts';
import { headsOf, modelOf, otherModels } from '../../src/ladder/otherModels.ts';
import { populationExamples } from '../../src/ladder/population.ts';
import { type Motion, populationFeatures } from '../../src/ladder/rung.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import type { ModelWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { modelFeatures, modelObjective } from '../../src/model/modelGradient.ts';
import { layoutOfModel } from '../../src/model/modelLayout.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';

const last = <T>(motions: Iterable<Motion<T>>): Motion<T> => [...motions].at(-1)!;

describe('runs of other models', () => {
  it.each(otherModels.map((rung) => [rung.id, rung] as const))(
    '%s: its last logits are those of the float64 trainer',
    async (id, rung) => {
      await fc.assert(
        fc.asyncProperty(modelRun(id), async (world) => {
          // Signed ascent follows the sign of rounding errors where a gradient is 0.
          const steps = Math.min(world.steps, id === 'sign' ? 4 : 60);
          const fast = last(await fastTraining.motions({ ...world, steps }));
          const slow = last(rung.motions(doubleDouble, { ...world, steps }));
          const size = Math.max(...slow.Z.flat().map((z) => Math.abs(doubleDouble.toNumber(z))));
          // 60 steps of some 100 roundings each, and z' is what is left of g_l - f_l (f.g), of which M cancels at most:
          // 2^-53 times 6,000 times M < 1e5 is below 1e-7.
          for (const [m, row] of slow.Z.entries())
            for (const [l, z] of row.entries())
              expect(Math.abs(fast.Z[m][l] - doubleDouble.toNumber(z))).toBeLessThanOrEqual(1e-7 * size);
        }),
        { seed: 3, numRuns: 5 },
      );
    },
    60_000,
  );

  it('have one motion a head', () => {
    const [world] = fc.sample(modelRun('heads'), { seed: 4, numRuns: 1 });
    const heads = otherModels.find(({ id }) => id === 'heads')!;
    const motion = last(heads.motions(doubleDouble, { ...world, heads: 3, steps: 3 }));
    const each = headsOf(doubleDouble, motion);
    expect(each.map(({ Z }) => Z)).toEqual(motion.Z.map((row) => [row]));
    expect(each.map(({ dZ }) => dZ)).toEqual(motion.dZ.map((row) => [row]));
    for (const { Z, f, layout } of each)
      expect(f).toEqual(populationFeatures(doubleDouble, world.problem, layout, Z));
    expect(new Set(each.map(({ f }) => JSON.stringify(f))).size).toBe(3);
    expect(headsOf(doubleDouble, each[0])).toEqual([each[0]]);
  });

  it('refuse a kernel that nobody knows', () => {
    expect(() => modelOf({ kernel: 'cosine' } as unknown as ModelWorld)).toThrow(
      'attention: no kernel is called cosine',
    );
  });
});

describe('the features of a model', () => {
  it.each([
    ['paper', {}],
    ['residual', { residual: 2 }],
    ['layernorm', { normaliser: 'layernorm' }],
  ] as const)('%s: have length 1, and a logit o = Y^T x that the objective sees', (_, change) => {
    fc.assert(
      fc.property(modelPoint('residual'), (world) => {
        const layout = layoutOfModel(reducedLayout(world.problem), modelOf({ ...change }));
        const examples = populationExamples(float64, world.problem);
        const { x, copies } = modelFeatures(float64, layout, world.Z, examples);
        // Y has one row that is not zero: alpha shows its feature, copies and all.
        for (const [n, own] of x.entries()) {
          expect(own.reduce((s, v, r) => s + copies[r] * v * v, 0)).toBeCloseTo(1, 12);
          for (const r of own.keys()) {
            const Y = own.map((_, i) => layout.columns.map((_, j) => (i === r && j === 0 ? 1 : 0)));
            const found = modelObjective(float64, layout, { Y, Z: world.Z }, examples[n]);
            const o = copies[r] * own[r];
            const total = layout.multiplicity.reduce((s, m, j) => s + m * (j === 0 ? Math.exp(o) : 1), 0);
            const J = (layout.classes[n].target === 0 ? o : 0) - Math.log(total);
            expect(found).toBeCloseTo(J, 12);
          }
        }
      }),
      { seed: 9, numRuns: 10 },
    );
  });
});

describe('attention alone, with the decoder in closed form', () => {
  it.each([
    ['residual', { residual: 2 }],
    ['layernorm', { normaliser: 'layernorm' }],
  ] as const)('%s: the decoder gives the logits wbar_n = x (e_n - 1/M)', (_, change) => {
    const F = doubleDouble;
    fc.assert(
      fc.property(modelPoint('residual'), ({ problem, Z }) => {
        const layout = layoutOfModel(reducedLayout(problem), modelOf({ ...change }));
        const logits = Z.map((row) => row.map(F.of));
        const features = modelFeatures(F, layout, logits, populationExamples(F, problem));
        const Y = modelDecoder(F, problem, layout, features, F.of(2));
        for (const [n, own] of features.x.entries())
          for (const j of layout.columns.keys()) {
            const terms = own.map((v, r) => F.mul(F.mul(F.of(features.copies[r]), v), Y[r][j]));
            const wanted = (j === layout.classes[n].target ? 2 : 0) - 2 / problem.vocabulary;
            expect(F.toNumber(sum(F, terms))).toBeCloseTo(wanted, 9);
          }
      }),
      { seed: 10, numRuns: 20 },
    );
  });

  it("is the paper's velocity for the paper's features, and the other one for others", () => {
    fc.assert(
      fc.property(modelPoint('residual'), (world) => {
        const velocity = (change: object) => {
          const [motion] = residualLimit.motions(doubleDouble, { ...world, residual: 0, ...change });
          return motion.dZ.flat().map(doubleDouble.toNumber);
        };
        const { problem } = world;
        const layout = reducedLayout(problem);
        const Z = world.Z.map((row) => row.map(doubleDouble.of));
        const x = doubleDouble.of(Math.log(problem.vocabulary));
        const clock = { vocabulary: problem.vocabulary, classes: problem.classes.length, etaY: 1, etaZ: 1 };
        const gamma = doubleDouble.toNumber(gammaAt(doubleDouble, clock, x));
        const paper = attentionVelocity(doubleDouble, problem, layout, Z).dZ.flat();
        const own = velocity({});
        const size = Math.max(...own.map(Math.abs));
        // Two derivations in 29 digits; an inverse of overlapping classes loses some, and doubles keep 16.
        for (const [l, z] of paper.entries())
          expect(Math.abs(own[l] - gamma * doubleDouble.toNumber(z))).toBeLessThanOrEqual(1e-12 * size);
        for (const change of [{ residual: 1 }, { normaliser: 'layernorm' }])
          expect(Math.max(...velocity(change).map((z, l) => Math.abs(z - own[l])))).toBeGreaterThan(
            1e-6 * size,
          );
      }),
      { seed: 8, numRuns: 20 },
    );
  });
});
