// heavy: 11 s
import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('discriminative', () => {
  // One world of population in nine violates it; along the flow, of 20 worlds a quarter is undecided by chance.
  itGetsItsVerdicts('discriminative', { population: 120, flow: 200 });
});
