import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenTrainer, faults } from './broken.ts';
import { float32Autodiff, float64Sums } from './stepBounds.ts';
import { trainingWorld, worstOf } from './worlds.ts';

/** One faulty step is enough: worlds are tried until a bound is exceeded, at most so many. */
const MOST_WORLDS = 60;

/** The number of worlds until a bound was exceeded; undefined if none was. */
async function worldsToKill(fault: (typeof faults)[number], arithmetic: typeof float64Sums) {
  const worlds = fc.sample(trainingWorld(3), { seed: 7, numRuns: MOST_WORLDS });
  for (const [i, world] of worlds.entries()) {
    const { ratio } = await worstOf(brokenTrainer(fault), arithmetic, world);
    if (!(ratio <= 1)) return i + 1;
  }
  return undefined;
}

describe('controls: a trainer with one fault', () => {
  it('without its fault is within every bound', async () => {
    expect(await worldsToKill('none', float64Sums)).toBeUndefined();
  });

  for (const fault of faults.slice(1))
    it(`exceeds the bounds of doubles: ${fault}`, async () => {
      expect(await worldsToKill(fault, float64Sums)).toBeDefined();
    });

  // In single precision the bounds are 5e8 times wider and still find every fault except the loss of digits they allow.
  for (const fault of faults.slice(1).filter((f) => f !== 'subtracted 1 - alpha'))
    it(`exceeds the bounds of single precision: ${fault}`, async () => {
      expect(await worldsToKill(fault, float32Autodiff)).toBeDefined();
    });

  it('may subtract 1 - alpha where the standard level allows it', async () => {
    expect(await worldsToKill('subtracted 1 - alpha', { ...float64Sums, subtracts: true })).toBeUndefined();
  });
});
