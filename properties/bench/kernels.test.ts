// heavy: 5 s
/** Kernels at the published sizes: digits against a reference of twice the precision, and times. */
import { expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { benchKernels } from '../../src/bench/kernels.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import type { Kernel, StepOutput } from '../../src/kernels/kernel.ts';

/** The kernel with every Y too large by a factor. */
const scaled = (kernel: Kernel, name: string, factor: number): Kernel => ({
  ...{ name, dtype: kernel.dtype },
  step: async (input) => {
    const output = (await kernel.step(input)) as StepOutput;
    return { ...output, Y: output.Y.map((y) => y * factor) };
  },
});

const brief = { starts: 1, budget: { seconds: 0.01, samples: 1 } };

it('float64 has more digits than float32, a wrong kernel has as many as its error leaves, and one that does not answer has no row', async () => {
  const [single, double] = [await plainKernel({ dtype: 'float32' }), await plainKernel({ dtype: 'float64' })];
  const silent: Kernel = {
    ...{ name: 'silent', dtype: 'float32' },
    step: () => {
      throw new Error('no such size');
    },
  };
  const kernels = [silent, single, double, scaled(single, 'wrong', 1 + 1e-4)];
  const { backends, training, interrupted } = await benchKernels(
    kernels.map((kernel) => inThread(kernel, { timeLimit: 60_000 })),
    { command: 'test', sizes: { ...brief, steps: [1, 10] } },
  );
  expect(interrupted).toBe(false);
  const [unanswered, ...others] = backends;
  expect(unanswered).toMatchObject({ backend: 'silent', secondsPerStep: null });
  expect(unanswered.skipped).toContain('no such size');
  expect(others.map(({ backend }) => backend)).toEqual([single.name, double.name, 'wrong']);
  for (const { secondsPerStep } of others) expect(secondsPerStep).not.toBeNull();
  const worst = others.map(({ digits }) => digits.map(({ worst }) => worst!));
  for (const [k, steps] of [1, 10].entries()) {
    expect(others[0].digits[k].steps).toBe(steps);
    // Digits of float32 and float64, of which training loses a few.
    expect(worst[0][k]).toBeGreaterThan(4);
    expect(worst[0][k]).toBeLessThan(7.3);
    expect(worst[1][k]).toBeGreaterThan(12);
    // The relative error of Y is 1e-4 in each step.
    expect(worst[2][k]).toBeLessThan(4.01);
  }
  expect(training.map(({ backend, vocabulary }) => [backend, vocabulary])).toEqual(
    others.flatMap(({ backend }) => [34, 240, 1002].map((M) => [backend, M])),
  );
  for (const { secondsPerStep } of training) expect(secondsPerStep.median).toBeGreaterThan(0);
});

it('ends at a signal with the finished rows', async () => {
  const controller = new AbortController();
  const kernel = await plainKernel({ dtype: 'float32' });
  const { backends, interrupted } = await benchKernels([inThread(kernel, { timeLimit: 60_000 })], {
    command: 'test',
    sizes: { ...brief, steps: [1] },
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  expect([backends, interrupted]).toEqual([[], true]);
});
