// heavy: 4 s
/** The number of steps of the integrations of the claims, against its limit. */
import { expect, it, vi } from 'vitest';
import { visitWorlds } from '../../src/decide/search.ts';
import type * as Integrate from '../../src/ladder/integrate.ts';
import { MOST_STEPS } from '../../src/ladder/integrate.ts';
import { fastTraining } from '../../src/verify/fastTraining.ts';
import { rowsOf } from '../../src/verify/registry.ts';

let most = 0;
/** Evaluations of the slope per step: the last one is the first of the next step. */
const STAGES = 6;
vi.mock('../../src/ladder/integrate.ts', async (original) => {
  const module = await original<typeof Integrate>();
  function* integrate(problem: Integrate.InitialValue) {
    let slopes = 0;
    const slope: Integrate.Slope = (t, y, out) => {
      slopes += 1;
      problem.slope(t, y, out);
    };
    yield* module.integrate({ ...problem, slope });
    most = Math.max(most, slopes / STAGES);
  }
  return { ...module, integrate };
});

it.each(
  rowsOf()
    .filter(({ check }) => check.rung === 'flow' && check.enclosed)
    .map((entry) => [`${entry.claim.id} on ${entry.check.rung}`, entry] as const),
)('are less than a fifth of MOST_STEPS: %s', async (_, { check }) => {
  most = 0;
  await visitWorlds(check.worlds, { runs: 8, seed: 1 }, async (world) => {
    const { margin } = await check.judge(world as never, fastTraining);
    expect(margin?.name ?? '').not.toContain('not integrated');
    return true;
  });
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(MOST_STEPS / 5);
});
