import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reference } from '../../src/trainers/reference.ts';
import { compareTrajectories, partingStep } from './compare.ts';
import {
  examplesIn,
  judged,
  judgedSteps,
  layouts,
  startOf,
  type TrainingWorld,
  trainingWorld,
  words,
  worstOf,
} from './worlds.ts';

/** Moderate starts, as training reaches them; extreme ones are tested in single steps. */
const run = trainingWorld(8, fc.constantFrom(0, 0.1, 1, 5), fc.constant(0));

describe('along a trajectory, with momentum, from any start', () => {
  for (const { trainer, arithmetic } of judged)
    it(`every step lies within the bounds of the exact one from the same state: ${trainer.name}`, async () => {
      await fc.assert(
        fc.asyncProperty(run, async (world) => {
          const most = await worstOf(trainer, arithmetic, world);
          expect(most.ratio, words(trainer, most)).toBeLessThanOrEqual(1);
        }),
        { seed: 2, numRuns: 15 },
      );
    });

  for (const { trainer, arithmetic } of judged)
    it(`row sums of Y and Z drift by at most the sum of the bounds: ${trainer.name}`, async () => {
      await fc.assert(
        fc.asyncProperty(run, async (world) => {
          const layout = layouts[world.layout](world.problem);
          const weights = { Y: layout.multiplicity, Z: layout.tokens.map(() => 1) };
          const budget = new Map<string, { parameter: number; velocity: number }>();
          const start = startOf(world, layout);
          const rowSum = (part: 'Y' | 'Z', row: readonly number[]) =>
            row.reduce((a, x, j) => a + weights[part][j] * x, 0);
          for await (const { defects, after } of judgedSteps(trainer, arithmetic, world)) {
            const added = new Map<string, number>();
            for (const { where, bound } of defects) {
              const [, name, , j] = /^(\w+\[(\d+)\])\[(\d+)\]$/.exec(where) ?? [];
              if (!name) continue;
              const columns = name.replace('velocity', '').startsWith('Y') ? weights.Y : weights.Z;
              added.set(name, (added.get(name) ?? 0) + columns[Number(j)] * bound);
            }
            for (const part of ['Y', 'Z'] as const)
              after[part].forEach((row, i) => {
                // The exact step changes a row sum R only by the row sum V of the velocity: V' = mu V, R' = R + eta V'.
                const name = `${part}[${i}]`;
                const eta = part === 'Y' ? world.rates.etaY : world.rates.etaZ;
                const { parameter, velocity } = budget.get(name) ?? { parameter: 0, velocity: 0 };
                const kept = world.rates.momentum * velocity;
                const next = {
                  parameter: parameter + eta * kept + added.get(name)!,
                  velocity: kept + added.get(`velocity${name}`)!,
                };
                budget.set(name, next);
                const size = row.reduce((a, x, j) => a + weights[part][j] * Math.abs(x), 0);
                // The sum of the row here is rounded too: once per entry and product, before and after.
                const summing = 4 * (row.length + 1) * 2 ** -53 * size;
                const drift = Math.abs(rowSum(part, row) - rowSum(part, start[part][i]));
                expect(drift, `${trainer.name}, row sum of ${name}`).toBeLessThanOrEqual(
                  next.parameter + summing,
                );
              });
          }
        }),
        { seed: 3, numRuns: 10 },
      );
    });

  it('trajectories part later with more digits of the trainer, and the report names the step', async () => {
    const problem = fc.sample(run, { seed: 4, numRuns: 1 })[0].problem;
    const world: TrainingWorld = {
      problem,
      layout: 'support',
      rates: { etaY: 5, etaZ: 3, momentum: 0.9 },
      start: { sizeY: 0.1, sizeZ: 0.1, offsetY: 0, offsetZ: 0 },
      batch: 4,
      length: 128,
      steps: 12,
      seed: 4,
    };
    const layout = layouts.support(problem);
    const parting = new Map<string, number | undefined>();
    for (const { trainer } of judged) {
      const next = examplesIn(world);
      const steps = Array.from({ length: world.steps }, next);
      const distances = await compareTrajectories(
        trainer,
        reference(34),
        layout,
        startOf(world, layout),
        world.rates,
        steps,
      );
      parting.set(trainer.name, partingStep(distances, 2 ** -24));
    }
    // In single precision numbers above 1/2 cannot be so close to the reference; doubles have 29 more bits.
    expect(parting.get('fast-cpu')).toBeLessThanOrEqual(world.steps);
    expect(parting.get('fast-wasm')).toBeLessThanOrEqual(world.steps);
    expect(parting.get('float64')).toBeUndefined();
  });
});
