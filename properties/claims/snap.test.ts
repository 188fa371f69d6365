// heavy: 10 s
import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('snap', () => {
  itGetsItsVerdicts('snap');
});

describe('slowing', () => {
  itGetsItsVerdicts('slowing');
});
