/** If a velocity is not finite, its parameter is compared with the exact velocity's. */
import { expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { atFault } from '../../src/kernels/judging/ledger.ts';
import { dtypeOf } from '../../src/model/stepInput.ts';
import { someCases, usually, verdicts } from './judging.ts';

it('at rate 0 unchanged parameters are correct and changed ones are wrong, for any velocity', async () => {
  const [[given]] = await someCases('float32', 1, 4);
  const input = { ...given, etaY: 0 };
  const output = await (await plainKernel()).step(input);
  const faults = (velocity: number, moved: number) => {
    const first = (xs: ArrayLike<number>, x: number) =>
      Float32Array.from(xs, (old, k) => (k === 0 ? x : old));
    const broken = {
      ...{ ...output, stages: undefined },
      ...{ velocityY: first(output.velocityY, velocity), Y: first(output.Y, input.Y[0] + moved) },
    };
    return verdicts(input, broken, usually(dtypeOf(input)))
      .filter(atFault)
      .map(({ stage }) => stage);
  };
  expect(faults(output.velocityY[0], 0)).toEqual([]);
  for (const velocity of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(faults(velocity, 0)).toEqual(['velocityY']);
    expect(faults(velocity, 1)).toEqual(['velocityY', 'Y']);
  }
});
