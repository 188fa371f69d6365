/** Two kernels compared: what is equal, how far the rest lies apart, and calls without an answer. */
import { expect, it } from 'vitest';
import { otherKernel } from '../../fixtures/kernels/otherKernels.ts';
import { plainKernel, seeded } from '../../fixtures/kernels/seeded.ts';
import { compareKernels } from '../../src/kernels/compare.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import type { Kernel } from '../../src/kernels/kernel.ts';
import { zoo } from '../../src/kernels/zoo/zoo.ts';
import { SMALL } from './judging.ts';

const settings = { runs: 20, seed: 5, envelope: SMALL };
const compare = (a: Kernel, b: Kernel) =>
  compareKernels(inThread(a, { timeLimit: 60_000 }), inThread(b, { timeLimit: 60_000 }), settings);

it('a kernel is equal to itself in every stage that it shows', async () => {
  const kernel = await plainKernel({ dtype: 'float32' });
  const { kernels, cases, unanswered, stages } = await compare(kernel, kernel);
  expect([kernels, cases, unanswered]).toEqual([[kernel.name, kernel.name], 20, 0]);
  expect(stages.map(({ stage }) => stage)).toContain('attention');
  for (const { numbers, equal, worstUlp, worstRatio, case: at } of stages)
    expect([numbers > 0, equal, worstUlp, worstRatio, at]).toEqual([true, numbers, 0, 0, null]);
});

it('two correct kernels differ in bits, and lie within the sum of their bounds', async () => {
  const { stages } = await compare(
    await plainKernel({ dtype: 'float32' }),
    await plainKernel({ dtype: 'float32', order: 'pairwise' }),
  );
  const logits = stages.find(({ stage }) => stage === 'logits')!;
  expect(logits.equal).toBeLessThan(logits.numbers);
  expect(logits.worstUlp).toBeGreaterThan(0);
  for (const { stage, worstRatio } of stages) expect(worstRatio, stage).toBeLessThanOrEqual(2);
});

it('a faulty kernel lies further apart, from its stage on', async () => {
  const bug = zoo.find(({ id }) => id === 'logits-in-float16')!;
  const { stages } = await compare(await plainKernel({ dtype: 'float32' }), await seeded(bug));
  const far = stages.filter(({ worstRatio }) => worstRatio > 2).map(({ stage }) => stage);
  expect(far[0]).toBe('logits');
});

it('of a float32 and a float64 kernel the inputs are those of float32, in either order', async () => {
  const [single, double] = [otherKernel('float32', {}), otherKernel('float64', {})];
  for (const pair of [
    [single, double],
    [double, single],
  ] as const) {
    const { dtype, stages } = await compare(...pair);
    expect(dtype).toBe('float32');
    expect(stages.map(({ stage }) => stage)).toContain('residual');
    // The float64 kernel is nearly exact: the distance is the error of the other one.
    for (const { stage, worstRatio } of stages) expect(worstRatio, stage).toBeLessThanOrEqual(1.001);
  }
});

it('calls that one kernel does not answer are counted', async () => {
  const kernel = await plainKernel({ dtype: 'float32' });
  const silent: Kernel = {
    ...{ name: 'silent', dtype: 'float32' },
    step: () => {
      throw new Error('no');
    },
  };
  const { calls, unanswered, stages } = await compare(kernel, silent);
  expect([unanswered, stages]).toEqual([calls, []]);
});
