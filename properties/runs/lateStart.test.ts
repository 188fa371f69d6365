/** A record that begins within a training: our training can start there only where the velocities are known to be 0. */
import { describe, expect, it } from 'vitest';
import { compareRun } from '../../src/runs/compare.ts';
import type { RecordedRates, RecordedRun } from '../../src/runs/run.ts';
import { ours } from './ours.ts';

const FIRST = 5;
/** A training on expectations without its first steps, and what it says of its rates. */
async function late(momentum: number, rates: RecordedRates): Promise<RecordedRun> {
  const whole = await ours({ rates: { etaY: 1, etaZ: 1, momentum }, steps: 20 });
  const { steps, Z, Y } = whole;
  return { ...whole, rates, steps: steps.slice(FIRST), Z: Z.slice(FIRST), Y: Y!.slice(FIRST) };
}
const BEGINS = `the reference: the record begins at step ${FIRST}, with velocities that are not known`;
const UNKNOWN = 'the reference: etaY, etaZ and momentum are not all known';

describe('a late start', () => {
  it.each([
    ['momentum', { etaY: 1, etaZ: 1, momentum: 0.9 }, [BEGINS]],
    ['a momentum that is not known', { etaY: 1, etaZ: 1 }, [UNKNOWN, BEGINS]],
    ['Adam, which has moments', { etaY: 1, etaZ: 1, momentum: 0, optimiser: 'adam' }, [BEGINS]],
  ] as const)('is refused as a start of our training with %s', async (_, rates, unanswered) => {
    const comparison = await compareRun(await late(0.9, rates), 0);
    expect(comparison).toEqual({ unanswered, population: null, sampled: null, interrupted: false });
  });

  it('is taken without momentum, from the recorded state', async () => {
    const run = await late(0, { etaY: 1, etaZ: 1, momentum: 0 });
    const { population, unanswered } = await compareRun(run, 0);
    expect(unanswered).toEqual(['what sampling explains: no seeds']);
    // As in judge.test.ts: the sum of M columns has at most M roundings more in every step.
    const roundings = (run.steps.at(-1)! - FIRST) * run.problem.vocabulary;
    expect(population!.difference).toBeLessThan(2 * roundings * 2 ** -53);
    // Control: with momentum the same start leads elsewhere, so that refusing it says something.
    const moved = await late(0.9, { etaY: 1, etaZ: 1, momentum: 0 });
    expect((await compareRun(moved, 0)).population!.difference).toBeGreaterThan(0.01);
  });
});
