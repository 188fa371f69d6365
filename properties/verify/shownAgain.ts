/** Kept counterexamples, replayed. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { shippedCases } from '../../src/verify/keptCases.ts';
import { verify } from '../../src/verify/verify.ts';

/** The smallest counterexample of each row; the others lack one hypothesis alone. */
export const smallestCases = readdirSync(shippedCases).filter(
  (file) => file.endsWith('.json') && !file.endsWith('.isolated.json'),
);

/** Replays a kept counterexample: it is violated again, certified or not. */
export async function shownAgain(file: string, certified: boolean): Promise<void> {
  const [claim, rung] = file.split('.');
  const { counterexamples } = await verify({
    claims: [claim],
    rungs: [rung],
    path: join(shippedCases, file),
  });
  expect(counterexamples[0]).toMatchObject({ claim, rung, outcome: 'violated', certified });
}
