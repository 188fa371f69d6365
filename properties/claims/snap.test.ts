// heavy: 9 s
import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('snap', () => {
  // In 22 % of worlds on two rungs, in half and three quarters on others: 20 and 8 worlds find it. On heads it is in 23 of 300.
  const search = { 'other-kernel': 200, layernorm: 200, 'no-normalisation': 80, residual: 80 };
  itGetsItsVerdicts('snap', search, ['heads']);
});

describe('slowing', () => {
  itGetsItsVerdicts('slowing');
});
