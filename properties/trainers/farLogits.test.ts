// heavy: 6 s
/**
 * Examples of one query, of which only one has the token with the largest logit: shared exponentials must not reduce the
 * accuracy of the others, however far below it their logits are.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Layout } from '../../src/model/layout.ts';
import { defects, worst } from './defects.ts';
import { exactStep } from './exactStep.ts';
import { stepBounds } from './stepBounds.ts';
import { judged } from './worlds.ts';

/** Class 0 has the token of the largest logit; class 1 has three others. */
const layout: Layout = {
  vocabulary: 6,
  tokens: [0, 1, 2, 3],
  columns: [4, 5, -1],
  multiplicity: [1, 1, 4],
  queries: [5],
  classes: [
    { support: [0, 1], row: 0, target: 0 },
    { support: [1, 2, 3], row: 0, target: 1 },
  ],
};
/**
 * The distances from the row's largest logit to the largest of class 1, and from there to its others, until exp underflows.
 * With etaZ = 1e4 the second step has a very different Z.
 */
const distances = fc.record({
  top: fc.constantFrom(0.1, -700.3, 333.3),
  gap: fc.constantFrom(0, 1, 30, 80, 300, 500, 590, 610, 730, 1000, 3000),
  spread: fc.constantFrom(0, 1, 30, 300, 530, 700),
  sizeY: fc.constantFrom(0, 1),
  etaZ: fc.constantFrom(0.5, 1e4),
  counts: fc.array(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 9 }), fc.nat({ max: 9 })), {
    minLength: 1,
    maxLength: 4,
  }),
});

/**
 * The rounding of z - top is the same for all logits of a class, except where they are on both sides of a power of two: here
 * the error of exp(z - top) is 128 u for one of them and not for the other.
 */
const acrossPower = { top: 0.3, gap: 127.5, spread: 1, sizeY: 1, etaZ: 0.5 };
const allPresent: [number, number, number][] = [[1, 1, 1]];

for (const { trainer, arithmetic } of judged)
  it(`every example keeps its digits, at any distance below the logits of another: ${trainer.name}`, async () => {
    await fc.assert(
      fc.asyncProperty(distances, async ({ top, gap, spread, sizeY, etaZ, counts }) => {
        const own = top - gap;
        const Z = [[top, own - spread, own, own - spread / 2]];
        const Y = layout.tokens.map((l) => layout.columns.map((_, j) => sizeY * Math.sin(3 * l + j)));
        const masses = [{ cls: 0, mass: [3, 1] }, ...counts.map((mass) => ({ cls: 1, mass }))];
        const examples = [...masses, ...masses].map((x) => ({ ...x, weight: 1 / (2 * masses.length) }));
        const rates = { etaY: 1, etaZ, momentum: 0 };
        const session = await trainer.start(layout, { Y, Z }, rates);
        const state = () => {
          const velocity = session.readVelocity();
          return { ...session.read(), velocityY: velocity.Y, velocityZ: velocity.Z };
        };
        try {
          for (let step = 0; step < 2; step++) {
            const before = state();
            const loss = await session.step(examples);
            const exact = exactStep(layout, before, examples, rates);
            const bounds = stepBounds(layout, exact, rates, arithmetic);
            const { where, got, exact: value, ratio } = worst(defects(exact, bounds, loss, state()));
            expect(ratio, `step ${step}, ${where}: got ${got}, exact ${value}`).toBeLessThanOrEqual(1);
          }
        } finally {
          session.dispose();
        }
      }),
      { seed: 21, numRuns: 100, examples: [[{ ...acrossPower, counts: allPresent }]] },
    );
  });
