/** Worlds of models other than the paper's. */
import fc, { type Arbitrary } from 'fast-check';
import type { PointWorld } from '../ladder/worlds.ts';
import type { Problem } from '../model/problem.ts';
import type { Rates } from '../model/training.ts';
import { problem, singleCommonOfOneQuery } from './problems.ts';
import { pointWorld, rates } from './states.ts';

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
