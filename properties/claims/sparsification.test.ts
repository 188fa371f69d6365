import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('sparsification', () => {
  itGetsItsVerdicts('sparsification');
});
