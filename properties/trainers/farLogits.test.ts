/**
 * Examples of one query whose largest logit the others do not have: what a batch shares must not cost them accuracy,
 * however far below it their own tokens lie.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stepBounds } from '../../src/kernels/bounds.ts';
import { defects, worst } from '../../src/kernels/defect.ts';
import { exactStep } from '../../src/kernels/exactStep.ts';
import type { Layout } from '../../src/model/layout.ts';
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
const rates = { etaY: 1, etaZ: 0.5, momentum: 0 };

/** From the row's largest logit to the largest of class 1, and from there to its others: up to where exp underflows. */
const distances = fc.record({
  top: fc.constantFrom(0.1, -700.3, 333.3),
  gap: fc.constantFrom(0, 1, 30, 80, 200, 300, 500, 590, 610, 730, 1000, 3000),
  spread: fc.constantFrom(0, 1, 30, 300, 530, 700),
  counts: fc.array(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 9 }), fc.nat({ max: 9 })), {
    minLength: 1,
    maxLength: 4,
  }),
});

for (const { trainer, arithmetic } of judged)
  it(`every example keeps its digits, however far below another's logits: ${trainer.name}`, async () => {
    await fc.assert(
      fc.asyncProperty(distances, async ({ top, gap, spread, counts }) => {
        const own = top - gap;
        const Z = [[top, own - spread, own, own - spread / 2]];
        const zeros = (rows: number, columns: number) =>
          Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
        const masses = [{ cls: 0, mass: [3, 1] }, ...counts.map((mass) => ({ cls: 1, mass }))];
        const examples = [...masses, ...masses].map((x) => ({ ...x, weight: 1 / (2 * masses.length) }));
        const session = await trainer.start(layout, { Y: zeros(4, 3), Z }, rates);
        try {
          // Z as the trainer holds it: single precision rounds.
          const before = { ...session.read(), velocityY: zeros(4, 3), velocityZ: zeros(1, 4) };
          const loss = await session.step(examples);
          const [after, velocity] = [session.read(), session.readVelocity()];
          const exact = exactStep(layout, before, examples, rates);
          const found = defects(exact, stepBounds(layout, exact, rates, arithmetic), loss, {
            ...after,
            velocityY: velocity.Y,
            velocityZ: velocity.Z,
          });
          const { where, got, exact: value, ratio } = worst(found);
          expect(ratio, `${where}: got ${got}, exact ${value}`).toBeLessThanOrEqual(1);
        } finally {
          session.dispose();
        }
      }),
      { seed: 21, numRuns: 100 },
    );
  });
