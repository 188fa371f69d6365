/** Number of calls in random cases; their results are tested in workers.test.ts and run.test.ts. */
import { expect, it } from 'vitest';
import { plainKernel } from '../../fixtures/kernels/seeded.ts';
import { DEFAULT_ENVELOPE } from '../../src/kernels/cases/envelope.ts';
import { inThread } from '../../src/kernels/hosts/inThread.ts';
import { randomCases } from '../../src/kernels/judging/randomCases.ts';
import { openCrew } from '../../src/workers/crew.ts';
import { firstCases, usually } from './judging.ts';

it('every fourth case, starting with the first, makes its calls twice', async () => {
  const kernel = await plainKernel();
  let called = 0;
  const counting = inThread(
    {
      ...{ name: 'counting', dtype: 'float32' },
      step: (input) => {
        called += 1;
        return kernel.step(input);
      },
    },
    { timeLimit: 60_000 },
  );
  const settings = { runs: 10, seed: 12, envelope: DEFAULT_ENVELOPE, watch: () => {}, onCase: () => {} };
  const found = await randomCases(counting, usually('float32'), openCrew(null), settings);
  const lengths = firstCases('float32', 10, 12).map((calls) => calls.length);
  const expected = lengths.reduce((sum, n, i) => sum + ([0, 4, 8].includes(i) ? 2 * n : n), 0);
  expect(found).toMatchObject({ cases: 10, failing: null, calls: expected });
  expect(called).toBe(expected);
});
