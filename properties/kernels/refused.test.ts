/** Options of a kernel's run that are refused, with all faults at once. */
import { describe, expect, it } from 'vitest';
import plainModule from '../../fixtures/kernels/plain.mjs';
import { BadInput } from '../../src/io/badInput.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { moduleHost } from '../../src/kernels/hosts/module.ts';
import { processHost } from '../../src/kernels/hosts/process.ts';
import { type Kernel, NoKernel } from '../../src/kernels/kernel.ts';
import { type KernelOptions, runKernel } from '../../src/kernels/run.ts';
import '../../src/vitest.ts';

/** JavaScript, whose types the compiler can only guess. */
const plain = plainModule as unknown as Kernel;

const failure = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
};

const REFUSED: [options: KernelOptions, fault: string][] = [
  [{ runs: -1 }, 'runs: expected an integer from 1 to 10000000, got -1'],
  [{ runs: 0.5 }, 'runs: expected an integer from 1 to 10000000, got 0.5'],
  [{ seed: 2 ** 40 }, 'seed: expected an integer from -2147483648 to 2147483647, got 1099511627776'],
  [{ accept: ['frozen'] as never }, 'accept: unknown warning "frozen"; did you mean "frozen-residual"?'],
  [{ workers: 0 }, 'workers: expected an integer from 1 to 256, got 0'],
  [{ shrinkSeconds: Number.NaN }, 'shrinkSeconds: expected a number from 0 to 3600, got NaN'],
];

describe('refused', () => {
  it.each(REFUSED)('by a run and by toConform: %o', async (options, fault) => {
    const host = inThread(plain, { timeLimit: 1000 });
    for (const work of [() => runKernel(host, options), () => expect(plain).toConform(options as never)]) {
      const error = await failure(work);
      expect(error).toBeInstanceOf(BadInput);
      expect((error as BadInput).faults).toEqual([fault]);
    }
  });

  it('by a run, all at once', async () => {
    const host = inThread(plain, { timeLimit: 1000 });
    const error = await failure(() => runKernel(host, { runs: 0, seed: 0.5, workers: -1 }));
    expect((error as BadInput).faults).toHaveLength(3);
  });

  it('by hosts: limits', async () => {
    for (const work of [
      () => inThread(plain, { timeLimit: 0 }),
      () => moduleHost('fixtures/kernels/plain.mjs', { timeLimit: 0 }),
      () => processHost('cat', { timeLimit: 0, dtype: 'float32' }),
    ])
      expect(await failure(work)).toMatchObject({
        name: 'BadInput',
        faults: ['timeLimit: expected a number from 50 to 3600000, got 0'],
      });
  });

  it('by hosts: what is no kernel, and what cannot be declared', async () => {
    const limits = { timeLimit: 1000 };
    for (const work of [
      () => inThread({ name: 'none' } as never, limits),
      () => processHost('cat', { ...limits, dtype: 'float16' as never }),
      () => processHost('cat', { ...limits, dtype: 'float32', declares: { expError: -1 } }),
    ])
      expect(await failure(work)).toBeInstanceOf(NoKernel);
  });
});
