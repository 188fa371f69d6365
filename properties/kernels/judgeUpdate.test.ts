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

it('eta times a velocity may be infinite, with its sign, where the exact parameter is in the range', async () => {
  const [[given]] = await someCases('float32', 1, 4, 'batch: 1');
  const input = { ...given, etaY: 32, momentum: 0.5, Y: given.Y.map(() => -3e37) };
  // 32 * 0.5 * 2.2e37 = 3.5e38 is above the largest number, 3.4e38; 3e37 less is below it.
  const moving = { ...input, velocityY: given.velocityY.map(() => 2.2e37) };
  const output = await (await plainKernel()).step(moving);
  const faults = (Y: number) =>
    verdicts(moving, { ...output, stages: undefined, Y: output.Y.map(() => Y) }, usually('float32'))
      .filter(atFault)
      .map(({ stage }) => stage);
  expect([...output.Y].every((y) => y === Infinity)).toBe(true);
  expect(faults(Infinity)).toEqual([]);
  for (const wrong of [-Infinity, Number.NaN, 1e38]) expect(faults(wrong)).toEqual(['Y']);
  // Without the overflow an infinite parameter is wrong.
  expect(
    verdicts(input, { ...(await (await plainKernel()).step(input)), Y: output.Y }, usually('float32'))
      .filter(atFault)
      .map(({ stage }) => stage),
  ).toEqual(['Y']);
});

it('a parameter and a step below the smallest normal number may both be flushed', async () => {
  const tiny = 2 ** -126;
  const [[given]] = await someCases('float32', 1, 4, 'batch: 1');
  // The row of a token that does not occur has no gradient: p = -0.6 tiny, eta mu v = -0.8 tiny.
  const M = given.vocabulary;
  const row = Array.from({ length: M }, (_, l) => l).find((l) => !given.contexts.includes(l))!;
  const set = (xs: ArrayLike<number>, x: number) =>
    Float32Array.from(xs, (old, k) => (k === row * M ? x : old));
  const input = {
    ...{ ...given, etaY: Math.fround(0.1), momentum: 0.5 },
    ...{ Y: set(given.Y, -0.6 * tiny), velocityY: set(given.velocityY, -16 * tiny) },
  };
  const output = await (await plainKernel()).step(input);
  const faults = (Y: number) =>
    verdicts(input, { ...output, stages: undefined, Y: set(output.Y, Y) }, usually('float32'))
      .filter(atFault)
      .map(({ stage }) => stage);
  expect(faults(0)).toEqual([]);
  expect(faults(10 * tiny)).toEqual(['Y']);
});
