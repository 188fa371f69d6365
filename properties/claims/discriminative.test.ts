// heavy: 29 s
import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('discriminative', () => {
  // One world of population in nine violates it.
  itGetsItsVerdicts('discriminative', 80);
});
