// heavy: 5 s
import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('frequency', () => {
  // A violation on heads is in 23 of 300 worlds, and 60 overlook it with a probability of 1 %.
  itGetsItsVerdicts('frequency', { heads: 600 });
});
