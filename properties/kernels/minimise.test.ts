/** A failure repeats if it occurs after two restarts. */
import { expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { runKernel } from '../../src/kernels/run.ts';
import { freshHost } from './freshHost.ts';

it('a kernel that fails only at its first call repeats, because it is restarted each time', async () => {
  const host = await freshHost(async () => {
    const kernel = await plainKernel();
    let called = 0;
    return {
      ...{ name: 'first', dtype: 'float32' },
      step: async (input) => {
        if (called++ === 0) throw new Error('not yet');
        return kernel.step(input);
      },
    };
  });
  const { failure } = await runKernel(host, { runs: 3, seed: 12 });
  expect([failure!.fault.kind, failure!.repeats, failure!.foundAt]).toEqual(['threw', true, 0]);
  expect(failure!.calls).toHaveLength(1);
});
