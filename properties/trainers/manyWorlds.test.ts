import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Roundoff } from '../../src/kernels/judging/roundoff.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { batchesBySize, fastWorlds } from '../../src/trainers/fastWorlds.ts';
import { tensors } from '../../src/trainers/tensors.ts';
import type { World, Worlds, WorldsTrainer } from '../../src/trainers/trainer.ts';
import { populationWorld } from '../../src/trainers/trainWorlds.ts';
import { float64Worlds } from '../../src/trainers/worlds64.ts';
import { type Defect, defects, worst } from './defects.ts';
import { type DoubleState, exactStep } from './exactStep.ts';
import { float32Autodiff, float64Sums, stepBounds } from './stepBounds.ts';
import { examplesIn, layouts, startOf, type TrainingWorld, trainingWorld } from './worlds.ts';

const judgedWorlds: readonly { trainer: WorldsTrainer; arithmetic: Roundoff }[] = [
  { trainer: float64Worlds, arithmetic: float64Sums },
  { trainer: fastWorlds('cpu'), arithmetic: float32Autodiff },
  { trainer: fastWorlds('wasm'), arithmetic: float32Autodiff },
];

const rates = { etaY: 1, etaZ: 0.5, momentum: 0.75 };
/** One class of one token: f = 1, and Z never moves. */
const smallest = populationWorld(
  { vocabulary: 2, classes: [{ next: 1, query: 0, tokens: [0], probabilities: [1] }] },
  rates,
);
const published = populationWorld(syntheticProblem(presets['syn-small']), rates);

const worldOf = (given: TrainingWorld): World => {
  const layout = layouts[given.layout](given.problem);
  return { layout, start: startOf(given, layout), rates: given.rates, examples: examplesIn(given)() };
};

/** Worlds of all sizes, layouts, rates and starts in one batch, sampled or in the limit. */
const batch = fc.array(
  fc.oneof({ weight: 5, arbitrary: trainingWorld(1).map(worldOf) }, fc.constant(smallest)),
  {
    minLength: 1,
    maxLength: 5,
  },
);

const statesOf = (worlds: Worlds): DoubleState[] => {
  const velocities = worlds.readVelocity();
  return worlds
    .read()
    .map(({ Y, Z }, w) => ({ Y, Z, velocityY: velocities[w].Y, velocityZ: velocities[w].Z }));
};

/** The element with the largest error/bound over all steps of the worlds, each against the exact step from its state. */
async function worstOf(
  trainer: WorldsTrainer,
  arithmetic: Roundoff,
  given: readonly World[],
  steps: number,
  judged: readonly World[] = given,
): Promise<Defect> {
  const worlds = await trainer.start(given);
  const found: Defect[] = [];
  try {
    for (let step = 0; step < steps; step++) {
      const before = statesOf(worlds);
      const losses = await worlds.advance(1);
      statesOf(worlds).forEach((after, w) => {
        if (!judged.includes(given[w])) return;
        const { layout, examples, rates } = given[w];
        const exact = exactStep(layout, before[w], examples, rates);
        found.push(...defects(exact, stepBounds(layout, exact, rates, arithmetic), losses[w], after));
      });
    }
  } finally {
    worlds.dispose();
  }
  return worst(found);
}

/** Gives every world the rates of the next one. */
const mixedUp = (trainer: WorldsTrainer): WorldsTrainer => ({
  ...trainer,
  start: (worlds) =>
    trainer.start(worlds.map((world, w) => ({ ...world, rates: worlds[(w + 1) % worlds.length].rates }))),
});

/** A world in which every number becomes NaN. */
const lost = ({ start, ...world }: World): World => ({
  ...world,
  start: {
    Y: start.Y.map((row) => row.map(() => Number.NaN)),
    Z: start.Z.map((row) => row.map(() => Number.NaN)),
  },
});

describe('many worlds in one training', () => {
  for (const { trainer, arithmetic } of judgedWorlds) {
    it(`lie within the bounds of the exact step, world by world, and leave no tensor: ${trainer.name}`, async () => {
      const tf = await tensors('cpu');
      const tensorsBefore = tf.memory().numTensors;
      await fc.assert(
        fc.asyncProperty(batch, async (given) => {
          const { where, ratio } = await worstOf(trainer, arithmetic, given, 2);
          expect(ratio, where).toBeLessThanOrEqual(1);
        }),
        { seed: 12, numRuns: 12 },
      );
      expect(tf.memory().numTensors).toBe(tensorsBefore);
    });

    it(`do so when one has a token and another thirty: ${trainer.name}`, async () => {
      const { where, ratio } = await worstOf(trainer, arithmetic, [published, smallest, published], 2);
      expect(ratio, where).toBeLessThanOrEqual(1);
    });

    it(`do not change when another one becomes NaN: ${trainer.name}`, async () => {
      const judged = [smallest, published];
      const given = [lost(smallest), ...judged, lost(published)];
      const { where, ratio } = await worstOf(trainer, arithmetic, given, 2, judged);
      expect(ratio, where).toBeLessThanOrEqual(1);
    });

    it(`exceed the bounds when each has its neighbour's rates (control): ${trainer.name}`, async () => {
      const given = [1, 2].map((etaY) => ({ ...published, rates: { ...rates, etaY } }));
      expect((await worstOf(mixedUp(trainer), arithmetic, given, 1)).ratio).toBeGreaterThan(1);
    });
  }

  it('are batched by size, each once, none padded beyond what a batch may hold', () => {
    fc.assert(
      fc.property(batch, fc.integer({ min: 1, max: 2000 }), (given, most) => {
        const batches = batchesBySize(given, most);
        expect(batches.flat().sort((a, b) => a - b)).toEqual(given.map((_, w) => w));
        const size = (w: number) => {
          const { layout, examples } = given[w];
          return layout.tokens.length * (examples.length + layout.columns.length + layout.queries.length);
        };
        for (const members of batches)
          if (members.length > 1)
            expect(members.length * Math.max(...members.map(size))).toBeLessThanOrEqual(most);
      }),
      { seed: 13, numRuns: 50 },
    );
  });
});
