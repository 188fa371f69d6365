// evidence: 30 s
/** The kept counterexamples along trajectories (flows, training) are certified when they are replayed. */
import { expect, it } from 'vitest';
import { rowsOf } from '../../src/verify/registry.ts';
import { shownAgain, smallestCases } from './shownAgain.ts';

const enclosed = smallestCases.filter((file) => {
  const [claim, rung] = file.split('.');
  const [{ check }] = rowsOf([claim], [rung]);
  return check.enclosed !== undefined;
});

it('there are some', () => expect(enclosed).toContain('discriminative.flow.json'));
it.each(enclosed)('%s is violated for certain', async (file) => shownAgain(file, true));
