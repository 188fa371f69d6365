import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judged, trainingWorld, words, worstOf } from './worlds.ts';

describe('a step from any state', () => {
  for (const { trainer, arithmetic } of judged)
    it(`lies within the derived bounds of the exact one, element by element: ${trainer.name}`, async () => {
      await fc.assert(
        fc.asyncProperty(trainingWorld(1), async (world) => {
          const most = await worstOf(trainer, arithmetic, world);
          expect(most.ratio, words(trainer, most)).toBeLessThanOrEqual(1);
        }),
        { seed: 1, numRuns: 60 },
      );
    });
});
