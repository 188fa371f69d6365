import { describe } from 'vitest';
import { itGetsItsVerdicts } from './rows.ts';

describe('row-balance', () => {
  itGetsItsVerdicts('row-balance');
});
