/** A session that starts with velocities continues as one that reached them by training. */
import { expect, it } from 'vitest';
import type { Layout } from '../../src/model/layout.ts';
import { fastTrainer } from '../../src/trainers/fast.ts';
import { float64Trainer } from '../../src/trainers/float64.ts';
import { reference } from '../../src/trainers/reference.ts';
import type { Trainer } from '../../src/trainers/trainer.ts';

const layout: Layout = {
  vocabulary: 3,
  tokens: [0, 1, 2],
  columns: [0, 1, 2],
  multiplicity: [1, 1, 1],
  queries: [0, 1, 2],
  classes: [{ support: [0, 1], row: 2, target: 1 }],
};
const examples = [{ cls: 0, mass: [2, 1], weight: 1 }];
const rates = { etaY: 0.5, etaZ: 0.25, momentum: 0.75 };
const zeros = () => [0, 1, 2].map(() => [0, 0, 0]);

const trainers: Trainer[] = [fastTrainer('cpu'), fastTrainer('wasm'), float64Trainer, reference(30)];

it.each(trainers)('$name', async (trainer) => {
  const through = await trainer.start(layout, { Y: zeros(), Z: zeros() }, rates);
  await through.step(examples);
  const [{ Y, Z }, velocity] = [through.read(), through.readVelocity()];
  const resumed = await trainer.start(layout, { Y, Z, velocityY: velocity.Y, velocityZ: velocity.Z }, rates);
  await through.step(examples);
  await resumed.step(examples);
  // The reference's state is rounded to doubles in between: an ulp of numbers below 1.
  const [left, right] = [through, resumed].map((session) => [session.read(), session.readVelocity()]);
  left.forEach((one, i) => {
    for (const name of ['Y', 'Z'] as const)
      one[name].flat().forEach((x, k) => {
        const off = Math.abs(x - right[i][name].flat()[k]);
        expect(off).toBeLessThanOrEqual(trainer.unit < 2 ** -53 ? 4 * 2 ** -53 : 0);
      });
  });
  expect(velocity.Y.flat().some((x) => x !== 0)).toBe(true);
  through.dispose();
  resumed.dispose();
});
