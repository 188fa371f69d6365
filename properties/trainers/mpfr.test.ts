import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Field } from '../../src/arithmetic/field.ts';
import { mpfr, mpfrLibrary } from '../../src/arithmetic/mpfr.ts';
import { mpfrInterval } from '../../src/arithmetic/mpfrInterval.ts';
import { reducedLayout } from '../../src/model/layout.ts';
import { presets, syntheticProblem } from '../../src/model/presets.ts';
import { fieldTrainer } from '../../src/trainers/fieldTrainer.ts';
import { reference } from '../../src/trainers/reference.ts';
import type { Trainer } from '../../src/trainers/trainer.ts';
import { guarded } from '../arithmetic/guarded.ts';
import { describeMpfr } from '../support/mpfr.ts';
import {
  examplesIn,
  layouts,
  populationExamples,
  startOf,
  type TrainingWorld,
  trainingWorld,
} from './worlds.ts';

const run = trainingWorld(4, fc.constantFrom(0, 0.1, 1, 5), fc.constant(0));

/** Parameters and velocities at the end of a run, as doubles, and its losses. */
async function ended(trainer: Trainer, world: TrainingWorld) {
  const layout = layouts[world.layout](world.problem);
  const next = examplesIn(world);
  const session = await trainer.start(layout, startOf(world, layout), world.rates);
  const losses: number[] = [];
  for (let i = 0; i < world.steps; i++) losses.push(await session.step(next()));
  const [at, velocity] = [session.read(), session.readVelocity()];
  session.dispose();
  return [...losses, ...[at.Y, at.Z, velocity.Y, velocity.Z].flat(2)];
}

describeMpfr('the trainer over MPFR', () => {
  it('has the same end as decimals, up to adjacent doubles', async () => {
    // With 60 digits the error after four steps is far below a double's; the nearest doubles are equal or adjacent.
    await fc.assert(
      fc.asyncProperty(run, async (world) => {
        const [ours, theirs] = [
          await ended(fieldTrainer(mpfr(60)), world),
          await ended(reference(60), world),
        ];
        ours.forEach((x, i) => {
          expect(Math.abs(x - theirs[i])).toBeLessThanOrEqual(Number.EPSILON * Math.abs(theirs[i]) + 1e-40);
        });
      }),
      { seed: 1, numRuns: 12 },
    );
  });

  it('uses no value that a scope has freed', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (world) => {
        for (const F of [mpfr(20), mpfrInterval(20)] as Field<unknown>[]) {
          const plain = await ended(fieldTrainer(F), world);
          expect(await ended(fieldTrainer(guarded(F)), world)).toEqual(plain);
        }
      }),
      { seed: 2, numRuns: 12 },
    );
  });

  it('takes a thousand steps in the memory of a few, with several sessions of one field', async () => {
    const problem = syntheticProblem(presets['syn-small']);
    const layout = reducedLayout(problem);
    const zeros = (rows: number, columns: number) =>
      Array.from({ length: rows }, () => new Array(columns).fill(0));
    const [S, N, Q] = [layout.tokens.length, layout.columns.length, layout.queries.length];
    const start = { Y: zeros(S, N), Z: zeros(Q, S) };
    const trainer = fieldTrainer(mpfr(34));
    const rates = { etaY: 1, etaZ: 1, momentum: 0.9 };
    const sessions = [await trainer.start(layout, start, rates), await trainer.start(layout, start, rates)];
    const examples = populationExamples(problem);
    const steps = (count: number) => {
      for (let i = 0; i < count; i++) for (const session of sessions) session.step(examples);
    };
    steps(3);
    const before = mpfrLibrary().mem.length;
    steps(1000);
    expect(mpfrLibrary().mem.length).toBe(before);
    expect(sessions[0].read()).toEqual(sessions[1].read());
  });
});
