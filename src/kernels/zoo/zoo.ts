/**
 * The zoo: seeded bugs of the kinds that occur in real kernels. Each is a patch of a few lines of the correct kernel's
 * text (fixtures/kernels/plain.mjs). The share of bugs that are killed measures the quality of the kernel checks.
 *
 * No bug is an equivalent mutant: each changes some output of some valid input by more than the difference of correct
 * kernels. A bug that needs a dtype, the strict level or the stages to be detected declares it.
 */
import type { SeededBug } from './bug.ts';
import { batchBugs } from './bugs-batch.ts';
import { batchSizeBugs } from './bugs-batch-sizes.ts';
import { contextBugs } from './bugs-contexts.ts';
import { gradientBugs } from './bugs-gradient.ts';
import { indexBugs } from './bugs-indices.ts';
import { normBugs } from './bugs-norm.ts';
import { rateBugs } from './bugs-rates.ts';
import { sentinelBugs } from './bugs-sentinels.ts';
import { shiftBugs } from './bugs-shift.ts';
import { callBugs } from './bugs-state.ts';
import { tailBugs } from './bugs-tails.ts';
import { updateBugs } from './bugs-update.ts';
import { vocabularyBugs } from './bugs-vocabulary.ts';

export const zoo: readonly SeededBug[] = [
  ...shiftBugs,
  ...tailBugs,
  ...indexBugs,
  ...normBugs,
  ...gradientBugs,
  ...batchBugs,
  ...updateBugs,
  ...sentinelBugs,
  ...rateBugs,
  ...callBugs,
  ...batchSizeBugs,
  ...vocabularyBugs,
  ...contextBugs,
];
