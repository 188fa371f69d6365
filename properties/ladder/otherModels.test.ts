/** Runs of other models: the rung in any field against the float64 trainer, which shares no formula with it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleDouble } from '../../src/arithmetic/doubleDouble.ts';
import { modelPoint, modelRun } from '../../src/generators/models.ts';
import { gammaAt } from '../../src/ladder/clock.ts';
import { residualLimit } from '../../src/ladder/modelLimit.ts';
import { headsOf, modelOf, otherModels } from '../../src/ladder/otherModels.ts';
import type { Motion } from '../../src/ladder/rung.ts';
import { attentionVelocity } from '../../src/ladder/two-timescale.ts';
import type { ModelWorld } from '../../src/ladder/worlds.ts';
import { reducedLayout } from '../../src/model/layout.ts';
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
    expect(new Set(each.map(({ f }) => JSON.stringify(f))).size).toBe(3);
    expect(headsOf(doubleDouble, each[0])).toEqual([each[0]]);
  });

  it('refuse a kernel that nobody knows', () => {
    expect(() => modelOf({ kernel: 'cosine' } as unknown as ModelWorld)).toThrow(
      'attention: no kernel is called cosine',
    );
  });
});

describe('attention alone, with the decoder in closed form', () => {
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
