// heavy: 15 s
import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('discriminative', () => {
  // One world of population in nine violates it: 40 overlook that with probability (8/9)^40 < 1 %. Along the flow, of 20 worlds
  // a quarter is undecided by chance.
  itGetsItsVerdicts('discriminative', { population: 40, flow: 80 });
});
