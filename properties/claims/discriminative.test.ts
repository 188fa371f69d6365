// heavy: 11 s
import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('discriminative', () => {
  // One world of population in nine violates it, and one of flow in eight.
  itGetsItsVerdicts('discriminative', { population: 120, flow: 200 });
});
