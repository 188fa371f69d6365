/** Worlds of models other than the paper's. */
import fc, { type Arbitrary } from 'fast-check';
import type { ModelPointWorld, ModelWorld, PointWorld, RunWorld } from '../ladder/worlds.ts';
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import { insideProblem } from './inside.ts';
import { insideRun, insideWhole, type Ratio, scanned } from './insideRuns.ts';
import { problem, singleCommonOfOneQuery } from './problems.ts';
import { pointWorld, rates, seed } from './states.ts';

/** A short run of several heads from zero. */
export interface HeadsWorld {
  readonly problem: Problem;
  readonly heads: number;
  readonly rates: Rates;
  readonly steps: number;
}

/** Two or four heads, by which rates are multiplied and divided exactly, and few steps, so that enclosures stay narrow. */
export const headsWorld = (): Arbitrary<HeadsWorld> =>
  fc.record({
    problem: problem(),
    heads: fc.constantFrom(2, 4),
    rates: rates(),
    steps: fc.integer({ min: 2, max: 4 }),
  });

/** Attention kernels other than the paper's. */
export const otherKernels = ['linear', 'sigmoid', 'squared-relu'] as const;

/** A state of attention by one of them. */
export interface KernelAttentionWorld extends PointWorld {
  readonly kernel: (typeof otherKernels)[number];
}

/** Logits from -15/16 to 15/16, where every kernel is positive and rises. */
export const kernelAttentionWorld = (): Arbitrary<KernelAttentionWorld> =>
  fc
    .record({
      world: pointWorld(singleCommonOfOneQuery(), 15).map(({ problem, Z }) => ({
        problem,
        Z: Z.map((row) => row.map((z) => z / 16)),
      })),
      kernel: fc.constantFrom(...otherKernels),
    })
    .map(({ world, kernel }) => ({ ...world, kernel }));

/** What each rung of another model changes. */
const changes: Readonly<Record<string, Arbitrary<Partial<ModelWorld>>>> = {
  'other-kernel': fc.record({ kernel: fc.constantFrom(...otherKernels) }),
  'no-normalisation': fc.constant({ normaliser: 'none' }),
  layernorm: fc.constant({ normaliser: 'layernorm' }),
  // From a feature a quarter as long as f to one four times as long.
  residual: fc.record({ residual: fc.constantFrom(1, 0.25, 0.5, 2, 4) }),
  heads: fc.record({ heads: fc.integer({ min: 2, max: 4 }), seed: seed() }),
};

/** A state of attention of a model with LayerNorm, or with the query's own feature: one query token, one common token. */
export const modelPoint = (change: 'layernorm' | 'residual'): Arbitrary<ModelPointWorld> =>
  fc
    .record({ world: pointWorld(singleCommonOfOneQuery()), change: changes[change] })
    .map(({ world, change }) => ({ ...world, ...change }));

/** A hundred times what turns a distinct token round at most, and more: attention stands still while the decoder learns. */
const FAST_ENOUGH: Ratio = { decades: [1, 4], unit: scanned };

/** Inside every hypothesis of the paper, with distinct tokens of different probability, and M up to 1e4 where K allows it. */
const problems = () => insideProblem({ unequal: true, vocabulary: [0, 4] });

const changed = (runs: Arbitrary<RunWorld>, rung: string): Arbitrary<ModelWorld> =>
  rung === 'adam' || rung === 'sign'
    ? runs.map((run) => ({ ...run, rates: { ...run.rates, optimiser: rung } }))
    : fc.record({ run: runs, change: changes[rung] }).map(({ run, change }) => ({ ...run, ...change }));

/** Runs on a rung of another model that satisfy every hypothesis of the paper but the one that the rung drops. */
export const modelRun = (rung: string): Arbitrary<ModelWorld> =>
  changed(insideRun(problems(), FAST_ENOUGH), rung);

/** The same to four times the onset of the snap. */
export const wholeModelRun = (rung: string): Arbitrary<ModelWorld> =>
  changed(insideWhole(problems(), FAST_ENOUGH), rung);
