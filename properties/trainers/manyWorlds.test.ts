import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32Autodiff } from '../../src/kernels/arithmetic.ts';
import { stepBounds } from '../../src/kernels/bounds.ts';
import { type Defect, defects, worst } from '../../src/kernels/defect.ts';
import { type DoubleState, exactStep } from '../../src/kernels/exactStep.ts';
import { fastWorlds } from '../../src/trainers/fast.ts';
import { float64Trainer, float64Worlds } from '../../src/trainers/float64.ts';
import { tensors } from '../../src/trainers/tensors.ts';
import type { World, Worlds, WorldsTrainer } from '../../src/trainers/trainer.ts';
import { examplesIn, layouts, startOf, type TrainingWorld, trainingWorld } from './worlds.ts';

const worldOf = (given: TrainingWorld): World => {
  const layout = layouts[given.layout](given.problem);
  return { layout, start: startOf(given, layout), rates: given.rates, examples: examplesIn(given)() };
};

/** Worlds of all sizes, layouts, rates and starts in one batch. */
const batch = fc.array(trainingWorld(1).map(worldOf), { minLength: 1, maxLength: 5 });

const statesOf = (worlds: Worlds): DoubleState[] => {
  const velocities = worlds.readVelocity();
  return worlds
    .read()
    .map(({ Y, Z }, w) => ({ Y, Z, velocityY: velocities[w].Y, velocityZ: velocities[w].Z }));
};

/** The worst element of every world's every step against the exact step from the state before it. */
async function worstOf(trainer: WorldsTrainer, given: readonly World[], steps: number): Promise<Defect> {
  const worlds = await trainer.start(given);
  const found: Defect[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      const before = statesOf(worlds);
      const losses = await worlds.advance(1);
      statesOf(worlds).forEach((after, w) => {
        const { layout, examples, rates } = given[w];
        const exact = exactStep(layout, before[w], examples, rates);
        found.push(...defects(exact, stepBounds(layout, exact, rates, float32Autodiff), losses[w], after));
      });
    }
  } finally {
    worlds.dispose();
  }
  return worst(found);
}

/** Hands every world the rates of its neighbour. */
const mixedUp = (trainer: WorldsTrainer): WorldsTrainer => ({
  ...trainer,
  start: (worlds) =>
    trainer.start(worlds.map((world, w) => ({ ...world, rates: worlds[(w + 1) % worlds.length].rates }))),
});

describe('many worlds side by side', () => {
  it('are bit for bit what sessions of their own compute: float64', async () => {
    await fc.assert(
      fc.asyncProperty(batch, fc.integer({ min: 1, max: 5 }), async (given, steps) => {
        const worlds = await float64Worlds.start(given);
        const losses = await worlds.advance(steps);
        for (const [w, { layout, start, rates, examples }] of given.entries()) {
          const alone = await float64Trainer.start(layout, start, rates);
          let loss: number | undefined;
          for (let step = 0; step < steps; step++) loss = await alone.step(examples);
          expect(losses[w]).toBe(loss);
          expect(worlds.read()[w]).toEqual(alone.read());
          expect(worlds.readVelocity()[w]).toEqual(alone.readVelocity());
        }
      }),
      { seed: 11, numRuns: 30 },
    );
  });

  for (const backend of ['cpu', 'wasm'] as const) {
    it(`lie within the bounds of the exact step, world by world, and leave no tensor: fast-${backend}`, async () => {
      const tf = await tensors(backend);
      const tensorsBefore = tf.memory().numTensors;
      await fc.assert(
        fc.asyncProperty(batch, async (given) => {
          const { where, ratio } = await worstOf(fastWorlds(backend), given, 2);
          expect(ratio, where).toBeLessThanOrEqual(1);
        }),
        { seed: 12, numRuns: 10 },
      );
      expect(tf.memory().numTensors).toBe(tensorsBefore);
    });

    it(`exceed the bounds when each has its neighbour's rates (control): fast-${backend}`, async () => {
      const [given] = fc.sample(
        batch.filter((worlds) => new Set(worlds.map(({ rates }) => rates.etaY)).size > 1),
        { seed: 13, numRuns: 1 },
      );
      const { ratio } = await worstOf(mixedUp(fastWorlds(backend)), given, 1);
      expect(ratio).toBeGreaterThan(1);
    });
  }
});
